"""What stands on the topics: records read whole and in order, and records to be put there."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

READ_SECONDS_MAX = 60.0
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """One record as it was read; ``topic`` is the name in the catalogue, without prefix."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands."""
        return (self.topic, self.partition, self.offset)


@dataclass(frozen=True, slots=True)
class Produced:
    """One record to be put on a topic of the catalogue.

    ``stamp`` is the producer's time in milliseconds, which only counts where the broker takes it; None for now.
    ``partition`` None lets the key decide.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    stamp: int | None = None
    headers: Headers = ()
    partition: int | None = None


async def produce(
    bootstrap: str, prefix: str, records: Sequence[Produced], codec: str | None = None
) -> list[tuple[str, int]]:
    """Put records on their topics, in order, and return where each one went, once all are acknowledged.

    Their batches are compressed if a codec is named.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=False,
        acks="all",
        max_request_size=4 * 1024 * 1024,
        linger_ms=5,
        compression_type=codec,
    )
    await producer.start()
    try:
        sent = [
            await producer.send(
                prefix + record.topic,
                value=record.value,
                key=record.key,
                partition=record.partition,
                timestamp_ms=record.stamp,
                headers=list(record.headers),
            )
            for record in records
        ]
        await producer.flush()
        answers = await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return [(answer.topic.removeprefix(prefix), answer.partition) for answer in answers]


async def read(bootstrap: str, prefix: str, topics: Iterable[str], partitions: int) -> list[TopicRecord]:
    """Return every record of some topics, from the earliest to where each partition ends now, by place.

    The end is what a fetch tells of: asking for end offsets is not reliable on every broker.
    """
    places = [TopicPartition(prefix + topic, number) for topic in topics for number in range(partitions)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    found: list[TopicRecord] = []
    deadline = time.monotonic() + READ_SECONDS_MAX
    try:
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        unread = set(places)
        while unread:
            assert time.monotonic() < deadline, f"the ends of {sorted(unread)} were not reached"
            for records in (await consumer.getmany(timeout_ms=50)).values():
                found += [
                    TopicRecord(
                        record.topic.removeprefix(prefix),
                        record.partition,
                        record.offset,
                        record.timestamp,
                        record.key,
                        record.value,
                        tuple((name, bytes(value)) for name, value in record.headers),
                    )
                    for record in records
                ]
            for place in tuple(unread):
                end = consumer.highwater(place)
                if end is not None and await consumer.position(place) >= end:
                    unread.discard(place)
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: record.place)


async def erase_half(bootstrap: str, prefix: str, topics: Iterable[str], partitions: int) -> None:
    """Delete the older half of the records of some topics, as retention does."""
    consumer, admin = AIOKafkaConsumer(bootstrap_servers=bootstrap), AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await consumer.start()
    await admin.start()
    try:
        places = [TopicPartition(prefix + topic, number) for topic in topics for number in range(partitions)]
        ends = await consumer.end_offsets(places)
        await admin.delete_records({place: RecordsToDelete(before_offset=end // 2) for place, end in ends.items()})
    finally:
        await admin.close()
        await consumer.stop()
