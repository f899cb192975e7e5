"""All partitions that this process owns: claims them at assignment, hands them records, lets go of them at revocation.

One owner and one task for each partition number. A partition number of which this process holds only some of the
topics is not scored, and said: its records would be handled out of order by two workers. An owner that fails takes
the process down loudly (`on_failure`); one that finds the table rolled back claims its partition again and replays.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.merging import Merge
from streams.owner import Fenced, Moved, Owner, OwnerParts
from streams.patience import patiently
from streams.records import InputRecord
from streams.table.door import Claim
from streams.ticks import Ticker
from streams.transport.door import InputPositions, TopicPartition

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks and bounds that only pace the work. ``wall_ms`` is the worker's clock; it decides nothing."""

    wall_ms: Callable[[], int]
    monotonic: Callable[[], float]
    fetch_wait_seconds: float
    stop_seconds_max: float
    claim_seconds_max: float
    fenced_seconds_max: float


@dataclass(slots=True)
class _Tenure:
    """An owner, its task, and the batches that it has not yet acknowledged, per topic and in delivery order."""

    owner: Owner
    task: "asyncio.Task[None] | None" = None
    delivered: dict[str, deque[tuple[int, Any]]] = field(default_factory=dict)


class Partitions:
    """The owners of this process, as the transport sees them."""

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
        self._tenures: dict[int, _Tenure] = {}
        self._positions: InputPositions | None = None
        self.split: frozenset[int] = frozenset()
        self.has_assignment = False

    def connect(self, positions: InputPositions) -> None:
        """Set whom to ask how far the inputs are read; done once by the transport."""
        self._positions = positions

    @property
    def owned(self) -> frozenset[int]:
        """The partition numbers with a living owner."""
        return frozenset(self._tenures)

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Claim every partition number that was assigned whole, and start its owner.

        Returns:
            For each input that the table knows, the next offset to read.

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
        claims = await asyncio.gather(*(self._claimed(number) for number in sorted(whole)))
        resume: dict[TopicPartition, int] = {}
        for claim in claims:
            resume |= {TopicPartition(topic, claim.partition): offset + 1 for topic, offset in claim.watermarks.items()}
            self._start(claim)
        self.has_assignment = True
        self._observe_owned()
        return {tp: offset for tp, offset in resume.items() if tp in tps}

    async def revoked(self) -> None:
        """Stop all owners after the batch that each is in; bounded in time."""
        tenures, self._tenures = list(self._tenures.values()), {}
        for tenure in tenures:
            tenure.owner.stop()
        tasks = [tenure.task for tenure in tenures if tenure.task is not None]
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
        tenure = self._tenures.get(tp.partition)
        return tenure is not None and tenure.owner.merge.is_accepting(tp.topic)

    def offer(self, tp: TopicPartition, records: "list[InputRecord]", event: Any) -> None:  # noqa: ANN401 - Faust's event
        """Hand a delivered run of records to its owner. Without one it is dropped unacknowledged: it will come again."""
        tenure = self._tenures.get(tp.partition)
        if tenure is None:
            return
        tenure.delivered.setdefault(tp.topic, deque()).append((records[-1].offset, event))
        tenure.owner.merge.offer(tp.topic, records, self._timing.monotonic())
        tenure.owner.notify()

    async def _claimed(self, number: int) -> Claim:
        """Claim one partition, asking again while the table is away."""
        token = secrets.token_hex(8)
        return await patiently(
            lambda: self._parts.table.claim(number, token),
            seconds_max=self._timing.claim_seconds_max,
            on_retry=self._parts.metrics.observe_retry,
        )

    def _start(self, claim: Claim) -> None:
        """Make the owner of a claimed partition and let it run."""
        number = claim.partition
        positions = self._positions
        if positions is None:
            raise RuntimeError("connect() comes before the first assignment")
        merge = Merge(
            self._topics,
            tick_topic=self._tick_topic,
            input_bytes_max=self._input_bytes_max,
            is_at_end=lambda topic: positions.is_at_end(TopicPartition(topic, number)),
            answered_at=lambda topic: positions.answered_at(TopicPartition(topic, number)),
            fetch_wait_seconds=self._timing.fetch_wait_seconds,
        )
        ticker = Ticker(self._tick_topic, number, claim.epoch, self._timing.wall_ms, self._timing.monotonic)
        owner = Owner(claim, self._parts, merge, ticker, self._timing.monotonic)
        tenure = _Tenure(owner)
        owner.on_progress(lambda watermarks: _acknowledge(tenure, watermarks))
        self._tenures[number] = tenure
        tenure.task = asyncio.create_task(self._run(tenure), name=f"owner-{number}")
        log.info("partition_claimed partition=%d epoch=%d clock=%d", number, claim.epoch, claim.clock)

    async def _run(self, tenure: _Tenure) -> None:
        """Let an owner work, and deal with its end by its kind."""
        number = tenure.owner.partition
        try:
            await tenure.owner.run()
        except Fenced as error:
            log.warning("partition_fenced partition=%d: %s", number, error)
            self._parts.metrics.fences.inc()
            await self._outlive_fence(tenure)
        except Moved as error:
            log.warning("table_rolled_back partition=%d: %s; claiming again and replaying", number, error)
            self._parts.metrics.rollbacks.inc()
            await self._restart(tenure)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            log.critical("owner_failed partition=%d: %s: %s", number, type(error).__name__, error, exc_info=error)
            self._on_failure(error)

    async def _outlive_fence(self, tenure: _Tenure) -> None:
        """Wait for the rebalance that a newer owner implies; without one this process holds a claim it cannot use."""
        await asyncio.sleep(self._timing.fenced_seconds_max)
        if self._tenures.get(tenure.owner.partition) is tenure:
            self._on_failure(Fenced(f"partition {tenure.owner.partition}: fenced, and no rebalance came"))

    async def _restart(self, tenure: _Tenure) -> None:
        """Claim a partition anew after its table went back, and read the inputs again from where the table is."""
        number = tenure.owner.partition
        if self._tenures.get(number) is not tenure or self._positions is None:
            return
        # Until the new owner stands, what arrives is dropped unacknowledged: it comes again after the seek.
        del self._tenures[number]
        try:
            claim = await self._claimed(number)
            for topic in sorted(self._topics):
                await self._positions.seek(TopicPartition(topic, number), claim.watermarks.get(topic, -1) + 1)
        except BaseException as error:  # noqa: BLE001 - as in _run
            self._on_failure(error)
            return
        self._start(claim)

    def _observe_owned(self) -> None:
        """Tell the metrics what is owned."""
        self._parts.metrics.partitions.set(len(self._tenures))
        self._parts.metrics.split_partitions.set(len(self.split))


def _acknowledge(tenure: _Tenure, watermarks: Mapping[str, int]) -> None:
    """Acknowledge to Faust every delivered batch whose last record is at or below the watermark."""
    for topic, delivered in tenure.delivered.items():
        while delivered and delivered[0][0] <= watermarks.get(topic, -1):
            delivered.popleft()[1].ack()
