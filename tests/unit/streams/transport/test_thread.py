"""The client's thread: where positions go, and what is told of them. The client is a stand-in; nothing connects."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest
from aiokafka.errors import (
    IllegalStateError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    RecordTooLargeError,
    RequestTimedOutError,
)
from aiokafka.structs import TopicPartition as ClientPartition
from faust.types import TP
from yarl import URL

from streams.kafka.answers import Answer
from streams.transport.assignor import PartitionNumberAssignor
from streams.transport.consumer import BatchConsumer
from streams.transport.door import EARLIEST, Hole, HoleReason, InputSilent, TopicPartition
from streams.transport.options import TransportOptions
from streams.transport.skipped import oversize
from streams.transport.thread import BatchConsumerThread
from streams.transport.transport import BatchTransport
from tests.unit.streams.transport.fakes import OPENS, VIEWS, FakeBook, records


@dataclass
class FakeState:
    """aiokafka's state of a partition."""

    position: int | None = None
    highwater: int | None = None
    lso: int | None = None
    timestamp: int | None = None

    @property
    def has_valid_position(self) -> bool:
        """Whether it was positioned."""
        return self.position is not None


@dataclass
class FakeClient:
    """aiokafka's consumer, as far as the thread looks into it."""

    states: dict[TopicPartition, FakeState]
    earliest: dict[TopicPartition, int] = field(default_factory=dict)
    committed_offsets: dict[TopicPartition, int] = field(default_factory=dict)
    answers: list[Any] = field(default_factory=list)
    commits: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    is_deaf: bool = False
    _closed: bool = False

    def __post_init__(self) -> None:
        self.tasks = [asyncio.get_running_loop().create_future() for _ in range(2)]
        assignment = SimpleNamespace(tps=set(self.states), state_value=self.states.__getitem__)
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))
        self._fetcher = SimpleNamespace(
            _closed=False,
            _subscriptions=self,
            fetched_records=self.fetched_records,
            _fetch_task=self.tasks[0],
            _proc_fetch_request=None,
            _get_actions_per_node=lambda _: (["a question"], {}, 0.2, False, []),
            _client=SimpleNamespace(send=None),
            _records={"whatever": "was answered"},
            _pending_tasks=set(),
            _wait_consume_future=None,
            _notify=lambda _: self.plan(),
        )
        self._coordinator = SimpleNamespace(_coordination_task=self.tasks[1])

    def plan(self) -> list[str]:
        """Plan what to ask next, as the fetcher's routine does when it is woken; returns the questions."""
        questions: list[str] = self._fetcher._get_actions_per_node(None)[0]
        self.asked += questions
        return questions

    @contextmanager
    def fetch_context(self) -> Iterator[None]:
        """Do nothing."""
        yield

    async def fetched_records(self, tps: Any, timeout_seconds: float, max_records: int) -> Any:
        """Give, or raise, the next answer."""
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def beginning_offsets(self, tps: list[ClientPartition]) -> dict[ClientPartition, int]:
        """Give what Kafka still has."""
        await self._answering()
        return {tp: self.earliest.get(TopicPartition(*tp), 0) for tp in tps}

    async def committed(self, tp: ClientPartition) -> int | None:
        """Give Kafka's committed offset."""
        return self.committed_offsets.get(TopicPartition(*tp))

    def assignment(self) -> set[ClientPartition]:
        """Give the assigned partitions."""
        return {ClientPartition(*tp) for tp in self.states}

    def seek(self, tp: ClientPartition, offset: int) -> None:
        """Move."""
        if TopicPartition(*tp) not in self.states:
            raise IllegalStateError
        self.states[TopicPartition(*tp)].position = offset

    async def _answering(self) -> None:
        """Never answer, if it is deaf."""
        if self.is_deaf:
            await asyncio.Event().wait()

    async def commit(self, offsets: Any) -> None:
        """Note it."""
        await self._answering()
        if self.commits and isinstance(self.commits[0], Exception):
            raise self.commits.pop(0)
        self.commits.append(offsets)


