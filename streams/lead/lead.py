"""One lead as the tables keep it: the core's state, and what downstream was shown of it."""

from dataclasses import dataclass, field

from scorer import LeadState


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's row.

    ``shown_at`` is the stream instant of its last record on `lead-scores` (0: none yet). ``is_shown`` tells whether
    that record still is what the lead looks like, but for the passing of time.
    """

    state: LeadState = field(default_factory=LeadState)
    shown_at: int = 0
    is_shown: bool = False
