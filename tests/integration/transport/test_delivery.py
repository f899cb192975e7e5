"""What the transport delivers on real brokers, and what it leaves alone."""

import asyncio

from streams.transport.door import EARLIEST, Hole, HoleReason, TopicPartition
from streams.transport.options import TransportOptions
from tests.builders.batches import NOT_UTF8, raw_builder
from tests.integration.transport.recording import (
    RecordingBook,
    committed,
    create_topics,
    produce,
    producing,
    recording_app,
    running,
    until,
)
from tests.servers.fixtures import Broker, is_apache


async def test_a_run_of_records_is_one_message_and_all_is_committed(broker: Broker, topic_prefix: str) -> None:
    """Rules 1, 2 and 8: few messages, each record once and in order, committed = end, end known."""
    topics = [f"{topic_prefix}page-views", f"{topic_prefix}email-opens"]
    tps = [TopicPartition(topic, partition) for topic in topics for partition in range(2)]
    await create_topics(broker.bootstrap, topics, 2)
    await produce(broker.bootstrap, tps, 500)
    book = RecordingBook()
    async with running(recording_app(broker.bootstrap, f"{topic_prefix}group", topics, book)):
        await until(lambda: book.record_count >= 2000, "all records")
        assert all(book.offsets(tp) == list(range(500)) for tp in tps)
        assert len(book.received) < 100
        assert {received.generation_id for received in book.received} != {None}
        assert book.positions is not None
        positions = book.positions
        await until(lambda: all(positions.is_at_end(tp) for tp in tps), "the known end of all partitions")
        assert book.assignment == frozenset(tps)
    assert book.calls == ["assigned", "revoked"]
    assert await committed(broker.bootstrap, f"{topic_prefix}group", tps) == dict.fromkeys(tps, 500)


async def test_an_end_is_only_known_from_a_fetch_asked_later(broker: Broker, topic_prefix: str) -> None:
    """`is_drained` since an instant is true only when a fetch sent after it was answered: what a tick waits for."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(broker.bootstrap, [topic], 1)
    book = RecordingBook()
    async with running(recording_app(broker.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: book.positions is not None and book.positions.is_at_end(tp), "the end of an empty topic")
        positions = book.positions
        assert positions is not None
        now = asyncio.get_running_loop().time()
        assert not positions.is_drained(tp, now)
        await until(lambda: positions.is_drained(tp, now), "a fetch sent since", 2)
        assert now < positions.asked_at(tp) <= positions.answered_at(tp)
        # An unread record ends it: the end moves with the answer that brings the record, not after its delivery.
        book.closed.add(tp)
        await produce(broker.bootstrap, [tp], 1)
        await until(lambda: not positions.is_at_end(tp), "the record that nobody took")
        book.closed.clear()
        await until(lambda: positions.is_at_end(tp) and book.record_count == 1, "the end again")


async def test_a_closed_partition_waits_while_others_flow(broker: Broker, topic_prefix: str) -> None:
    """Back-pressure stops the fetch of one partition only, and loses nothing."""
    topic = f"{topic_prefix}page-views"
    tps = [TopicPartition(topic, partition) for partition in range(2)]
    await create_topics(broker.bootstrap, [topic], 2)
    book = RecordingBook(closed={tps[0]})
    options = TransportOptions(batch_records_max=50)
    async with running(recording_app(broker.bootstrap, f"{topic_prefix}group", [topic], book, options)):
        await produce(broker.bootstrap, tps, 300)
        await until(lambda: len(book.offsets(tps[1])) == 300, "the open partition")
        assert book.offsets(tps[0]) == []
        book.closed.clear()
        await until(lambda: len(book.offsets(tps[0])) == 300, "the partition that was opened")
    assert book.offsets(tps[0]) == list(range(300))
    assert max(len(received.offsets) for received in book.received) <= 50


async def test_reading_resumes_where_the_tables_say(broker: Broker, topic_prefix: str) -> None:
    """Rule 8: the book's offsets go over Kafka's; a partition it does not know resumes at the earliest."""
    topic = f"{topic_prefix}page-views"
    tps = [TopicPartition(topic, partition) for partition in range(3)]
    await create_topics(broker.bootstrap, [topic], 3)
    await produce(broker.bootstrap, tps, 10)
    book = RecordingBook(resume={tps[0]: 7, tps[1]: EARLIEST})
    async with running(recording_app(broker.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: book.record_count >= 23, "the rest of each partition")
    assert [book.offsets(tp) for tp in tps] == [[7, 8, 9], list(range(10)), list(range(10))]
    if not is_apache(broker):
        return  # the embedded broker keeps a member that left for two sessions
    # All is committed now; a table that was rolled back is believed all the same.
    again = RecordingBook(resume={tps[0]: 5})
    async with running(recording_app(broker.bootstrap, f"{topic_prefix}group", [topic], again)):
        await until(lambda: again.record_count >= 5, "the replay")
    assert [again.offsets(tp) for tp in tps] == [[5, 6, 7, 8, 9], [], []]


async def test_a_seek_replays_and_voids_what_was_delivered_before(broker: Broker, topic_prefix: str) -> None:
    """After a seek the records come again from there, and a late acknowledgement from before commits nothing."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(broker.bootstrap, [topic], 1)
    await produce(broker.bootstrap, [tp], 100)
    book = RecordingBook(is_acknowledging=False)
    group = f"{topic_prefix}group"
    async with running(recording_app(broker.bootstrap, group, [topic], book, TransportOptions(batch_records_max=30))):
        await until(lambda: book.record_count >= 100, "all records")
        before = list(book.received)
        assert book.positions is not None
        await book.positions.seek(tp, 40)
        assert not book.positions.is_at_end(tp)
        await until(lambda: book.record_count >= 160, "the replay")
        assert book.offsets(tp)[100:] == list(range(40, 100))
        for received in before:
            received.delivery.ack()
        # Acknowledged out of order: nothing can be committed before the first run of the replay is.
        replayed = book.received[len(before) :]
        for received in replayed[1:]:
            received.delivery.ack()
        await asyncio.sleep(0.6)
        assert await committed(broker.bootstrap, group, [tp]) == {tp: None}
        replayed[0].delivery.ack()
    assert await committed(broker.bootstrap, group, [tp]) == {tp: 100}


