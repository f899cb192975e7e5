"""Outputs of a partition that nobody publishes: stage changes are kept as the core decided them, nothing is encoded."""

import scorer
from scorer import Scorecard
from streams.history.listening import PlayedChange
from streams.partition.outputs import Cause, Outputs, OutputTopics
from streams.partition.records import Refused
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


class PlayedOutputs(Outputs):
    """Keeps what would be published.

    Args:
        which: The place of the scorecard among those that are played.
        partition: The partition number.
        scorecard: The scorecard.
    """

    def __init__(self, which: int, partition: int, scorecard: Scorecard) -> None:
        super().__init__(
            TOPICS, partition, source="", application_version="", scorecard=scorecard, reasons_max=REASONS_MAX
        )
        self._which = which
        self._number = partition
        self._fresh: list[PlayedChange] = []

    def stage_change(self, lead_id: str, change: scorer.StageChange, cause: Cause) -> Message:
        """Keep a stage change as it is."""
        played = PlayedChange(self._which, lead_id, change, cause)
        self._fresh.append(played)
        return Told(self.topics.stage_changes, self._number, None, None, played=played)

    def fresh(self) -> list[PlayedChange]:
        """Return the stage changes since it was asked last."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def dead_letter(self, item: Refused, at: int) -> Message:  # noqa: ARG002 - what it overrides has it
        """Put nothing aside: the tally counts it."""
        return Message(self.topics.dead_letters, self._number, None, None)