@pytest.fixture
async def thread() -> BatchConsumerThread:
    """A thread that was never started; its calls run in this loop."""
    app = faust.App(
        "unit", broker="kafka://unit.invalid", autodiscover=False, broker_session_timeout=6, broker_heartbeat_interval=2
    )
    options = TransportOptions(fetch_wait_ms=70, call_seconds_max=0.02)
    app.transport = BatchTransport([URL("kafka://unit.invalid")], app, FakeBook(), options)
    consumer = cast("BatchConsumer", app.consumer)
    made = consumer._thread
    made.thread_loop.close()

    async def call_here(function: Any, *arguments: Any, **options: Any) -> Any:
        return await function(*arguments, **options)

    made.call_thread = call_here  # type: ignore[method-assign]
    return made


def connect(thread: BatchConsumerThread, **states: FakeState) -> FakeClient:
    """Give the thread a client with these partitions."""
    names = {"views": VIEWS, "opens": OPENS}
    client = FakeClient({names[name]: state for name, state in states.items()})
    thread._consumer = client
    return client


async def test_the_client_is_made_as_the_rules_say(thread: BatchConsumerThread) -> None:
    """Read committed, short waits, our assignor, and never a silent reset of a position."""
    client = thread._create_worker_consumer(thread.transport)
    client._closed = True  # it was never started
    assert client._isolation_level == "read_committed"
    assert client._fetch_max_wait_ms == 70
    assert client._auto_offset_reset == "none"
    assert client._partition_assignment_strategy == [PartitionNumberAssignor]
    assert not client._enable_auto_commit
    assert client._group_instance_id is None
    assert (client._session_timeout_ms, client._heartbeat_interval_ms) == (6000, 2000)


async def test_a_fetch_tells_positions_and_seeks(thread: BatchConsumerThread) -> None:
    """Records come with where the consumer stood right after, and under which seek."""
    client = connect(thread, views=FakeState(position=9, highwater=9), opens=FakeState())
    found = {VIEWS: records(VIEWS, [3, 4])}
    client.answers = [found]
    await thread.seek_counted({VIEWS: 9}, {VIEWS: 5})
    fetched = await thread.fetch({VIEWS, OPENS}, 0)
    assert (fetched.records, fetched.positions, fetched.seek_counts) == (found, {VIEWS: 9}, {VIEWS: 5})


async def test_an_oversize_record_is_a_hole_with_something_in_its_place(thread: BatchConsumerThread) -> None:
    """Aiokafka steps over it (#1173); it is told, and delivered as what is known of it."""
    client = connect(thread, views=FakeState(position=8))
    client.answers = [RecordTooLargeError("larger than the fetch size", ClientPartition(*VIEWS), 7, 1024)]
    fetched = await thread.fetch({VIEWS}, 0)
    assert fetched.holes == ((VIEWS, Hole(7, 8, HoleReason.OVERSIZE)),)
    assert fetched.records == {VIEWS: [oversize(VIEWS, 7)]}
    assert fetched.positions == {VIEWS: 8}


@pytest.mark.parametrize(
    ("asked", "reason"), [(7, HoleReason.EXPIRED), (900, HoleReason.BEYOND_END)], ids=["below", "beyond"]
)
async def test_an_offset_that_kafka_lacks_is_a_hole(
    thread: BatchConsumerThread, asked: int, reason: HoleReason
) -> None:
    """Reading goes on at the earliest, loudly."""
    client = connect(thread, views=FakeState(position=asked))
    client.earliest[VIEWS] = 20
    client.answers = [OffsetOutOfRangeError({ClientPartition(*VIEWS): asked})]
    fetched = await thread.fetch({VIEWS}, 0)
    assert fetched.holes == ((VIEWS, Hole(asked, 20, reason)),)
    assert client.states[VIEWS].position == 20


@pytest.mark.parametrize("end", [9, 10], ids=["at the end", "behind"])
async def test_the_client_asks_ahead_only_while_there_is_more(thread: BatchConsumerThread, end: int) -> None:
    """At the end it asks once delivery is back for more: what came by then comes in one answer."""
    client = connect(thread, views=FakeState(position=9, highwater=end))
    thread.attend(client._fetcher)
    client.answers = [{VIEWS: records(VIEWS, [8])}, {}]
    client.plan()
    fetched = await thread.fetch({VIEWS}, 0)
    assert fetched.is_behind is (end > 9)
    client.plan()
    assert len(client.asked) == (2 if end > 9 else 1)
    await thread.fetch({VIEWS}, 0)
    client.plan()
    assert len(client.asked) >= 2


