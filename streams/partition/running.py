"""A lead in the middle of a batch, while its activities change no judgement: its streak, and what was shown of it.

It stands in for the lead's row until something else happens to the lead, or the batch is over. Pure.
"""

from dataclasses import dataclass, field
from enum import Enum

from scorer import Activity, JournalBounds, Scorecard, Streak, streak_of
from streams.lead.lead import Lead
from streams.lead.memo import RowMemo


class Ran(Enum):
    """What became of an activity that a lead might run on with: taken, refused by its streak, or its streak unasked."""

    ON = "on"
    OUT = "out"
    NOT = "not"


@dataclass(slots=True)
class Running:
    """One lead that runs on. It has taken something that is not in the lead's row.

    ``is_out``: its streak has refused an activity.
    """

    streak: Streak
    memo: RowMemo
    shown_at: int
    is_shown: bool
    score_interval_ms: int
    is_out: bool = field(default=False, init=False)

    @classmethod
    def of(
        cls, lead: Lead, scorecard: Scorecard, bounds: JournalBounds, score_interval_ms: int, clock: int
    ) -> "Running | None":
        """Begin with a lead's row; None if the lead has to be valued first.

        Args:
            lead: The row.
            scorecard: The one in force.
            bounds: How much a journal remembers.
            score_interval_ms: The least time between two records of one lead on `lead-scores`.
            clock: The partition's clock, in milliseconds.
        """
        streak = streak_of(lead.state, lead.outlook, scorecard, clock, bounds)
        return None if streak is None else cls(streak, lead.memo, lead.shown_at, lead.is_shown, score_interval_ms)

    def takes(self, activity: Activity, clock: int) -> tuple[str, ...] | None:
        """Take an activity; return the signals that it counted for, or None if it is not for a streak."""
        signals = self.streak.takes(activity, clock)
        self.is_out = signals is None
        self.is_shown = self.is_shown and not signals
        return signals

    @property
    def wake_at(self) -> int | None:
        """When to look at the lead again, or to show it."""
        wake_at = self.streak.wake_at
        if self.is_shown:
            return wake_at
        show_at = self.shown_at + self.score_interval_ms
        return show_at if wake_at is None or show_at < wake_at else wake_at

    def is_score_due(self, clock: int) -> bool:
        """Tell whether its score would be told if there were news of it."""
        return self.shown_at == 0 or clock >= self.shown_at + self.score_interval_ms

    def show(self, clock: int) -> None:
        """Note that downstream has its score."""
        self.is_shown, self.shown_at = True, clock

    def row(self) -> Lead:
        """Return the lead's row. After that the streak is over."""
        return Lead(self.streak.state, self.shown_at, self.is_shown, self.streak.outlook, self.memo)
