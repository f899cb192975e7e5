"""A Faust app whose owners only write down what the transport does to them: the transport's rules without a scorer."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiokafka
import faust
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from yarl import URL

from streams.transport.door import Delivery, Hole, InputPositions, TopicPartition
from streams.transport.options import TransportOptions
from streams.transport.schema import BatchSchema
from streams.transport.transport import BatchTransport

WAIT_SECONDS_MAX = 60.0


@dataclass(slots=True)
class Received:
    """One delivery, as the agent got it."""

    tp: TopicPartition
    offsets: tuple[int, ...]
    generation_id: int
    delivery: Delivery


@dataclass
class RecordingBook:
    """Owners that note every call; ``resume`` stands for the tables' watermarks, ``closed`` for full owners."""

    resume: dict[TopicPartition, int] = field(default_factory=dict)
    closed: set[TopicPartition] = field(default_factory=set)
    is_acknowledging: bool = True
    received: list[Received] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    assignment: frozenset[TopicPartition] = frozenset()
    holes: list[tuple[TopicPartition, Hole]] = field(default_factory=list)
    positions: InputPositions | None = None
    on_revoked: Callable[[], None] = lambda: None

    def connect(self, positions: InputPositions) -> None:
        """Keep whom to ask."""
        self.positions = positions

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Note it and answer with ``resume``."""
        self.calls.append("assigned")
        self.assignment = tps
        return {tp: offset for tp, offset in self.resume.items() if tp in tps}

    async def revoked(self) -> None:
        """Note it."""
        self.calls.append("revoked")
        self.on_revoked()
        self.assignment = frozenset()

    def is_accepting(self, tp: TopicPartition) -> bool:
        """Take all but what is closed."""
        return tp not in self.closed

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Note it."""
        self.holes.append((tp, hole))

    def take(self, event: Any) -> None:
        """Do what the app's agent does with an event."""
        offsets = tuple(record.offset for record in event.value)
        tp = TopicPartition(*event.message.tp)
        self.received.append(Received(tp, offsets, event.message.generation_id, event))
        if self.is_acknowledging:
            event.ack()

    def offsets(self, tp: TopicPartition) -> list[int]:
        """All offsets received of a partition, in order, repeats too."""
        return [offset for received in self.received if received.tp == tp for offset in received.offsets]

    @property
    def record_count(self) -> int:
        """How many records were received, repeats too."""
        return sum(len(received.offsets) for received in self.received)


def recording_app(
    bootstrap: str, group: str, topics: Sequence[str], book: Any, options: TransportOptions | None = None, **conf: Any
) -> faust.App:
    """Build the app as `streams.transport.transport` says, with an agent that only hands events to the book."""
    settings: dict[str, Any] = {
        "web_enabled": False,
        "autodiscover": False,
        "datadir": tempfile.gettempdir(),
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "stream_buffer_maxsize": 128,
        "stream_wait_empty": True,
        "stream_recovery_delay": 0,
        "broker_session_timeout": 6,
        "broker_heartbeat_interval": 1,
        "broker_rebalance_timeout": 10,
        "broker_max_poll_interval": 86_400,
        "broker_commit_interval": 0.2,
    } | conf
    url = f"kafka://{bootstrap}"
    app = faust.App(group, broker=url, **settings)
    app.transport = BatchTransport([URL(url)], app, book, options or TransportOptions())

    @app.agent(app.topic(*topics, schema=BatchSchema()), concurrency=32)
    async def take(stream: Any) -> None:
        async for event in stream.noack().events():
            book.take(event)

    return app


@asynccontextmanager
async def running(app: faust.App) -> AsyncIterator[faust.App]:
    """Run an app in this process. Its start is not awaited: that would wait for the first claim too."""
    starting = asyncio.create_task(app.start())
    try:
        yield app
    finally:
        await app.stop()
        await asyncio.wait([starting], timeout=WAIT_SECONDS_MAX)


async def until(condition: Callable[[], bool], what: str, seconds_max: float = WAIT_SECONDS_MAX) -> None:
    """Poll until a condition holds; fail, saying what was waited for, when it does not in time."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds_max:g} s for: {what}"
        await asyncio.sleep(0.01)


async def create_topics(bootstrap: str, topics: Sequence[str], partitions: int, **config: str) -> None:
    """Create topics; clients wait for their leaders by themselves."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=config) for topic in topics])
    finally:
        await admin.close()


@asynccontextmanager
async def producing(bootstrap: str, **options: Any) -> AsyncIterator[aiokafka.AIOKafkaProducer]:
    """A producer for the test's own records."""
    producer = aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap, **options)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def produce(bootstrap: str, tps: Sequence[TopicPartition], count: int, body: bytes = b"{}") -> None:
    """Append ``count`` records to each partition."""
    async with producing(bootstrap, linger_ms=2) as producer:
        sent = [await producer.send(tp.topic, body, partition=tp.partition) for _ in range(count) for tp in tps]
        await asyncio.gather(*sent)


async def committed(bootstrap: str, group: str, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
    """Ask Kafka for a group's committed offsets."""
    consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        return {tp: await consumer.committed(aiokafka.TopicPartition(*tp)) for tp in tps}
    finally:
        await consumer.stop()