async def test_a_fetch_that_comes_back_before_the_first_seek_brings_nothing(thread: BatchConsumerThread) -> None:
    """It waited through a rebalance, and the group never committed: the client has no position, the seek is coming."""
    client = connect(thread, views=FakeState())
    client.answers = [NoOffsetForPartitionError(ClientPartition(*VIEWS))]
    fetched = await thread.fetch({VIEWS}, 0)
    assert (fetched.records, fetched.positions, fetched.holes) == ({}, {}, ())


async def test_a_stopped_flow_asks_nothing(thread: BatchConsumerThread) -> None:
    """A fetch that was queued before the flow stopped picks nothing."""
    connect(thread, views=FakeState(position=8))
    thread.consumer.stop_flow()
    assert not await thread.fetch({VIEWS}, 0)


async def test_where_to_read_on(thread: BatchConsumerThread) -> None:
    """The tables' offset, else Kafka's committed one, else the earliest; what retention took is told."""
    client = connect(thread, views=FakeState(), opens=FakeState())
    clicks = TopicPartition("email-clicks", 0)
    fills = TopicPartition("form-fills", 0)
    profiles = TopicPartition("lead-profiles", 0)
    client.earliest = {OPENS: 3, fills: 50, profiles: 7}
    client.committed_offsets = {VIEWS: 11}
    known = {clicks: EARLIEST, fills: 40, profiles: EARLIEST}
    offsets, holes = await thread.resume_offsets([VIEWS, OPENS, *known], known)
    assert offsets == {VIEWS: 11, OPENS: 3, clicks: 0, fills: 50, profiles: 7}
    assert holes == {fills: Hole(40, 50, HoleReason.EXPIRED), profiles: Hole(0, 7, HoleReason.EXPIRED)}


async def test_an_overtaken_seek_moves_nothing(thread: BatchConsumerThread) -> None:
    """Of two seeks the later one counts, in whatever order they get here."""
    client = connect(thread, views=FakeState(position=0))
    await thread.seek_counted({VIEWS: 70}, {VIEWS: 2})
    await thread.seek_counted({VIEWS: 10}, {VIEWS: 1})
    assert client.states[VIEWS].position == 70


async def test_a_seek_can_go_to_the_earliest(thread: BatchConsumerThread) -> None:
    """Whatever Kafka still has."""
    client = connect(thread, views=FakeState(position=90))
    client.earliest[VIEWS] = 20
    await thread.seek_counted({VIEWS: EARLIEST}, {VIEWS: 1})
    assert client.states[VIEWS].position == 20


async def test_a_failed_commit_is_not_fatal(thread: BatchConsumerThread) -> None:
    """Kafka away, or the group moving on: False, and the process lives."""
    client = connect(thread, views=FakeState(position=9))
    client.commits = [RequestTimedOutError()]
    assert not await thread._commit({TP(*VIEWS): 9})
    assert await thread._commit({TP(*VIEWS): 9, TP(*OPENS): 4})
    assert [{tp: entry.offset for tp, entry in commit.items()} for commit in client.commits] == [{VIEWS: 9}]


async def test_a_client_that_never_answers_holds_up_neither_an_assignment_nor_a_seek(
    thread: BatchConsumerThread,
) -> None:
    """Each is given up within its bound, which is below the rebalance time-out, and may be asked again."""
    client = connect(thread, views=FakeState(position=9))
    client.is_deaf = True
    with pytest.raises(InputSilent, match="resume_offsets"):
        await thread.resume_offsets([VIEWS], {})
    with pytest.raises(InputSilent, match="seek_counted"):
        await thread.seek_counted({VIEWS: EARLIEST}, {VIEWS: 1})
    client.is_deaf = False
    await thread.seek_counted({VIEWS: EARLIEST}, {VIEWS: 2})
    assert client.states[VIEWS].position == 0


