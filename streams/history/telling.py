"""Outputs of a partition that nobody publishes: stage changes are kept as the core decided them, nothing is encoded."""

import scorer
from scorer import Scorecard
from streams.history.listening import PlayedChange
from streams.partition.outputs import Cause, Outputs, OutputTopics
from streams.publisher.door import Message
from streams.tail.positions import Occasion

TOPICS = OutputTopics("stage-changes", "lead-scores", "dead-letters", "repartition", "challenger-stage-changes")
REASONS_MAX = 1
"""Nothing asks for the reasons of a message that is not built."""


class Told(Message, frozen=True, gc=False):
    """What stands for the message of a stage change."""

    played: PlayedChange | None = None


def is_spared(topic: str, _occasion: Occasion | None) -> bool:
    """Tell that scores are not built: whoever wants them asks for them."""
    return topic == TOPICS.lead_scores


class Telling:
    """Keeps what would be published.

    Args:
        which: The place of the scorecard among those that are played.
        partition: The partition number.
    """

    def __init__(self, which: int, partition: int) -> None:
        self._which = which
        self._partition = partition
        self._fresh: list[PlayedChange] = []

    def outputs(self, scorecard: Scorecard) -> Outputs:
        """Return the builder of messages that has its stage changes kept here."""
        outputs = Outputs(
            *(TOPICS, self._partition), source="", application_version="", scorecard=scorecard, reasons_max=REASONS_MAX
        )
        outputs.leave_changes_to(self._kept)
        return outputs

    def fresh(self) -> list[PlayedChange]:
        """Return the stage changes since it was asked last."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def _kept(self, lead_id: str, change: scorer.StageChange, cause: Cause) -> Message:
        """Keep a stage change as it is."""
        played = PlayedChange(self._which, lead_id, change, cause)
        self._fresh.append(played)
        return Told(TOPICS.stage_changes, self._partition, None, None, played=played)
