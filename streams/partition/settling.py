"""What the outcome of a step comes to: the lead's row, when to wake it, and what downstream is to be told.

A lead's score is told at once when its stage or grade changes, and otherwise not more often than the rules say; what
waits is told by a wake-up. Changes nothing. Pure.
"""

from collections.abc import Callable
from typing import NamedTuple

from scorer import Outcome
from streams.lead.lead import Lead
from streams.partition.changes import ChallengeTally
from streams.partition.outputs import Cause, Outputs
from streams.publisher.door import Message
from streams.tail.positions import Occasion

IsPublished = Callable[[str, Occasion | None], bool]
"""Tells whether downstream has what an occasion had to tell on an output topic."""


def nothing_is_published(_topic: str, _occasion: Occasion | None) -> bool:
    """Tell that downstream has nothing of what is to come, as long as nothing is handled again."""
    return False


class Settled(NamedTuple):
    """What an outcome comes to: the lead's row, its next wake-up, and what is to be told.

    ``spared``: the output topics of messages that were not built, as downstream has them. ``challenge`` is None where
    no challenger judges.
    """

    lead: Lead
    wake_at: int | None
    messages: tuple[Message, ...]
    spared: tuple[str, ...] = ()
    challenge: ChallengeTally | None = None


class Settling:
    """Turns outcomes into rows, wake-ups and messages."""

    def __init__(self, outputs: Outputs, is_published: IsPublished, score_interval_ms: int) -> None:
        """Say what goes into it.

        Args:
            outputs: Builds the messages.
            is_published: What downstream has is not told, and no work goes into it.
            score_interval_ms: The least time between two records of one lead on `lead-scores`.
        """
        self._outputs = outputs
        self._is_published = is_published
        self._score_interval_ms = score_interval_ms

    def settled(
        self, lead_id: str, before: Lead, outcome: Outcome, cause: Cause, *, at: int, has_news: bool
    ) -> Settled:
        """Return what an outcome comes to.

        Args:
            lead_id: Whose it is.
            before: The lead's row before it.
            outcome: The core's answer.
            cause: What the step was about.
            at: The partition's clock, in milliseconds.
            has_news: Whether more became known than that time went by.
        """
        is_shown, shown_at = before.is_shown and not has_news, before.shown_at
        topics = self._outputs.topics
        messages: list[Message] = []
        spared: list[str] = []
        if outcome.stage_changes and self._is_published(topics.stage_changes, cause.occasion):
            spared = [topics.stage_changes] * len(outcome.stage_changes)
        else:
            messages = [self._outputs.stage_change(lead_id, change, cause) for change in outcome.stage_changes]
        show_at = shown_at + self._score_interval_ms
        has_moved = bool(outcome.stage_changes or outcome.grade_changes)
        if has_moved or (not is_shown and (shown_at == 0 or at >= show_at)):
            is_shown, shown_at = True, at
            if self.is_score_published(cause):
                spared.append(topics.lead_scores)
            else:
                messages.append(self._outputs.lead_score(lead_id, outcome, at, cause))
        instants = (outcome.wake_at, None if is_shown else show_at)
        wake_at = min((instant for instant in instants if instant is not None), default=None)
        row = Lead(outcome.state, shown_at, is_shown, outcome.outlook, before.memo)
        return Settled(row, wake_at, tuple(messages), tuple(spared))

    def beside(self, lead_id: str, before: Lead, settled: Settled, at: int) -> Settled:  # noqa: ARG002 - for a challenger
        """Return what a lead to which nothing happened comes to, and by a challenger, if there is one.

        Args:
            lead_id: Whose it is.
            before: The lead's row before it.
            settled: What is known to come of it.
            at: The partition's clock, in milliseconds.
        """
        return settled

    def is_score_published(self, cause: Cause) -> bool:
        """Tell whether downstream has what a lead was worth when something happened."""
        return self._is_published(self._outputs.topics.lead_scores, cause.occasion)
