"""What is stored and may not be read yet: asked of leaders, of partitions with several replicas only."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    KafkaConnectionError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
)

from streams.transport.door import TopicPartition
from streams.transport.log_ends import NO_REPLICA, LogEnds
from tests.unit.streams.transport.fakes import OPENS, VIEWS

ALONE = TopicPartition("ticks", 0)


class Client:
    """A network client of two brokers: what it was asked, and what it answers by partition, or raises."""

    def __init__(self) -> None:
        """Lead views by 1, opens by 2, and have a topic without replicas."""
        self.leaders: dict[TopicPartition, int | None] = {VIEWS: 1, OPENS: 2, ALONE: 1}
        self.replicas = {VIEWS: [1, 2, 3], OPENS: [1, 2, 3], ALONE: [1]}
        self.ends: dict[TopicPartition, int | type[Exception]] = {VIEWS: 0, OPENS: 0}
        self.failure: Exception | None = None
        self.asked: list[tuple[int, int, Any]] = []
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.updates = 0
        partitions: dict[str, dict[int, Any]] = {}
        for tp, replicas in self.replicas.items():
            partitions.setdefault(tp.topic, {})[tp.partition] = SimpleNamespace(replicas=replicas)
        self.cluster = SimpleNamespace(_partitions=partitions, leader_for_partition=lambda tp: self.leaders[tp])

    async def send(self, node: int, request: Any) -> Any:
        """Answer as a leader does that takes the question for a replica's."""
        self.asked.append((node, request._replica_id, request._topics))
        await self.thawed.wait()
        if self.failure is not None:
            raise self.failure
        return SimpleNamespace(
            topics=[
                (topic, [self._entry(TopicPartition(topic, number)) for number, _ in entries])
                for topic, entries in request._topics
            ]
        )

    def _entry(self, tp: TopicPartition) -> tuple[int, ...]:
        end = self.ends[tp]
        return (tp.partition, 0, -1, end, 7) if isinstance(end, int) else (tp.partition, end.errno, -1, -1, -1)  # type: ignore[attr-defined]

    def force_metadata_update(self) -> None:
        """Note it."""
        self.updates += 1


@pytest.fixture
def client() -> Client:
    """A client whose logs are empty."""
    return Client()


@pytest.fixture
def ends(client: Client) -> LogEnds:
    """What is known by that client."""
    made = LogEnds()
    made.attend(client)
    return made


async def answered(ends: LogEnds) -> None:
    """Ask what is wanted, and wait for the answers."""
    ends.ask()
    await asyncio.gather(*ends._asking.values())


async def test_a_partition_without_replicas_shows_what_it_stores(ends: LogEnds, client: Client) -> None:
    """Nobody is asked."""
    assert ends.is_settled(ALONE, time.monotonic(), 0)
    await answered(ends)
    assert client.asked == []


async def test_what_waits_for_its_replicas_is_waited_for(ends: LogEnds, client: Client) -> None:
    """The leader's log goes on behind what a fetch shows; once the fetch shows as much, nothing earlier is hidden."""
    since, client.ends[VIEWS] = time.monotonic(), 7
    assert not ends.is_settled(VIEWS, since, 4), "nobody knows before the leader was asked"

    await answered(ends)

    assert client.asked == [(1, NO_REPLICA, [("page-views", [(0, -1)])])]
    assert not ends.is_settled(VIEWS, since, 6)
    assert ends.is_settled(VIEWS, since, 7)


async def test_an_older_answer_says_nothing(ends: LogEnds) -> None:
    """What was stored since may be hidden."""
    ends.is_settled(VIEWS, time.monotonic(), 0)
    await answered(ends)
    assert not ends.is_settled(VIEWS, time.monotonic(), 9)


async def test_another_leaders_log_may_be_shorter(ends: LogEnds, client: Client) -> None:
    """What no replica had is gone with its leader: it is asked again, or all would wait for it."""
    since, client.ends[VIEWS] = time.monotonic(), 9
    ends.is_settled(VIEWS, since, 4)
    await answered(ends)
    assert not ends.is_settled(VIEWS, since, 4)

    client.leaders[VIEWS], client.ends[VIEWS] = 2, 4
    await answered(ends)

    assert [node for node, *_ in client.asked] == [1, 2]
    assert ends.is_settled(VIEWS, since, 4)


async def test_a_leader_that_does_not_answer_holds_no_other_up(ends: LogEnds, client: Client) -> None:
    """It is asked one question at a time; the others are asked meanwhile."""
    since = time.monotonic()
    client.thawed.clear()
    ends.is_settled(VIEWS, since, 0)
    ends.ask()
    await asyncio.sleep(0)
    ends.is_settled(VIEWS, since, 0)
    ends.is_settled(OPENS, since, 0)
    ends.ask()
    await asyncio.sleep(0)
    assert [node for node, *_ in client.asked] == [1, 2]

    client.thawed.set()
    await asyncio.gather(*ends._asking.values())

    assert ends.is_settled(VIEWS, since, 0)
    assert ends.is_settled(OPENS, since, 0)


@pytest.mark.parametrize("leader", [None, -1], ids=["unknown", "none"])
async def test_without_a_leader_nothing_is_known(ends: LogEnds, client: Client, leader: int | None) -> None:
    """The client is to learn who leads, and the question stays open."""
    since, client.leaders[VIEWS] = time.monotonic(), leader
    ends.is_settled(VIEWS, since, 0)
    await answered(ends)
    assert (client.asked, client.updates) == ([], 1)

    client.leaders[VIEWS] = 1
    await answered(ends)

    assert ends.is_settled(VIEWS, since, 0)


@pytest.mark.parametrize("is_raised", [True, False], ids=["no answer", "no leader any more"])
async def test_a_failure_that_passes_leaves_the_question_open(ends: LogEnds, client: Client, is_raised: bool) -> None:
    """Who leads is learnt anew."""
    since = time.monotonic()
    client.failure = KafkaConnectionError() if is_raised else None
    client.ends[VIEWS] = 5 if is_raised else NotLeaderForPartitionError
    ends.is_settled(VIEWS, since, 9)
    await answered(ends)
    assert not ends.is_settled(VIEWS, since, 9)
    assert client.updates == 1

    client.failure, client.ends[VIEWS] = None, 5
    await answered(ends)

    assert ends.is_settled(VIEWS, since, 9)


@pytest.mark.parametrize("is_raised", [True, False], ids=["unknown question", "not allowed"])
async def test_a_broker_that_never_tells_is_believed_by_its_fetches(
    ends: LogEnds,
    client: Client,
    is_raised: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Else no tick would ever be taken; it is said once."""
    client.failure = IncompatibleBrokerVersion() if is_raised else None
    client.ends[VIEWS] = TopicAuthorizationFailedError
    for _ in range(2):
        since = time.monotonic()
        ends.is_settled(VIEWS, since, 0)
        await answered(ends)
        assert ends.is_settled(VIEWS, since, 0)
    assert [record.message.split()[0] for record in caplog.records] == ["log_ends_not_told"]


async def test_a_question_under_way_does_not_outlive_the_client(ends: LogEnds, client: Client) -> None:
    """The thread ends with nothing left in its loop."""
    client.thawed.clear()
    ends.is_settled(VIEWS, time.monotonic(), 0)
    ends.ask()
    await asyncio.sleep(0)

    await ends.close()

    assert ends._asking == {}
