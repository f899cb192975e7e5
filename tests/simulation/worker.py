"""One worker process: the real owners over simulated servers, in a process that can be stopped and killed."""

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from scorer import JournalBounds, Scorecard
from streams.kafka.partitioner import partition_of
from streams.monitoring.metrics import Metrics
from streams.partition.decode import Acceptance, Decoder
from streams.partition.fold import FoldRules
from streams.partition.judging import InForce, OneScorecard
from streams.partition.lead_cache import LeadRoom
from streams.partition.partitions import Partitions, Timing
from streams.partition.parts import OwnerLimits, OwnerParts
from streams.partition.records import Decoded, Ordered
from streams.publisher.door import Publisher
from streams.table.door import Table
from streams.tail.door import Tails
from streams.transport.door import TopicPartition
from tests.builders.folding import TAIL_TOPICS, outputs
from tests.builders.records import DAY, MINUTE, NAMES, TICKS, TOPICS
from tests.simulation.chronicle import Handling
from tests.simulation.group import Group
from tests.simulation.inputs import SimulatedInput
from tests.simulation.kafka import Place, SimulatedKafka, place_of
from tests.simulation.loop import Process, SimulatedLoop

MERGE_WAIT_SECONDS = 0.4
SCORE_INTERVAL_MS = 5_000
RETRY_SECONDS_MAX = 6.0
LATENESS_MAX_MS = DAY
FUTURE_MAX_MS = MINUTE
LEAD_ROOM_BYTES = 12_000
"""Of each worker, for the leads at hand. Each run draws it anew."""
METRICS = Metrics(lambda: 0.0)
"""Shared by all workers of all runs: they are dear to make, and decide nothing."""

placed = lru_cache(1_024)(partition_of)


def rules(scorecard: Scorecard, challenger: Scorecard | None) -> FoldRules:
    """Return what the folds of a simulation go by."""
    return FoldRules(scorecard, JournalBounds(entries_max=1_000, age_ms=60 * DAY), SCORE_INTERVAL_MS, challenger)


@lru_cache(8)
def decoder(partitions: int) -> Decoder:
    """Return the decoder of a simulation: one for all who have as many partitions, for it remembers nothing."""
    acceptance = Acceptance(64 * 1024, LATENESS_MAX_MS, FUTURE_MAX_MS)
    return Decoder(NAMES, acceptance, lambda key: placed(key, partitions))


class NotingDecoder:
    """A decoder that notes in which order records are handled: owners decode right before they fold."""

    def __init__(self, inner: Decoder, now: Callable[[], float]) -> None:
        """Note what passes through a decoder."""
        self._inner = inner
        self._now = now
        self.handled: dict[Place, Handling] = {}
        self._count = 0

    def decoded(self, run: Sequence[Ordered]) -> list[Decoded]:
        """See `streams.partition.decode.Decoder.decoded`."""
        now = self._now()
        for item in run:
            self._count += 1
            self.handled[place_of(item.record)] = Handling(self._count, now)
        return self._inner.decoded(run)


class SimulatedWorker:
    """A worker process, from its start to its end."""

    def __init__(
        self,
        name: str,
        loop: SimulatedLoop,
        kafka: SimulatedKafka,
        group: Group,
        *,
        chance: Random,
        partitions: int,
        scorecard: Scorecard,
        challenger: Scorecard | None,
        ahead_ms: int,
        on_failure: Callable[["SimulatedWorker", BaseException], None],
    ) -> None:
        """Put a worker together; `start` lets it run.

        Args:
            name: Tells it from all other workers, also from its own earlier lives.
            loop: Whose time it goes by.
            kafka: The input logs.
            group: Deals the partitions.
            chance: Its dice.
            partitions: How many there are.
            scorecard: What values the leads.
            challenger: Judges beside it, if there is one.
            ahead_ms: How wrong its clock is.
            on_failure: Told when it cannot go on.
        """
        self.name = name
        self.process = Process(loop)
        self.decoder = NotingDecoder(decoder(partitions), loop.time)
        self._loop, self._kafka, self._group = loop, kafka, group
        self._in_force = InForce(scorecard, scorecard.version, challenger=challenger)
        self._ahead_ms, self._chance = ahead_ms, chance
        self._on_failure = on_failure
        self._disturbed = asyncio.Event()
        self._is_leaving = False
        self.has_left = False
        self.stops: list[tuple[float, float]] = []

    def connect(self, table: Table, publisher: Publisher, tails: Tails) -> None:
        """Set the servers that it works with."""
        parts = OwnerParts(**self._parts(table, publisher), tails=tails, tail_topics=TAIL_TOPICS)
        timing = Timing(
            wall_ms=lambda: self._kafka.now_ms() + self._ahead_ms,
            monotonic=self._loop.time,
            stop_seconds_max=1.0,
            claim_seconds_max=3.0,
            fenced_seconds_max=6.0,
        )
        self.partitions = Partitions(
            topics=TOPICS,
            tick_topic=TICKS,
            input_bytes_max=4_000,
            parts=parts,
            timing=timing,
            on_failure=lambda error: self._on_failure(self, error),
        )
        self.input = SimulatedInput(self._loop, self._kafka, self.process, self.partitions, self._chance)
        self.partitions.connect(self.input)

    def _parts(self, table: Table, publisher: Publisher) -> dict[str, Any]:
        """Return what its owners work with."""
        return {
            "table": table,
            "publisher": publisher,
            "decoder": self.decoder,
            "outputs_of": lambda partition, scorecard: outputs(scorecard, partition),
            "rules": rules(self._in_force.scorecard, self._in_force.challenger),
            "scorecards": OneScorecard(self._in_force),
            "limits": OwnerLimits(
                batch_records_max=5,
                batch_bytes_max=100_000,
                merge_wait_seconds=MERGE_WAIT_SECONDS,
                retry_seconds_max=RETRY_SECONDS_MAX,
            ),
            "lead_room": LeadRoom(LEAD_ROOM_BYTES),
            "metrics": METRICS,
        }

    def start(self) -> None:
        """Run."""
        self.process.start(self._live())

    def disturb(self) -> None:
        """Hear of a rebalance."""
        self._disturbed.set()

    def leave(self) -> None:
        """Finish the batches, let go of the partitions, and end."""
        self._is_leaving = True
        self._disturbed.set()

    def stop(self) -> None:
        """Stand still, as under SIGSTOP."""
        self.input.pause()
        self.process.stop()
        self.stops.append((self._loop.time(), float("inf")))

    def resume(self) -> None:
        """Go on."""
        self.stops[-1] = (self.stops[-1][0], self._loop.time())
        self.process.resume()
        self.input.resume()

    def dissolve(self) -> None:
        """Let go of all parts."""
        for part in (self.process, self.partitions, self.input, self.decoder, self):
            vars(part).clear()

    async def _live(self) -> None:
        while not self._is_leaving:
            self._disturbed.clear()
            numbers = await self._group.join(self)
            if numbers is None:
                continue
            taking = asyncio.create_task(self._take_up(numbers))
            await self._disturbed.wait()
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            await self.partitions.revoked()
            self.input.assign({})
        self.has_left = True
        self._group.leave(self.name)

    async def _take_up(self, numbers: Sequence[int]) -> None:
        tps = frozenset(TopicPartition(topic, number) for topic in TOPICS for number in numbers)
        try:
            self.input.assign(await self.partitions.assigned(tps))
        except Exception as error:  # noqa: BLE001 - whatever it is ends the process
            self._on_failure(self, error)
