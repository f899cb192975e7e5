"""Who wants to know what comes of a history, and what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass

import scorer
from streams.lead.lead import Lead
from streams.partition.outputs import Cause, stage_change_id
from streams.partition.records import Taken


@dataclass(frozen=True, slots=True)
class PlayedChange:
    """A stage change as the core decided it, with all of its reasons.

    ``which`` is the place of the scorecard among those that are played.
    """

    which: int
    lead_id: str
    change: scorer.StageChange
    cause: Cause

    @property
    def id(self) -> str:
        """The id under which a worker publishes it."""
        return stage_change_id(self.lead_id, self.change, self.cause)


class Listener:
    """Does nothing with what it is told. A listener overrides what it wants to know; what nobody wants costs nothing.

    Partitions come one after the other or mixed, each in the order of its own time.
    """

    def took(self, item: Taken) -> None:
        """Hear of a good record before it is judged: once, however many scorecards are played. Repeats are told too."""

    def changed(self, change: PlayedChange) -> None:
        """Hear of a stage change. Those of a lead come in order for each scorecard."""

    def day_ended(self, which: int, lead_id: str, lead: Lead, at: int) -> None:
        """Hear how a lead stands at the last millisecond of a day (UTC) on which something came of it."""

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Hear how a lead stands at the end of the history under each scorecard; after that nothing comes of it."""