async def test_a_commit_that_is_never_answered_holds_up_no_revocation(thread: BatchConsumerThread) -> None:
    """The last commit before a rebalance is given up in time; the tables know what was done."""
    client = connect(thread, views=FakeState(position=9))
    client.is_deaf = True
    assert not await thread.commit({TP(*VIEWS): 9})
    client.is_deaf = False
    assert await thread.commit({TP(*VIEWS): 9})


@pytest.mark.parametrize(
    ("highwater", "stable", "end"),
    [(None, None, None), (9, None, 9), (9, -1, 9), (9, 9, 9), (9, 4, 4)],
    ids=["not answered", "old broker", "not told", "no transaction", "open transaction"],
)
async def test_the_end_is_that_of_what_may_be_read(
    thread: BatchConsumerThread, highwater: int | None, stable: int | None, end: int | None
) -> None:
    """The known end, but for an open transaction, whose records nobody gets yet."""
    connect(thread, views=FakeState(position=0, highwater=highwater, lso=stable))
    assert thread.end(VIEWS) == end
    assert thread.end(OPENS) is None


async def test_only_an_answer_that_was_taken_counts_as_one(thread: BatchConsumerThread) -> None:
    """A fetch tells when it was sent; a partition whose answer aiokafka discarded was not answered."""
    views, opens = FakeState(position=0), FakeState(position=0, timestamp=5)
    client = connect(thread, views=views, opens=opens)

    async def proceed(_assignment: Any, _node_id: int, _request: Any) -> bool:
        views.timestamp = 1_750_000_000_000
        return True

    client._fetcher._proc_fetch_request = proceed
    thread.attend(client._fetcher)
    request = SimpleNamespace(topics=[(VIEWS.topic, [(0, 0, 1024)]), (OPENS.topic, [(0, 0, 1024)])])
    assignment = client._subscription.subscription.assignment
    assert thread.answer(VIEWS) == Answer()
    assert await client._fetcher._proc_fetch_request(assignment, 1, request)
    assert Answer().asked_at < thread.answer(VIEWS).asked_at <= thread.answer(VIEWS).answered_at
    assert thread.answer(OPENS) == Answer()
    assert opens.timestamp == 5


async def test_the_ends_of_logs_are_asked_with_a_fetch(thread: BatchConsumerThread) -> None:
    """In the client's thread, once an owner wants to know, and only of what is assigned and was answered."""
    client = connect(thread, views=FakeState(position=0, highwater=4))
    client.answers = [{}]
    asked: list[int] = []

    async def send(node: int, _request: Any) -> Any:
        asked.append(node)
        return SimpleNamespace(topics=[(VIEWS.topic, [(0, 0, -1, 4, 1)])])

    partitions = {VIEWS.topic: {0: SimpleNamespace(replicas=[1, 2])}}
    client._fetcher._proc_fetch_request = None
    client._fetcher._client.send = send
    client._fetcher._client.cluster = SimpleNamespace(_partitions=partitions, leader_for_partition=lambda _: 2)
    thread.attend(client._fetcher)
    since = time.monotonic()
    assert not thread.is_settled(OPENS, since)
    assert not thread.is_settled(VIEWS, since)

    await thread.fetch({VIEWS}, 0)
    await asyncio.sleep(0)

    assert asked == [2]
    assert thread.is_settled(VIEWS, since)


@pytest.mark.parametrize(("index", "name"), [(0, "fetch routine"), (1, "group coordination")])
async def test_a_routine_that_ended_is_named(thread: BatchConsumerThread, index: int, name: str) -> None:
    """Both routines must run as long as the client does."""
    client = connect(thread, views=FakeState())
    assert thread.problem() is None
    client.tasks[index].set_exception(RuntimeError("unexpected error"))
    assert thread.problem() == f"the Kafka client's {name} ended: RuntimeError('unexpected error')"


async def test_a_client_that_is_still_connecting_is_no_problem(thread: BatchConsumerThread) -> None:
    """It has no routines before Kafka answered it for the first time, however long that takes."""
    client = connect(thread, views=FakeState())
    client._coordinator = None
    assert thread.problem() is None
    client._fetcher = None
    assert thread.problem() is None
