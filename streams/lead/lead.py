"""One lead as the tables keep it: the core's state, and what downstream was shown of it."""

from dataclasses import dataclass, field

from scorer import LeadState, Outlook
from streams.lead.memo import RowMemo


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's row.

    ``shown_at`` is the stream instant of its last record on `lead-scores` (0: none yet). ``is_shown`` tells whether
    that record still is what the lead looks like, but for the passing of time. ``outlook`` is a cache of the core's: it
    is never stored, and a lead that was loaded has none. ``memo`` says how its row was last laid out; what a lead
    becomes takes it over.
    """

    state: LeadState = field(default_factory=LeadState)
    shown_at: int = 0
    is_shown: bool = False
    outlook: Outlook | None = field(default=None, compare=False, repr=False)
    memo: RowMemo = field(default_factory=RowMemo, compare=False, repr=False)
