"""One lead as the tables keep it: the core's state, what downstream was shown of it, and where a challenger has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scorer import LeadState, Outlook, Standing
from streams.lead.memo import RowMemo


@dataclass(frozen=True, slots=True)
class Challenge:
    """Where a lead stands by a challenger: by which version, and in each of its scores.

    ``outlook`` is the challenger's, a cache as that of the lead is.
    """

    version: str
    standings: Mapping[str, Standing]
    outlook: Outlook | None = field(default=None, compare=False, repr=False)

    def without_outlook(self) -> "Challenge":
        """Return the same of a lead of which more is known than the outlook knows."""
        return self if self.outlook is None else replace(self, outlook=None)


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's row.

    ``shown_at`` is the stream instant of its last record on `lead-scores` (0: none yet). ``is_shown`` tells whether
    that record still is what the lead looks like, but for the passing of time. ``outlook`` is a cache of the core's: it
    is never stored, and a lead that was loaded has none. ``memo`` says how its row was last laid out; what a lead
    becomes takes it over. ``challenge`` is None of a lead that no challenger has judged.
    """

    state: LeadState = field(default_factory=LeadState)
    shown_at: int = 0
    is_shown: bool = False
    outlook: Outlook | None = field(default=None, compare=False, repr=False)
    memo: RowMemo = field(default_factory=RowMemo, compare=False, repr=False)
    challenge: Challenge | None = None
