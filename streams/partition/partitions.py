"""All partitions that this process owns: claims them at assignment, hands them records, lets go of them at revocation.

One owner and one task for each partition number. A partition number of which this process holds only some of the
topics is not scored, and said: its records would be handled out of order by two workers. An owner that fails takes
the process down loudly (`on_failure`); one that finds the table rolled back claims its partition again and replays.
Where to read on is always the tables' to say, never Kafka's committed offset: a table that knows nothing is rebuilt.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

from streams.monitoring.logs import described
from streams.partition.claiming import Claims
from streams.partition.continuity import Continuity
from streams.partition.holding import Holding
from streams.partition.merging import Merge
from streams.partition.owner import Owner
from streams.partition.parts import OwnerParts, Timing
from streams.partition.patience import patiently
from streams.partition.progress import Progress
from streams.partition.recovery import TailsByTopic
from streams.partition.seal import truncated
from streams.partition.sighting import Sighting, sightings
from streams.partition.tenure import Fenced, Moved
from streams.partition.ticks import Ticker
from streams.table.door import Claim
from streams.transport.door import EARLIEST, Delivery, Hole, HoleReason, InputPositions, TopicPartition

log = logging.getLogger(__name__)

CLAIM_SETTING, RETRY_SETTING = "LEADSTREAM_SESSION_TIMEOUT_SECONDS", "LEADSTREAM_RETRY_SECONDS_MAX"
"""What bounds a claim while a group comes together, which waits for it; and every other question."""


class InputLost(Exception):
    """The input cannot be set to an offset: its partition was revoked, or the client has died."""


class Partitions:
    """The owners of this process, as the transport sees them: a `streams.transport.door.PartitionBook`."""

    def __init__(
        self,
        *,
        topics: Iterable[str],
        tick_topic: str,
        input_bytes_max: int,
        parts: OwnerParts,
        timing: Timing,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        """Start with nothing owned.

        Args:
            topics: Names of all input topics, ticks and prefix included.
            tick_topic: Which of them carries ticks.
            input_bytes_max: Bound on the buffered bytes of one topic of one partition.
            parts: What owners work with.
            timing: Clocks and bounds.
            on_failure: Told of an owner's end that it cannot mend itself.
        """
        self._topics = frozenset(topics)
        self._tick_topic = tick_topic
        self._input_bytes_max = input_bytes_max
        self._parts = parts
        self._timing = timing
        self._on_failure = on_failure
        self._holdings: dict[int, Holding] = {}
        self._claims = Claims(parts)
        self._connected: InputPositions | None = None
        self.split: frozenset[int] = frozenset()
        self.has_assignment = False

    def connect(self, positions: InputPositions) -> None:
        """Set whom to ask how far the inputs are read; done once by the transport."""
        self._connected = positions

    @property
    def owned(self) -> frozenset[int]:
        """The partition numbers whose owner is at work."""
        return frozenset(number for number, holding in self._holdings.items() if holding.is_open)

    @property
    def orphaned(self) -> frozenset[int]:
        """The partition numbers that this process claimed and cannot work on: fenced, or their input was lost."""
        return frozenset(number for number, holding in self._holdings.items() if not holding.is_open)

    def sightings(self) -> list[Sighting]:
        """Look at all owners."""
        return sightings(self._holdings.values(), self._connected)

    def progress(self) -> list[Progress]:
        """See how far all owners at work are."""
        return [holding.owner.progress() for holding in self._holdings.values() if holding.is_open]

    def problem(self) -> str | None:
        """Return why the input has died inside this living process, or None while it works."""
        return None if self._connected is None else self._connected.problem()

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Claim every partition number that was assigned whole, and start its owner.

        Returns:
            For each input of a claimed partition the next offset to read: that of its watermark, or the earliest.

        Raises:
            GaveUp: If the table cannot answer within the bound.
        """
        await self.revoked()
        numbers = {tp.partition for tp in tps}
        whole = {number for number in numbers if self._topics <= {tp.topic for tp in tps if tp.partition == number}}
        self.split = frozenset(numbers - whole)
        for number in sorted(self.split):
            log.error(
                "partition_split partition=%d: another worker holds some of its topics; not scored until it is whole",
                number,
            )
        claims = await self._claims.of(sorted(whole), self._timing.claim_seconds_max, CLAIM_SETTING)
        resume_at: dict[TopicPartition, int] = {}
        for claim, tails in claims:
            offsets = self._resume_at(claim)
            holding = self._holdings[claim.partition] = Holding(self._owner(claim, tails), Continuity(offsets))
            holding.start(self._guarded(holding, partial(self._run, holding)), "owner")
            resume_at |= {TopicPartition(topic, claim.partition): offset for topic, offset in offsets.items()}
        self.has_assignment = True
        self._parts.metrics.rebalances.inc()
        self._observe_owned()
        return resume_at

    async def revoked(self) -> None:
        """Stop all owners after the batch that each is in; bounded in time."""
        holdings, self._holdings = list(self._holdings.values()), {}
        self.has_assignment = False
        for holding in holdings:
            holding.stop()
        tasks = {task for holding in holdings for task in holding.tasks}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._timing.stop_seconds_max)
            for task in late:
                log.warning(
                    "owner_stop_late task=%s: cancelled after %g s", task.get_name(), self._timing.stop_seconds_max
                )
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._observe_owned()

    def is_accepting(self, tp: TopicPartition) -> bool:
        """Tell whether there is room for more of an input. An input without an owner is not read."""
        holding = self._holdings.get(tp.partition)
        return holding is not None and holding.is_accepting(tp.topic)

    def offer(self, tp: TopicPartition, delivery: Delivery) -> None:
        """Hand a delivered run of records to its owner. Without one it is dropped unacknowledged: it comes again."""
        holding = self._holdings.get(tp.partition)
        if holding is None or holding.offer(tp.topic, delivery, self._timing.monotonic()):
            return
        log.warning("input_jumped topic=%s partition=%d offset=%d: reading again", *tp, delivery.value[0].offset)
        self._parts.metrics.rereads.inc()
        holding.start(self._guarded(holding, partial(self._read_again, holding, tp)), f"reread-{tp.topic}")

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Say loudly that records cannot be read, and expect the input to go on behind them.

        Raises:
            InputReset: If Kafka ends before what was read. To go on would skip the records that are written there anew.
        """
        unread_at = max(hole.first, self._unread_at(tp))
        # A replay without ticks decides the same; and of what was read nothing is missing.
        if hole.reason is HoleReason.EXPIRED and (tp.topic == self._tick_topic or hole.next <= unread_at):
            self._skip(tp, hole)
            return
        log.error(
            "input_missing topic=%s partition=%d first=%d next=%d reason=%s",
            *(tp.topic, tp.partition, unread_at, hole.next, hole.reason.value),
        )
        self._parts.metrics.missing_inputs.labels(hole.reason.value).inc()
        if hole.reason is HoleReason.BEYOND_END:
            raise truncated(*tp, unread_at - 1)
        if hole.reason is HoleReason.EXPIRED:
            self._skip(tp, hole)  # of the others something is delivered in each record's place

    def _unread_at(self, tp: TopicPartition) -> int:
        """Return the first offset of an input that no table here has read."""
        holding = self._holdings.get(tp.partition)
        return 0 if holding is None else holding.owner.watermarks.get(tp.topic, -1) + 1

    def _skip(self, tp: TopicPartition, hole: Hole) -> None:
        """Expect an input to go on behind what cannot be read."""
        if (holding := self._holdings.get(tp.partition)) is not None:
            holding.continuity.skip(tp.topic, hole.next)

    def _resume_at(self, claim: Claim) -> dict[str, int]:
        """Return where to read each input on: at its watermark, to see that it is still there, or from the earliest."""
        return {topic: claim.watermarks.get(topic, EARLIEST) for topic in self._topics}

    def _owner(self, claim: Claim, tails: TailsByTopic) -> Owner:
        """Make the owner of a claimed partition."""
        number, positions = claim.partition, self._positions()
        inputs = {topic: TopicPartition(topic, number) for topic in self._topics}
        merge = Merge(
            self._topics,
            tick_topic=self._tick_topic,
            input_bytes_max=self._input_bytes_max,
            is_at_end=lambda topic: positions.is_at_end(inputs[topic]),
            is_drained=lambda topic, since: positions.is_drained(inputs[topic], since),
            answered_at=lambda topic: positions.answered_at(inputs[topic]),
        )
        ticker = Ticker(self._tick_topic, number, claim.epoch, self._timing.wall_ms, self._timing.monotonic)
        return Owner(claim, tails, self._parts, merge, ticker, self._timing.monotonic)

    def _positions(self) -> InputPositions:
        """Return whom to ask about the input."""
        if self._connected is None:
            raise RuntimeError("connect() comes before the first assignment")
        return self._connected

    async def _run(self, holding: Holding) -> None:
        """Let an owner work; each time its table was moved, begin again where the table is.

        Raises:
            Fenced, GaveUp: As `Owner.run`.
            InputLost: If the inputs could not be set to where the table is.
        """
        while True:
            try:
                await holding.owner.run()
            except Moved as error:
                log.warning("table_moved partition=%d: %s; claiming again and replaying", holding.number, error)
                self._parts.metrics.rollbacks.inc()
            else:
                return
            if self._holdings.get(holding.number) is not holding:
                return  # let go meanwhile: the next owner finds the table as it is
            await holding.clear()
            retried = (self._parts.limits.retry_seconds_max, RETRY_SETTING)
            ((claim, tails),) = await self._claims.of([holding.number], *retried)
            offsets = self._resume_at(claim)
            for topic, offset in sorted(offsets.items()):
                await self._seek(TopicPartition(topic, holding.number), offset)
            holding.reopen(self._owner(claim, tails), Continuity(offsets))

    async def _read_again(self, holding: Holding, tp: TopicPartition) -> None:
        """Set a topic back to where the table ends, and take its records again.

        Raises:
            InputLost: If it could not be set.
        """
        await self._seek(tp, holding.continuity.resume_at(tp.topic))
        holding.resume(tp.topic)

    async def _seek(self, tp: TopicPartition, offset: int) -> None:
        """Set an input to an offset, asking again while Kafka's client is silent.

        Raises:
            InputLost: If that is not possible.
        """
        ask, seconds_max = partial(self._positions().seek, tp, offset), self._parts.limits.retry_seconds_max
        try:
            await patiently(ask, seconds_max=seconds_max, on_retry=self._parts.metrics.observe_retry)
        except Exception as error:
            raise InputLost(
                f"topic {tp.topic}, partition {tp.partition}: cannot read on at {offset}: {error}"
            ) from error

    async def _guarded(self, holding: Holding, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work for a partition, and deal with its end by its kind."""
        try:
            await work()
        except (Fenced, InputLost) as error:
            log.warning("partition_lost partition=%d: %s", holding.number, error)
            if isinstance(error, Fenced):
                self._parts.metrics.fences.inc()
            holding.close()
            self._observe_owned()
            if self._holdings.get(holding.number) is not holding:
                return  # the rebalance that took it away is under way, and waits for this
            # The rebalance that took it away is to come, and ends this wait. Without one this process cannot go on.
            await asyncio.sleep(self._timing.fenced_seconds_max)
            self._on_failure(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process must not go on without this owner
            # Without the error's text, which may hold personal data.
            log.critical("partition_failed partition=%d error=%s", holding.number, described(error))
            holding.close()
            self._on_failure(error)

    def _observe_owned(self) -> None:
        """Tell the metrics what is owned."""
        self._parts.metrics.partitions.set(len(self.owned))
        self._parts.metrics.split_partitions.set(len(self.split))
