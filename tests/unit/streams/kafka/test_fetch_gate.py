"""A client asks for more once its reader is back for more, and the reader gets what all brokers have."""

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.structs import TopicPartition

from streams.kafka.fetch_gate import CLOSED_SECONDS_MAX, GATHER_SECONDS, FetchGate
from tests.builders.virtual_time import elapse, in_virtual_time

BROKERS = range(3)
PLACES = [TopicPartition("page-views", number) for number in BROKERS]
FETCH_WAIT_SECONDS = 0.05
APART_SECONDS = 0.001
"""One broker answers so much later than the one before."""
TURN_SECONDS = 0.04


def batch(offset: int) -> bytes:
    """Return a record as a broker stores it."""
    kind = dict.fromkeys(("producer_id", "producer_epoch", "base_sequence"), -1)
    builder = DefaultRecordBatchBuilder(2, compression_type=0, is_transactional=0, batch_size=1024, **kind)
    builder.append(0, timestamp=1, key=None, value=b"{}", headers=[])
    built = builder.build()
    built[:8] = offset.to_bytes(8, "big")
    return bytes(built)


class Cluster:
    """Brokers that lead a partition each, and count how often they are asked; the client's network.

    ``ends``: how many records each partition has. A broker without a new one answers after a while.
    """

    _metadata_max_age_ms = 10_000

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.cluster = SimpleNamespace(leader_for_partition=lambda tp: tp.partition, broker_metadata=lambda _: "known")
        self.ends = Counter[TopicPartition]()
        self.asked = Counter[int]()

    async def send(self, node_id: int, request: Any) -> Any:
        """Answer a fetch: one record a time."""
        self.asked[node_id] += 1
        ((topic, ((number, offset, _),)),) = request.topics
        tp, give_up_at = TopicPartition(topic, number), self._loop.time() + FETCH_WAIT_SECONDS
        await elapse((node_id + 1) * APART_SECONDS)
        while offset >= self.ends[tp] and self._loop.time() < give_up_at:
            await elapse(APART_SECONDS)
        records = batch(offset) if offset < self.ends[tp] else b""
        return SimpleNamespace(
            API_VERSION=4, topics=[(topic, [(number, 0, self.ends[tp], self.ends[tp], [], records)])]
        )


class Client:
    """aiokafka's own fetcher, all partitions in its hands, behind a gate."""

    def __init__(self, places: list[TopicPartition] = PLACES) -> None:
        self.network = Cluster()
        self.places = places
        assignment = SubscriptionState()
        assignment.subscribe({tp.topic for tp in places})
        assignment.assign_from_subscribed(set(places))
        wait_ms = int(FETCH_WAIT_SECONDS * 1000)
        self.fetcher = Fetcher(
            self.network, assignment, fetch_max_wait_ms=wait_ms, isolation_level="read_committed", retry_backoff_ms=1
        )
        self.gate = FetchGate(asyncio.get_running_loop().time)
        self.gate.attend(self.fetcher)
        for tp in places:
            self.fetcher.seek_to(tp, 0)

    async def read(self) -> set[TopicPartition]:
        """Be back for more, as delivery is; returns of which partitions there was a record."""
        await elapse(TURN_SECONDS)
        picked = await self.gate.picked(self.fetcher, self.places, FETCH_WAIT_SECONDS, 100)
        self.gate.close()
        return set(picked)

    async def come_to_rest(self) -> None:
        """Read until nothing is under way of what was asked before the first turn."""
        for _ in range(3):
            await self.read()

    def store(self, *places: TopicPartition) -> None:
        """Append a record to partitions."""
        self.network.ends.update(places)


@in_virtual_time
async def test_each_turn_asks_every_broker_once_and_brings_what_all_of_them_have() -> None:
    """One that answers a little later than the first is not left for the next turn."""
    client = Client()
    for turn in range(10):
        before = client.network.asked.copy()
        client.store(*PLACES)
        assert await client.read() == set(PLACES)
        if turn > 3:  # what was asked before the first turn is over
            assert client.network.asked - before == dict.fromkeys(BROKERS, 1)
    await client.fetcher.close()


@in_virtual_time
async def test_what_an_idle_broker_told_meanwhile_does_not_stand_for_the_others() -> None:
    """It may still answer what it was asked the turn before; they are asked now."""
    client = Client()
    busy, idle = PLACES[:2], PLACES[2]
    for _ in range(4):
        client.store(*busy)
        await client.read()
    client.store(*PLACES)
    assert await client.read() == set(PLACES)
    assert client.network.asked[idle.partition] < client.network.asked[0]
    await client.fetcher.close()


@in_virtual_time
async def test_what_comes_while_the_reader_is_away_comes_in_one_answer() -> None:
    """Without the gate the client asks as soon as it was read from, and has what came in the first millisecond."""
    client = Client(PLACES[:1])
    await client.come_to_rest()
    asked = client.network.asked[0]
    await elapse(TURN_SECONDS)
    assert client.network.asked[0] == asked
    client.store(PLACES[0])
    assert await client.read() == {PLACES[0]}
    await client.fetcher.close()


@in_virtual_time
async def test_a_broker_without_news_holds_the_others_up_for_a_moment_only() -> None:
    """It answers when it has something, or after the time that it was given."""
    client = Client()
    await client.come_to_rest()
    client.store(PLACES[0])
    begun_at = asyncio.get_running_loop().time()
    assert await client.read() == {PLACES[0]}
    waited_seconds = asyncio.get_running_loop().time() - begun_at - TURN_SECONDS
    assert waited_seconds <= GATHER_SECONDS + 3 * APART_SECONDS
    await client.fetcher.close()


@in_virtual_time
async def test_a_reader_that_stays_away_holds_nothing_up() -> None:
    """How far Kafka is is asked all the same, some times a second."""
    client = Client(PLACES[:1])
    await client.come_to_rest()
    asked = client.network.asked[0]
    await elapse(0.9 * CLOSED_SECONDS_MAX)
    assert client.network.asked[0] == asked
    await elapse(10 * CLOSED_SECONDS_MAX)
    assert client.network.asked[0] > asked + 3
    await client.fetcher.close()


@in_virtual_time
async def test_nothing_to_read_takes_as_long_as_was_given() -> None:
    """An idle partition costs a wait, not a turn after the other."""
    client = Client(PLACES[:1])
    begun_at = asyncio.get_running_loop().time()
    assert await client.read() == set()
    assert asyncio.get_running_loop().time() - begun_at == pytest.approx(TURN_SECONDS + FETCH_WAIT_SECONDS)
    await client.fetcher.close()


@in_virtual_time
async def test_what_the_client_may_not_read_is_told() -> None:
    """It says so to whoever waits for records."""
    client = Client(PLACES[:1])
    reading = asyncio.create_task(client.gate.picked(client.fetcher, PLACES[:1], 1.0, 100))
    await elapse(APART_SECONDS)
    for waiter in list(client.fetcher._fetch_waiters):
        waiter.set_exception(TopicAuthorizationFailedError("page-views"))
    with pytest.raises(TopicAuthorizationFailedError):
        await reading
    await client.fetcher.close()
