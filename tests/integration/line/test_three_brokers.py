"""Three brokers of Apache Kafka, of which one after the other is killed under load, or frozen, and comes back.

While a broker is missing, records wait above the high watermark, with an append time and invisible. No tick may go
before them: a change would be dated by it that a replay dates by the record.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition as ClientPartition

import streams.transport.log_ends
from schemas.topics import TOPICS
from streams.kafka.known_end import known_end
from streams.sandbox.redis import RedisServer
from streams.transport.door import TopicPartition
from streams.transport.log_ends import LogEnds
from tests.integration.line.conftest import DATA
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import Installation, now_ms
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.apache_kafka_cluster import BROKERS, ApacheKafkaCluster

PARTITIONS = 3
SETTLED_SECONDS_MAX = 120.0
ATTEMPTS_MAX = 4
READER = -1
"""The number by which a reader asks, not a replica."""
VISIBLE_SECONDS_MAX = 40.0
"""Kafka goes on without a follower once it took it out of the replicas in sync: by then at the latest."""


class Onlooker:
    """A consumer of one partition, and what its leader says of the log's end."""

    def __init__(self, consumer: AIOKafkaConsumer, place: ClientPartition) -> None:
        self._consumer = consumer
        self._place = place
        self._ends = LogEnds()
        self._ends.attend(consumer._client)

    @property
    def end(self) -> int:
        """The end of what is shown."""
        return known_end(self._consumer, self._place) or 0

    async def is_settled(self, since: float) -> bool:
        """Fetch, ask the leader, and tell whether all that was stored until then is shown."""
        await self._consumer.getmany(timeout_ms=100)
        tp = TopicPartition(*self._place)
        self._ends.is_settled(tp, since, -1)
        self._ends.ask()
        await asyncio.gather(*self._ends._asking.values())
        return self._ends.is_settled(tp, since, self.end)

    async def settled(self, since: float) -> None:
        """Wait until it is."""
        async with asyncio.timeout(VISIBLE_SECONDS_MAX):
            while not await self.is_settled(since):
                pass


@asynccontextmanager
async def looking_on(bootstrap: str, place: ClientPartition) -> AsyncIterator[Onlooker]:
    """Give an onlooker."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", fetch_max_wait_ms=50, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign([place])
        yield Onlooker(consumer, place)
    finally:
        await consumer.stop()


@asynccontextmanager
async def storing(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    """Give a producer that does not wait for replicas."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks=1)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@contextmanager
def frozen(broker: ApacheKafka) -> Iterator[None]:
    """Let a broker stand still."""
    broker.child.send(signal.SIGSTOP)
    try:
        yield
    finally:
        broker.child.send(signal.SIGCONT)


@pytest.mark.kafka
async def test_what_waits_for_its_replicas_is_known_to_be_there(
    kafka_cluster: ApacheKafkaCluster, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A follower is frozen: no fetch shows what is stored, and its leader says that it is, if asked as a replica."""
    bootstrap, topic = kafka_cluster.bootstrap, f"{topic_prefix}page-views"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, BROKERS, topic_configs={"min.insync.replicas": "1"})])
    await admin.close()
    async with storing(bootstrap) as producer, looking_on(bootstrap, ClientPartition(topic, 0)) as onlooker:
        for _ in range(ATTEMPTS_MAX):
            await kafka_cluster.await_in_sync((topic,))
            [leader] = await kafka_cluster.leaders((topic,))
            await producer.send_and_wait(topic, b"a record", partition=0)
            await onlooker.settled(time.monotonic())
            shown = onlooker.end
            with frozen(kafka_cluster.brokers[leader % BROKERS]):
                for _ in range(3):
                    await producer.send_and_wait(topic, b"a record", partition=0)
                since = time.monotonic()
                with monkeypatch.context() as changed:
                    changed.setattr(streams.transport.log_ends, "NO_REPLICA", READER)
                    is_settled_for_readers = await onlooker.is_settled(since)
                if await onlooker.is_settled(time.monotonic()):
                    continue  # Kafka gave the follower up before all this was done, on a machine that does much else
                assert is_settled_for_readers, "the leader tells readers as much as replicas"
                await onlooker.settled(since)
                assert onlooker.end >= shown + 3, "not all that was stored is shown"
                break
        else:
            pytest.fail("what the replicas do not have was never said to be there")
    await kafka_cluster.await_in_sync((topic,))


@pytest.mark.kafka
async def test_brokers_are_killed_and_leaders_move(
    kafka_cluster: ApacheKafkaCluster, redis_server: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """SIGKILL and start of two brokers of three, in mid-stream: tables and stage changes are as recomputed."""
    with ExitStack() as stack:
        line = stack.enter_context(
            Installation(
                tmp_path,
                is_apache=True,
                kafka_bootstrap=kafka_cluster.bootstrap,
                redis_url=redis_server.url,
                redis_prefix=topic_prefix.strip("-"),
                topic_prefix=topic_prefix,
                group=f"{topic_prefix}group",
                scorecard=DATA / "quick.yaml",
                partitions=PARTITIONS,
                replication_factor=BROKERS,
                batch_records_max=100,
            )
        )
        await line.create_topics()
        topics = tuple(f"{topic_prefix}{name}" for name in TOPICS)
        began_at = now_ms()
        await line.produce(crowd(5, leads=40, activities=600, from_at=began_at - 30_000, to_at=began_at))
        worker = line.started()
        await line.joined(worker)
        for number, broker in enumerate(kafka_cluster.brokers[:2], start=1):
            await line.produce_views(50 + number, 60)
            assert number in await kafka_cluster.leaders(topics)
            broker.kill()
            await line.produce_views(60 + number, 60)
            assert number not in await kafka_cluster.leaders(topics)
            await asyncio.to_thread(broker.start)
            await line.produce_views(70 + number, 60)
            await kafka_cluster.await_in_sync(topics)
        await line.settled(SETTLED_SECONDS_MAX)
        await worker.terminate()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert len(first_of_each(told)) > 20
