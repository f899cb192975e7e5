"""An owner's recovery, step by step: learn what was told, replay under its filter, put right what differs, be done.

An owner whose table is behind nothing passes through all of it at the cost of a comparison. Knows the doors only.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from scorer import Scorecard
from streams.partition.changes import Changes
from streams.partition.correction import CorrectionSteps, correct
from streams.partition.merging import Merge
from streams.partition.parts import OwnerParts
from streams.partition.recovery import Recovery, is_behind
from streams.partition.tenure import Tenure
from streams.publisher.door import Message, PublishUnavailable
from streams.table.door import Claim
from streams.tail.positions import Occasion, marker_value
from streams.tail.told import Told

log = logging.getLogger(__name__)

MARK_SECONDS = 60.0
"""The least time between two markers of a partition, but for the last one."""

COURSE_SECONDS = 5.0
"""Between two lines of the log about how far a replay is."""

AskForTold = Callable[[Callable[[], Awaitable[Told]]], Awaitable[Told]]


class Healing:
    """The recovery of one owner. ``recovery``: the one that goes on; None if the table is behind nothing (any more)."""

    def __init__(self, claim: Claim, tenure: Tenure, parts: OwnerParts, monotonic: Callable[[], float]) -> None:
        """Look whether the table is behind what was published.

        Args:
            claim: The partition as the table has it.
            tenure: The owner's; it knows how far outputs were published.
            parts: Doors and rules.
            monotonic: A clock in seconds that only bounds waits.
        """
        self.recovery: Recovery | None = None
        self._is_behind = is_behind(claim, tenure.tails)
        self._tenure = tenure
        self._parts = parts
        self._monotonic = monotonic
        self._began_at = self._marked_at = self._told_at = monotonic()
        self._told_done = 0
        self._marked_through = tenure.next_sequence

    async def begin(self, patiently: AskForTold) -> None:
        """If the table is behind: learn what leads were told, and drop from the outbox what was published."""
        if not self._is_behind:
            return
        tenure, parts = self._tenure, self._parts
        parts.metrics.recoveries.begin(tenure.partition)
        log.warning("recovery_begun partition=%d: the table is behind what was published", tenure.partition)
        told = await patiently(partial(parts.tails.told, tenure.partition))
        topics = parts.tail_topics
        moves = (topics.stage_changes, topics.challenger_stage_changes)
        self.recovery = Recovery(tenure.positions, told, tenure.tails, *moves)
        tenure.pending = True
        log.warning("recovery_replays partition=%d from=%s to=%s", tenure.partition, tenure.positions, told.through)
        tenure.keep_unpublished(self.recovery.restored(tenure.unpublished))

    def is_published(self, topic: str, occasion: Occasion | None) -> bool:
        """Tell whether downstream has what an occasion had to tell on an output topic, before that is built."""
        return self.recovery is not None and self.recovery.has(topic, occasion)

    def filter(self, changes: Changes) -> None:
        """While replaying, take out of a fold's messages what downstream has."""
        if self.recovery is not None:
            before = dict(self.recovery.dropped)
            self.recovery.count_dropped(changes.spared)
            changes.messages = self.recovery.unpublished(changes.messages)
            changes.tally.changed_at.clear()  # most are not told again, and what is was true long ago
            self._parts.metrics.recoveries.observe_dropped(before, self.recovery.dropped)
            self._tell_course(self.recovery)

    def _tell_course(self, recovery: Recovery) -> None:
        """Say how far a replay is: to the table with the next commit, to the metrics, and to the log now and then."""
        tenure, now = self._tenure, self._monotonic()
        course = recovery.course(tenure.watermarks)
        tenure.course = course if tenure.pending else None
        self._parts.metrics.recoveries.observe_course(tenure.partition, done=course.done, total=course.total)
        seconds = now - self._told_at
        if seconds < COURSE_SECONDS:
            return
        pace = (course.done - self._told_done) / seconds if seconds else 0.0
        log.info(
            "recovery_goes_on partition=%d done=%d left=%d percent=%.1f per_second=%.0f ready_in_seconds=%s",
            *(tenure.partition, course.done, course.left, 100 * course.share, pace),
            f"{course.left / pace:.0f}" if pace > 0 else "unknown",
        )
        self._told_at, self._told_done = now, course.done

    def wake_at(self, next_due_at: int | None) -> int | None:
        """Return the instant to which the clock has to come next; while replaying perhaps before the next wake-up."""
        return next_due_at if self.recovery is None else self.recovery.wake_at(self._tenure.clock, next_due_at)

    def is_over(self, merge: Merge) -> bool:
        """Tell whether a replay has come as far as what was published, so that it is time to correct."""
        tenure = self._tenure
        return self.recovery is not None and self.recovery.is_over(
            tenure.watermarks, tenure.clock, tenure.next_due_at, lambda topic: merge.is_exhausted(topic, self._began_at)
        )

    async def end(self, scorecard: Scorecard, steps: CorrectionSteps) -> None:
        """Put right what leads were told otherwise. Told to stop meanwhile, the next owner does it again.

        Args:
            scorecard: The one in force.
            steps: What the owner does for it.
        """
        recovery, tenure = self.recovery, self._tenure
        if recovery is None:
            return
        corrected = await correct(recovery.told, scorecard, steps)
        self._parts.metrics.recoveries.observe_corrected(corrected)
        if tenure.pending:
            return
        self.recovery = None
        total = recovery.course(tenure.watermarks).total  # perhaps not all of it is in Kafka any more
        self._parts.metrics.recoveries.observe_course(tenure.partition, done=total, total=total)
        self._parts.metrics.recoveries.end(tenure.partition)
        log.warning(
            "recovery_over partition=%d corrected=%d not_published_again=%s",
            *(tenure.partition, corrected, recovery.dropped),
        )

    async def mark(self, seconds_min: float = MARK_SECONDS) -> None:
        """Leave a marker of how far outputs were published, if there were any and the last marker is old enough."""
        tenure, now = self._tenure, self._monotonic()
        is_news = tenure.next_sequence > self._marked_through and not tenure.unpublished
        if not is_news or now - self._marked_at < seconds_min:
            return
        self._marked_at, self._marked_through = now, tenure.next_sequence
        # Tried once: what no marker says is published again at worst, under the id that it had.
        with suppress(PublishUnavailable):
            await self._parts.publisher.publish(self._markers())

    def close(self) -> None:
        """Say that this owner works no more."""
        self._parts.metrics.recoveries.end(self._tenure.partition)

    def _markers(self) -> list[Message]:
        """Return a marker for each output topic."""
        topics, tenure = self._parts.tail_topics, self._tenure
        return [
            Message(topics.positions, tenure.partition, topic.encode(), marker_value(topic, tenure.positions_of(topic)))
            for topic in topics.outputs
        ]
