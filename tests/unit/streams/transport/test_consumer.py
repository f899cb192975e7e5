"""The consumer's rules, each learnt from a failure, on a thread that fetches what it is given."""

import asyncio
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import IllegalStateError
from faust.types import TP, Message

from streams.kafka.answers import Answer
from streams.transport.door import Hole, HoleReason, TopicPartition
from streams.transport.reading import Fetched
from tests.unit.streams.transport.fakes import (
    GENERATION,
    OPENS,
    VIEWS,
    FakeBook,
    FakeThread,
    make_consumer,
    offsets_of,
    records,
    turn,
)

HANG_SECONDS = 10.0


async def test_a_run_of_records_is_one_message() -> None:
    """Rule 1: value = the records, offset = the last one's, no key, the generation of the fetch."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, [3, 4, 9])
    [message] = await turn(consumer)
    assert (message.tp, message.offset, message.key, message.headers) == (VIEWS, 9, None, [])
    assert message.generation_id == GENERATION
    assert offsets_of(message) == [3, 4, 9]
    assert message.timestamp == 1_750_000_000.009


async def test_what_was_fetched_under_another_generation_is_not_delivered() -> None:
    """Rule 4: the group moved on between fetch and delivery; the assignment seeks, so it comes again."""
    consumer, thread = make_consumer(FakeBook(), batch_records_max=1)
    thread.log[VIEWS] = records(VIEWS, [0, 1])
    delivered = []
    async for _, message in consumer.getmany(timeout=0):
        delivered.append(message.offset)
        consumer.app.consumer_generation_id = GENERATION + 1
    assert delivered == [0]


async def test_the_generation_is_that_of_the_fetch_not_of_the_wait_before_it() -> None:
    """A delivery loop that waits through a whole rebalance delivers what it fetches afterwards."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, [0])
    consumer.stop_flow()
    waiting = asyncio.ensure_future(turn(consumer))
    await asyncio.sleep(0)
    consumer.app.consumer_generation_id = GENERATION + 1
    consumer.resume_flow()
    [message] = await waiting
    assert message.generation_id == GENERATION + 1


async def test_a_stopped_flow_holds_the_rest() -> None:
    """Rule 4: nothing is delivered while the flow is stopped, and nothing of a fetch is lost if it goes on."""
    consumer, thread = make_consumer(FakeBook(), batch_records_max=1)
    thread.log[VIEWS] = records(VIEWS, [0, 1, 2])
    delivered = []
    async for _, message in consumer.getmany(timeout=0):
        delivered.append(message.offset)
        consumer.stop_flow()
    assert delivered == [0]
    consumer.resume_flow()
    assert [message.offset for message in await turn(consumer)] == [1, 2]


async def test_a_paused_partition_is_neither_asked_for_nor_delivered() -> None:
    """Rule 4: only active partitions."""
    consumer, thread = make_consumer(FakeBook())
    thread.log = {VIEWS: records(VIEWS, [0]), OPENS: records(OPENS, [0])}
    consumer.pause_partitions([TP(*OPENS)])
    assert [message.tp for message in await turn(consumer)] == [VIEWS]
    assert thread.wanted == [{VIEWS}]


async def test_a_partition_whose_owner_is_full_stops_alone() -> None:
    """Back-pressure: not asked for, not delivered even if fetched, and in order when it goes on."""
    book = FakeBook()
    consumer, thread = make_consumer(book, batch_records_max=1)
    thread.log = {VIEWS: records(VIEWS, [0, 1]), OPENS: records(OPENS, [0, 1])}
    delivered = []
    async for _, message in consumer.getmany(timeout=0):
        delivered.append(message.tp)
        book.closed.add(VIEWS)
    assert delivered.count(VIEWS) <= 1
    assert delivered.count(OPENS) == 2
    thread.log[OPENS] = records(OPENS, [2])
    await turn(consumer)
    assert thread.wanted[-1] == {OPENS}
    book.closed.clear()
    assert [message.offset for message in await turn(consumer) if message.tp == VIEWS][-1] == 1


async def test_a_full_owner_is_not_fetched_for() -> None:
    """Not even once: records stay with Kafka, not in this process."""
    consumer, thread = make_consumer(FakeBook(closed={OPENS}))
    await turn(consumer)
    assert thread.wanted == [{VIEWS}]


async def test_a_full_stream_takes_no_partition_out() -> None:
    """Faust would sleep a second when the last one is out, though the agent empties the stream in no time."""
    consumer, thread = make_consumer(FakeBook())
    consumer.on_buffer_full(TP(*VIEWS))
    consumer.on_buffer_full(TP(*OPENS))
    await turn(consumer)
    consumer.on_buffer_drop(TP(*VIEWS))
    assert thread.wanted == [{VIEWS, OPENS}]


