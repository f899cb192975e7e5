"""Stand-ins for what surrounds the consumer: a thread that fetches what it is given, owners that note calls."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import faust
from aiokafka.structs import ConsumerRecord
from faust.types import TP, Message
from yarl import URL

from streams.kafka.answers import Answer
from streams.transport.consumer import BatchConsumer
from streams.transport.door import Hole, InputPositions, InputSilent, Record, TopicPartition
from streams.transport.options import TransportOptions
from streams.transport.reading import Fetched
from streams.transport.transport import BatchTransport

VIEWS = TopicPartition("page-views", 0)
OPENS = TopicPartition("email-opens", 0)
GENERATION = 7


def records(tp: TopicPartition, offsets: Sequence[int], size: int = 2) -> list[Record]:
    """Records of a partition, as aiokafka gives them."""
    return [
        ConsumerRecord(*tp, offset, 1_750_000_000_000 + offset, 1, b"lead-ada", b"x" * size, None, 8, size, ())
        for offset in offsets
    ]


@dataclass
class FakeBook:
    """Owners that note every call."""

    calls: list[str] = field(default_factory=list)
    closed: set[TopicPartition] = field(default_factory=set)
    known: dict[TopicPartition, int] = field(default_factory=dict)
    holes: list[Hole] = field(default_factory=list)
    connected: list[InputPositions] = field(default_factory=list)

    def connect(self, positions: InputPositions) -> None:
        """Note it."""
        self.connected.append(positions)

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Note it."""
        self.calls.append(f"assigned {len(tps)}")
        return self.known

    async def revoked(self) -> None:
        """Note it."""
        self.calls.append("revoked")

    def is_accepting(self, tp: TopicPartition) -> bool:
        """Take all but what is closed."""
        return tp not in self.closed

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Note it."""
        self.holes.append(hole)


@dataclass
class FakeThread:
    """Fetches what stands in ``log``, from where it was sought to."""

    log: dict[TopicPartition, list[Record]] = field(default_factory=dict)
    ends: dict[TopicPartition, int] = field(default_factory=dict)
    answers: dict[TopicPartition, Answer] = field(default_factory=dict)
    wanted: list[set[TopicPartition]] = field(default_factory=list)
    sought: dict[TopicPartition, int] = field(default_factory=dict)
    committed: list[dict[TP, int]] = field(default_factory=list)
    assigned: set[TP] = field(default_factory=lambda: {TP(*VIEWS), TP(*OPENS)})
    seek_counts: dict[TopicPartition, int] = field(default_factory=dict)
    holes: dict[TopicPartition, Hole] = field(default_factory=dict)
    is_committing: bool = True
    silences: int = 0
    death: str | None = None
    unsettled: set[TopicPartition] = field(default_factory=set)

    async def fetch(self, tps: Collection[TopicPartition], timeout_seconds: float) -> Fetched:
        """Give all that there is."""
        self.wanted.append(set(tps))
        given = {tp: self.log.pop(tp) for tp in tps if self.log.get(tp)}
        for tp, found in given.items():
            self.ends[tp] = max(found[-1].offset + 1, self.ends.get(tp, 0))
        holes, self.holes = self.holes, {}
        return Fetched(given, {tp: self.ends.get(tp, 0) for tp in tps}, dict(self.seek_counts), tuple(holes.items()))

    def end(self, tp: TopicPartition) -> int | None:
        """Return the end as it was last answered."""
        return self.ends.get(tp)

    def answer(self, tp: TopicPartition) -> Answer:
        """Return the instants that were set."""
        return self.answers.get(tp, Answer())

    def is_settled(self, tp: TopicPartition, since: float) -> bool:
        """Return whether nothing was said to the contrary."""
        return tp not in self.unsettled

    def problem(self) -> str | None:
        """Return the death that was set."""
        return self.death

    def assignment(self) -> set[TP]:
        """Return the assignment that was set."""
        return self.assigned

    async def resume_offsets(
        self, tps: Collection[TopicPartition], known: Mapping[TopicPartition, int]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, Hole]]:
        """Believe the owners, else start at 0; be silent as often as told."""
        self._answer()
        holes, self.holes = self.holes, {}
        return {tp: known.get(tp, 0) for tp in tps}, holes

    async def seek_counted(
        self, offsets: Mapping[TopicPartition, int], seek_counts: Mapping[TopicPartition, int]
    ) -> None:
        """Note it."""
        self._answer()
        self.sought |= offsets
        self.seek_counts |= seek_counts

    def _answer(self) -> None:
        if self.silences > 0:
            self.silences -= 1
            raise InputSilent

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        """Note it; say no if told so."""
        if self.is_committing:
            self.committed.append(dict(offsets))
        return self.is_committing


def make_consumer(book: FakeBook, **options: Any) -> tuple[BatchConsumer, FakeThread]:
    """Make a consumer of a Faust app that never connects, with both partitions active."""
    app = faust.App("unit", broker="kafka://unit.invalid", autodiscover=False, stream_wait_empty=True)
    transport = BatchTransport(
        [URL("kafka://unit.invalid")], app, book, TransportOptions(**({"coalesce_ms": 0} | options))
    )
    app.transport = transport
    app.consumer_generation_id = GENERATION
    app.topics._acking_topics.update({VIEWS.topic, OPENS.topic})
    consumer = cast("BatchConsumer", app.consumer)
    consumer._thread.thread_loop.close()  # made for a thread that never starts
    thread = FakeThread()
    consumer._thread = cast("Any", thread)
    consumer._set_active_tps({TP(*VIEWS), TP(*OPENS)})
    return consumer, thread


async def turn(consumer: BatchConsumer) -> list[Message]:
    """Turn the delivery loop once, as Faust does, and return what it delivered; the agent takes all of it."""
    delivered = []
    deliveries: AsyncIterator[tuple[TP, Message]] = consumer.getmany(timeout=0)
    async for _, message in deliveries:
        message.refcount += 1
        message.tracked = True
        delivered.append(message)
    return delivered


def offsets_of(message: Message) -> list[int]:
    """Return the offsets of a message's records."""
    return [record.offset for record in cast("list[Record]", message.value)]