async def test_a_record_larger_than_a_fetch_is_read(broker: Broker, topic_prefix: str) -> None:
    """Aiokafka #1173: on these brokers a record beyond the fetch size arrives, alone, and nothing is skipped."""
    topics = [f"{topic_prefix}page-views", f"{topic_prefix}email-opens"]
    tps = [TopicPartition(topic, partition) for topic in topics for partition in range(2)]
    await create_topics(broker.bootstrap, topics, 2)
    async with producing(broker.bootstrap, max_request_size=2_000_000) as producer:
        for tp in tps:
            for size in (10, 700_000, 10, 200_000, 10):
                await producer.send_and_wait(tp.topic, b"x" * size, partition=tp.partition)
    book = RecordingBook()
    app = recording_app(broker.bootstrap, f"{topic_prefix}group", topics, book, consumer_max_fetch_size=4096)
    async with running(app):
        await until(lambda: book.record_count >= 20, "large records")
    assert all(book.offsets(tp) == [0, 1, 2, 3, 4] for tp in tps)
    assert book.holes == []


async def test_a_header_name_that_is_no_text_costs_one_record(broker: Broker, topic_prefix: str) -> None:
    """A client cannot decode it; all around it arrives, and what is left of it in its place."""
    topic = f"{topic_prefix}page-views"
    tps = [TopicPartition(topic, partition) for partition in range(2)]
    await create_topics(broker.bootstrap, [topic], 2)
    await produce(broker.bootstrap, tps, 3)
    async with producing(broker.bootstrap) as producer:
        batch = producer.create_batch()
        batch._builder = raw_builder()
        for name in ("trace", NOT_UTF8, "trace"):
            batch.append(key=b"lead-ada", value=b"{}", timestamp=None, headers=[(name, b"7")])
        await (await producer.send_batch(batch, topic, partition=0))
    await produce(broker.bootstrap, tps, 3)
    book = RecordingBook()
    group = f"{topic_prefix}group"
    async with running(recording_app(broker.bootstrap, group, [topic], book)):
        await until(lambda: book.record_count >= 15, "the good records, and what is left of the bad one")
        positions = book.positions
        assert positions is not None
        await until(lambda: all(positions.is_at_end(tp) for tp in tps), "the ends")
    assert book.offsets(tps[0]) == list(range(9))
    assert book.offsets(tps[1]) == list(range(6))
    assert book.holes == [(tps[0], Hole(4, 5, HoleReason.UNREADABLE))]
    assert await committed(broker.bootstrap, group, tps) == {tps[0]: 9, tps[1]: 6}