async def test_records_that_wait_are_not_fetched_again() -> None:
    """A partition is asked for once what was fetched of it is delivered: memory is bounded by one fetch."""
    book = FakeBook()
    consumer, thread = make_consumer(book)
    thread.log[VIEWS] = records(VIEWS, [0])
    consumer.stop_flow()
    held = asyncio.ensure_future(thread.fetch({VIEWS}, 0))
    consumer._hold(await held)
    consumer.resume_flow()
    book.closed.add(VIEWS)
    await turn(consumer)
    assert thread.wanted[-1] == {OPENS}


async def test_acknowledgements_out_of_order_never_commit_past_unfinished_work() -> None:
    """Rule 2 and #606: the committed offset follows the head of what was delivered."""
    consumer, thread = make_consumer(FakeBook(), batch_records_max=2)
    thread.log[VIEWS] = records(VIEWS, [0, 1, 2, 3, 4, 5])
    first, second, third = await turn(consumer)
    third.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == []
    first.ack(consumer)
    await consumer.force_commit()
    second.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == [{VIEWS: 2}, {VIEWS: 6}]


async def test_holes_between_runs_do_not_stop_commits() -> None:
    """Rule 2: a commit advances to the end of the last finished run at once, whatever offsets are missing."""
    consumer, thread = make_consumer(FakeBook())
    delivered: list[Message] = []
    for offsets in ([0, 7], [1_000, 2_000]):
        thread.log[VIEWS] = records(VIEWS, offsets)
        delivered += await turn(consumer)
    for message in delivered:
        message.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == [{VIEWS: 2_001}]
    assert consumer._acked[TP(*VIEWS)] == []
    assert not consumer._acked_index[TP(*VIEWS)]


async def test_a_commit_that_failed_is_made_up_for() -> None:
    """Faust would believe it, and never offer the offset again."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, [0, 1])
    [message] = await turn(consumer)
    message.ack(consumer)
    thread.is_committing = False
    assert not await consumer.force_commit()
    thread.is_committing = True
    assert await consumer.force_commit()
    assert thread.committed == [{VIEWS: 2}]


async def test_a_seek_back_below_the_committed_offset_commits_again() -> None:
    """Faust ignores acknowledgements below what it committed; a replay must not wait for them for ever."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, range(10))
    [message] = await turn(consumer)
    message.ack(consumer)
    await consumer.force_commit()
    await consumer.seek(VIEWS, 4)
    # A commit that was under way when the seek came sets Faust's figure once more.
    consumer._committed_offset[TP(*VIEWS)] = 10
    thread.log[VIEWS] = records(VIEWS, range(4, 8))
    [replayed] = await turn(consumer)
    thread.log[VIEWS] = records(VIEWS, range(8, 12))
    [newer] = await turn(consumer)
    replayed.ack(consumer)
    newer.ack(consumer)
    await consumer.force_commit()
    assert thread.sought == {VIEWS: 4}
    assert thread.committed == [{VIEWS: 10}, {VIEWS: 12}]


async def test_nothing_from_before_a_seek_counts() -> None:
    """Held runs are dropped, waiting ones are skipped by the stream, and late acknowledgements commit nothing."""
    consumer, thread = make_consumer(FakeBook(), batch_records_max=2)
    thread.log[VIEWS] = records(VIEWS, [0, 1, 2, 3])
    deliveries = consumer.getmany(timeout=0)
    _, early = await anext(deliveries)
    early.refcount += 1
    await consumer.seek(VIEWS, 0)
    assert [message async for message in deliveries] == []
    assert early.generation_id != GENERATION
    thread.log[VIEWS] = records(VIEWS, [0, 1])
    [again] = await turn(consumer)
    early.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == []
    again.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == [{VIEWS: 2}]


async def test_a_fetch_that_a_seek_overtook_is_dropped() -> None:
    """What was picked before the position moved is not taken for what comes after it."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, [50])
    overtaken = await thread.fetch({VIEWS}, 0)
    await consumer.seek(VIEWS, 0)
    consumer._hold(overtaken)
    assert VIEWS not in consumer._reading.held
    assert not consumer.is_at_end(VIEWS)
    assert await turn(consumer) == []


async def test_what_is_fetched_after_a_rebalance_that_the_fetch_waited_for_is_delivered() -> None:
    """Its positions were taken after the seek, so nobody would read these records again."""
    consumer, thread = make_consumer(FakeBook())
    fetch = thread.fetch

    async def waiting(tps: Collection[TopicPartition], timeout_seconds: float) -> Fetched:
        consumer.app.consumer_generation_id = GENERATION + 1
        await consumer.seek(VIEWS, 0)
        thread.log[VIEWS] = records(VIEWS, [0])
        return await fetch(tps, timeout_seconds)

    thread.fetch = waiting  # type: ignore[method-assign]
    [message] = await turn(consumer)
    assert offsets_of(message) == [0]


async def test_what_a_seek_during_a_delivery_brings_again_is_delivered() -> None:
    """Faust notes a delivery after it happened, and drops what lies below: a seek in between would lose all."""
    consumer, thread = make_consumer(FakeBook())
    fetcher, delivered = SimpleNamespace(should_stop=False), list[list[int]]()

    async def take(message: Message) -> None:
        delivered.append(offsets_of(message))
        fetcher.should_stop = len(delivered) > 1
        await consumer.seek(VIEWS, 3)
        thread.log[VIEWS] = records(VIEWS, [3])

    consumer.callback = take
    thread.log[VIEWS] = records(VIEWS, [7])
    await asyncio.wait_for(consumer._drain_messages(fetcher), HANG_SECONDS)
    assert delivered == [[7], [3]]


@pytest.mark.parametrize("is_stopping", [True, False])
async def test_a_delivery_that_is_cancelled_is_a_failure_unless_the_app_stops(is_stopping: bool) -> None:
    """Faust cancels it at every stop; a worker that was told to stop would end as one that failed."""
    consumer, _ = make_consumer(FakeBook())
    delivering = asyncio.create_task(consumer._drain_messages(SimpleNamespace(should_stop=False)))
    await asyncio.sleep(0)
    if is_stopping:
        consumer.app._stopped.set()
    delivering.cancel()
    [ended] = await asyncio.gather(delivering, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError) is not is_stopping


async def test_books_are_dropped_only_after_the_app_has_committed() -> None:
    """Rule 5 (faust-streaming #502): what was acknowledged before a revocation is committed in it."""
    consumer, thread = make_consumer(FakeBook())
    thread.log[VIEWS] = records(VIEWS, [0, 1])
    [message] = await turn(consumer)
    message.ack(consumer)

    async def commit(revoked: set[TP]) -> None:
        await consumer.force_commit()

    consumer._on_partitions_revoked = commit  # type: ignore[method-assign,assignment] # what the app would do
    await consumer.on_partitions_revoked({TP(*VIEWS)})
    assert thread.committed == [{VIEWS: 2}]
    assert consumer._reading.ledger.committable(VIEWS) is None
    assert not consumer.is_at_end(VIEWS)


async def test_nobody_waits_for_what_the_owners_let_go() -> None:
    """Draining ends with the owners' word, and what they did not finish is left for the next owner."""
    book = FakeBook()
    consumer, thread = make_consumer(book, batch_records_max=1)
    await consumer.seek_to_committed()
    thread.log[VIEWS] = records(VIEWS, [0, 1])
    finished, unfinished = await turn(consumer)
    consumer._unacked_messages.update({finished, unfinished})
    finished.ack(consumer)
    await consumer._release()
    assert unfinished not in consumer._unacked_messages
    await asyncio.wait_for(consumer.wait_empty(), timeout=5)
    unfinished.ack(consumer)
    await consumer.force_commit()
    assert thread.committed == [{VIEWS: 1}]
    assert book.calls == ["assigned 2", "revoked"]


async def test_a_commit_under_way_does_not_swallow_the_last_one() -> None:
    """Faust's commit returns when another one ends, which may not know the last acknowledgements."""
    consumer, thread = make_consumer(FakeBook())
    gate = asyncio.Event()
    commit = thread.commit

    async def slow(offsets: Any) -> bool:
        await gate.wait()
        return await commit(offsets)

    thread.commit = slow  # type: ignore[method-assign]
    thread.log[VIEWS] = records(VIEWS, [0])
    [first] = await turn(consumer)
    first.ack(consumer)
    under_way = asyncio.ensure_future(consumer.commit())
    await asyncio.sleep(0)
    thread.log[VIEWS] = records(VIEWS, [1])
    [last] = await turn(consumer)
    last.ack(consumer)
    emptying = asyncio.ensure_future(consumer.wait_empty())
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(asyncio.gather(under_way, emptying), timeout=5)
    assert thread.committed[-1] == {VIEWS: 2}


async def test_an_assignment_is_claimed_and_sought() -> None:
    """Rule 8: the owners are asked for all assigned partitions, and their offsets rule."""
    book = FakeBook(known={VIEWS: 41})
    consumer, thread = make_consumer(book)
    thread.holes = {OPENS: Hole(0, 5, HoleReason.EXPIRED)}
    await consumer.perform_seek()
    assert book.calls == ["assigned 2"]
    assert thread.sought == {VIEWS: 41, OPENS: 0}
    assert book.holes == [Hole(0, 5, HoleReason.EXPIRED)]
    assert consumer._committed_offset[TP(*VIEWS)] == 41


async def test_an_assignment_waits_for_a_client_that_is_silent_for_a_while() -> None:
    """It is asked again until it answers: a broker that is slow ends no worker."""
    consumer, thread = make_consumer(FakeBook(known={VIEWS: 41}))
    thread.silences = 3
    await consumer.perform_seek()
    assert thread.silences == 0
    assert thread.sought == {VIEWS: 41, OPENS: 0}


async def test_a_revocation_cancels_a_claim() -> None:
    """A claim that hangs is given up, its partitions are not sought, and the owners are told to let go."""
    book = FakeBook()
    consumer, thread = make_consumer(book)

    async def hang(tps: frozenset[TopicPartition]) -> Any:
        book.calls.append("claiming")
        await asyncio.Event().wait()

    book.assigned = hang  # type: ignore[method-assign]
    claiming = asyncio.ensure_future(consumer.seek_to_committed())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await consumer._release()
    with pytest.raises(IllegalStateError, match="revoked while they were claimed"):
        await claiming
    assert book.calls == ["claiming", "revoked"]
    assert thread.sought == {}


async def test_an_end_needs_position_and_delivery() -> None:
    """At the end: the position is there (holes included), nothing waits, and the agent has taken all."""
    book = FakeBook()
    consumer, thread = make_consumer(book)
    assert not consumer.is_at_end(VIEWS)
    thread.ends[VIEWS] = 12
    thread.log[VIEWS] = records(VIEWS, [3])
    async for _, message in consumer.getmany(timeout=0):
        assert not consumer.is_at_end(VIEWS)
        message.tracked = True
    # Offsets 4 to 11 are holes: the position is behind them.
    assert consumer.is_at_end(VIEWS)
    thread.ends[VIEWS] = 13
    assert not consumer.is_at_end(VIEWS)


async def test_drained_since_needs_a_later_question() -> None:
    """An answer to a fetch that was sent before the instant does not count, however late it came."""
    consumer, thread = make_consumer(FakeBook())
    await turn(consumer)
    thread.ends[VIEWS] = 0
    thread.answers[VIEWS] = Answer(asked_at=10.0, answered_at=30.0)
    assert consumer.is_at_end(VIEWS)
    assert not consumer.is_drained(VIEWS, since=20.0)
    assert consumer.is_drained(VIEWS, since=9.0)
    assert (consumer.asked_at(VIEWS), consumer.answered_at(VIEWS)) == (10.0, 30.0)


async def test_what_waits_for_its_replicas_is_not_drained() -> None:
    """It is stored, and no fetch shows it: a tick that came later must not go first."""
    consumer, thread = make_consumer(FakeBook())
    await turn(consumer)
    thread.ends[VIEWS] = 0
    thread.answers[VIEWS] = Answer(asked_at=10.0, answered_at=30.0)
    thread.unsettled.add(VIEWS)
    assert not consumer.is_drained(VIEWS, since=9.0)
    assert consumer.is_at_end(VIEWS)


async def test_a_hole_is_reported_and_passed() -> None:
    """What the client cannot give is told to the owners."""
    book = FakeBook()
    consumer, thread = make_consumer(book)
    thread.holes = {VIEWS: Hole(8, 9, HoleReason.OVERSIZE)}
    await turn(consumer)
    assert book.holes == [Hole(8, 9, HoleReason.OVERSIZE)]


async def test_an_empty_assignment_is_told() -> None:
    """A worker without partitions is a member all the same, and says so."""
    book = FakeBook()
    consumer, _ = make_consumer(book)

    async def do_nothing(*_arguments: Any, **_options: Any) -> None:
        return None

    consumer._on_partitions_assigned = do_nothing  # type: ignore[method-assign,assignment] # the app's part
    await consumer.on_partitions_assigned(set(), GENERATION)
    assert book.calls == ["assigned 0"]


@pytest.mark.parametrize(("silent_seconds", "is_dead"), [(0.0, False), (31.0, True)])
async def test_a_delivery_loop_that_does_not_turn_is_a_problem(silent_seconds: float, is_dead: bool) -> None:
    """The prefetch of a dead consumer is quiet: nobody else would notice."""
    consumer, _ = make_consumer(FakeBook())
    consumer._turned_at = consumer._awake.read() - silent_seconds
    assert (consumer.problem() is not None) == is_dead
    consumer.app.rebalancing = True
    assert consumer.problem() is None


async def test_a_dead_client_is_a_problem() -> None:
    """The thread's word counts whatever the delivery loop does."""
    consumer, thread = make_consumer(FakeBook())
    thread.death = "the Kafka client's fetch routine ended: None"
    assert consumer.problem() == thread.death


async def test_the_owners_are_connected_to_their_consumer() -> None:
    """The transport tells the owners whom to ask, once."""
    book = FakeBook()
    consumer, thread = make_consumer(book)
    assert book.connected == [consumer]
    assert isinstance(thread, FakeThread)