async def test_what_retention_took_is_reported(apache_kafka: Broker, topic_prefix: str) -> None:
    """An offset that Kafka no longer has is never silently skipped: at the claim, and after a seek."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(apache_kafka.bootstrap, [topic], 1)
    await produce(apache_kafka.bootstrap, [tp], 50)
    await delete_before(apache_kafka.bootstrap, tp, 20)
    book = RecordingBook(resume={tp: 5})
    async with running(recording_app(apache_kafka.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: book.record_count >= 30, "what is left")
        assert book.holes == [(tp, Hole(5, 20, HoleReason.EXPIRED))]
        assert book.positions is not None
        await book.positions.seek(tp, 11)
        await until(lambda: book.record_count >= 60, "what is left, again")
        assert book.holes[1:] == [(tp, Hole(11, 20, HoleReason.EXPIRED))]
        await book.positions.seek(tp, 5000)
        await until(lambda: book.record_count >= 90, "what is left, once more")
        assert book.holes[2:] == [(tp, Hole(5000, 20, HoleReason.BEYOND_END))]
    assert book.offsets(tp) == 3 * list(range(20, 50))


async def delete_before(bootstrap: str, tp: TopicPartition, offset: int) -> None:
    """Have Kafka drop the records below an offset, as retention would."""
    from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
    from aiokafka.structs import TopicPartition as ClientPartition

    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_records({ClientPartition(*tp): RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()


async def test_holes_of_transactions_count_as_read(apache_kafka: Broker, topic_prefix: str) -> None:
    """Aborted records are not delivered, markers leave holes; the end is reached and committed all the same."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(apache_kafka.bootstrap, [topic], 1)
    async with producing(apache_kafka.bootstrap, transactional_id=f"{topic_prefix}tx") as producer:
        for is_kept in (True, False, True, False):
            await producer.begin_transaction()
            for _ in range(3):
                await producer.send_and_wait(topic, b"{}", partition=0)
            await (producer.commit_transaction() if is_kept else producer.abort_transaction())
    # Offsets: 0-2 kept, 3 marker, 4-6 aborted, 7 marker, 8-10 kept, 11 marker, 12-14 aborted, 15 marker.
    book = RecordingBook()
    async with running(recording_app(apache_kafka.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: book.positions is not None and book.positions.is_at_end(tp), "the end behind the holes")
        await until(lambda: book.record_count >= 6, "committed records")
    assert book.offsets(tp) == [0, 1, 2, 8, 9, 10]
    assert book.holes == []
    assert await committed(apache_kafka.bootstrap, f"{topic_prefix}group", [tp]) == {tp: 11}


async def test_an_open_transaction_does_not_keep_the_end_away(apache_kafka: Broker, topic_prefix: str) -> None:
    """What may not be read yet is behind the end, else a producer that hangs would stop the merge."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(apache_kafka.bootstrap, [topic], 1)
    book = RecordingBook()
    async with running(recording_app(apache_kafka.bootstrap, f"{topic_prefix}group", [topic], book)):
        async with producing(apache_kafka.bootstrap, transactional_id=f"{topic_prefix}tx") as producer:
            await producer.begin_transaction()
            await producer.send_and_wait(topic, b"{}", partition=0)
            now = asyncio.get_running_loop().time()
            await until(
                lambda: book.positions is not None and book.positions.is_drained(tp, now), "the end before it", 3
            )
            assert book.record_count == 0
            await producer.commit_transaction()
        await until(lambda: book.record_count == 1, "the record once committed")


async def test_compacted_holes_are_passed(apache_kafka: Broker, topic_prefix: str) -> None:
    """Offsets that compaction removed are neither waited for nor reported."""
    topic = f"{topic_prefix}lead-profiles"
    tp = TopicPartition(topic, 0)
    await create_topics(
        apache_kafka.bootstrap,
        [topic],
        1,
        **{
            "cleanup.policy": "compact",
            "segment.ms": "100",
            "min.cleanable.dirty.ratio": "0.01",
            "max.compaction.lag.ms": "100",
        },
    )
    async with producing(apache_kafka.bootstrap) as producer:
        for _ in range(4):
            for turn in range(20):
                await producer.send_and_wait(topic, b"%d" % turn, key=b"lead-ada", partition=0)
            await asyncio.sleep(0.2)
    group = f"{topic_prefix}group"
    deadline = asyncio.get_running_loop().time() + 15
    while len(offsets := await offsets_to_the_end(apache_kafka, group, tp)) > 60:
        assert asyncio.get_running_loop().time() < deadline, "nothing was compacted"
    assert offsets[-1] == 79
    assert await committed(apache_kafka.bootstrap, group, [tp]) == {tp: 80}


async def offsets_to_the_end(broker: Broker, group: str, tp: TopicPartition) -> list[int]:
    """Read a partition from 0 to its known end."""
    book = RecordingBook(resume={tp: 0})
    async with running(recording_app(broker.bootstrap, group, [tp.topic], book)):
        await until(lambda: book.positions is not None and book.positions.is_at_end(tp), "the end")
    assert book.holes == []
    return book.offsets(tp)


async def test_a_worker_whose_owners_take_nothing_stays_in_its_group(
    embedded_broker: Broker, topic_prefix: str
) -> None:
    """Paused is not dead: the delivery loop turns on, and nothing is lost when owners take again."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(embedded_broker.bootstrap, [topic], 1)
    await produce(embedded_broker.bootstrap, [tp], 10)
    book = RecordingBook(closed={tp})
    async with running(recording_app(embedded_broker.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: "assigned" in book.calls, "the assignment")
        await asyncio.sleep(1.5)
        assert book.positions is not None
        assert book.positions.problem() is None
        book.closed.clear()
        await until(lambda: book.record_count == 10, "the records", 2)
