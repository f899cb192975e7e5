"""What every publisher promises: the fake, also behind the simulated network, and Kafka, embedded and Apache."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from streams.publisher.door import Message, MessageTooLarge, Publisher
from streams.publisher.fake import FakePublisher
from streams.publisher.kafka import KafkaPublisher
from tests.servers.fixtures import Broker, is_apache
from tests.servers.topics import create_topic, read_records
from tests.simulation import faultless

PARTITIONS = 3
MESSAGE_BYTES_MAX = 900_000
NOW = 1_754_000_000_000

Read = Callable[[str, int, int], Awaitable[list[Message]]]


@dataclass(frozen=True, slots=True)
class Harness:
    """A publisher, the topic that exists for the test, and a way to read so many messages of a partition back."""

    publisher: Publisher
    topic: str
    read: Read


@pytest.fixture(params=["fake", "simulated", "embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def harness(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Harness]:
    """Each implementation in turn."""
    topic = f"{topic_prefix}stage-changes"
    if request.param == "fake":
        fake = FakePublisher(message_bytes_max=MESSAGE_BYTES_MAX)
        yield Harness(fake, topic, reader_of(fake))
        return
    if request.param == "simulated":
        arrived = FakePublisher(message_bytes_max=MESSAGE_BYTES_MAX)
        simulated = faultless.publisher(faultless.kafka(), arrived.published.append, MESSAGE_BYTES_MAX)
        yield Harness(simulated, topic, reader_of(arrived))
        return
    name = {"embedded": "embedded_broker", "kafka": "apache_kafka"}[request.param]
    broker: Broker = request.getfixturevalue(name)
    # Producers' times are kept, so that they can be compared.
    configs = {"message.timestamp.type": "CreateTime"}
    await create_topic(broker.bootstrap, topic, partitions=PARTITIONS, configs=configs)
    publisher = KafkaPublisher(
        {"bootstrap_servers": [broker.bootstrap]},
        is_idempotent=is_apache(broker),
        timeout_seconds=20.0,
        message_bytes_max=MESSAGE_BYTES_MAX,
    )
    yield Harness(publisher, topic, reader(broker.bootstrap))
    await publisher.close()


def reader_of(fake: FakePublisher) -> Read:
    """Read from the fake."""

    async def read(topic: str, partition: int, count: int) -> list[Message]:
        return list(fake.of(topic, partition))[:count]

    return read


def reader(bootstrap: str) -> Read:
    """Read from a broker, as a plain consumer does."""

    async def read(topic: str, partition: int, count: int) -> list[Message]:
        return [
            Message(
                topic,
                partition,
                record.key,
                record.value,
                tuple((name, bytes(value)) for name, value in record.headers),
                record.timestamp,
            )
            for record in await read_records(bootstrap, topic, partition, count)
        ]

    return read


async def test_a_message_arrives_as_it_was(harness: Harness) -> None:
    """Key, value, headers in their order with repeats, and the time that was given."""
    headers = (("ce_id", b"8f14"), ("ce_type", b""), ("ce_id", b"\xff"))
    message = Message(harness.topic, 1, b"lead-ada", b'{"to_stage":"mql"}', headers, NOW)
    tombstone = Message(harness.topic, 1, b"lead-bob", None, (), NOW + 1)

    await harness.publisher.publish([message, tombstone])

    assert await harness.read(harness.topic, 1, 2) == [message, tombstone]


async def test_what_has_no_time_is_stamped(harness: Harness) -> None:
    """A time that is not given is the producer's own, or stays open in the fake."""
    await harness.publisher.publish([Message(harness.topic, 0, None, b"dead letter without a key")])

    (message,) = await harness.read(harness.topic, 0, 1)

    assert (message.key, message.value) == (None, b"dead letter without a key")
    assert message.timestamp_ms is None or message.timestamp_ms > NOW


async def test_each_partition_keeps_its_order(harness: Harness) -> None:
    """Thousands of messages, several batches a partition, several publications: none is missing, none out of place."""
    sizes = (2_000, 1, 0, 1_500)
    sent: list[Message] = []
    for round_number, size in enumerate(sizes):
        messages = [
            Message(harness.topic, number % PARTITIONS, b"k", f"{round_number}:{number}".encode() + b"." * 900, (), NOW)
            for number in range(size)
        ]
        await harness.publisher.publish(messages)
        sent += messages

    for partition in range(PARTITIONS):
        expected = [message for message in sent if message.partition == partition]
        assert await harness.read(harness.topic, partition, len(expected)) == expected


async def test_owners_publish_at_once(harness: Harness) -> None:
    """One publisher serves many owners: each gets its acknowledgement, and its partition its order."""

    async def own(partition: int) -> None:
        for number in range(20):
            await harness.publisher.publish([Message(harness.topic, partition, b"k", str(number).encode(), (), NOW)])

    await asyncio.gather(*(own(partition) for partition in range(PARTITIONS)))

    for partition in range(PARTITIONS):
        values = [message.value for message in await harness.read(harness.topic, partition, 20)]
        assert values == [str(number).encode() for number in range(20)]


async def test_a_message_that_is_too_large_stops_the_publication_before_it_begins(harness: Harness) -> None:
    """It is named with the way out, nothing of the publication went out, and the next one works."""
    small = Message(harness.topic, 0, b"k", b"small", (), NOW)
    large = Message(harness.topic, 0, b"k", b"x" * MESSAGE_BYTES_MAX, (), NOW)

    with pytest.raises(MessageTooLarge, match=f"is larger than {MESSAGE_BYTES_MAX}"):
        await harness.publisher.publish([small, large])
    await harness.publisher.publish([Message(harness.topic, 0, b"k", b"after", (), NOW)])

    assert [message.value for message in await harness.read(harness.topic, 0, 1)] == [b"after"]


async def test_a_message_of_the_largest_size_passes(harness: Harness) -> None:
    """The limit itself is allowed, alone and among others; what `size_bytes` says is never less than what is sent."""
    body = MESSAGE_BYTES_MAX - Message(harness.topic, 2, b"k", b"", (("reason", b"schema"),)).size_bytes
    large = Message(harness.topic, 2, b"k", b"x" * body, (("reason", b"schema"),), NOW)
    small = Message(harness.topic, 2, b"k", b"small", (), NOW)
    assert large.size_bytes == MESSAGE_BYTES_MAX

    await harness.publisher.publish([small, large, small])

    assert await harness.read(harness.topic, 2, 3) == [small, large, small]


async def test_nothing_to_publish_is_published(harness: Harness) -> None:
    """An empty publication returns at once."""
    await harness.publisher.publish([])


async def test_closing_twice_is_harmless(harness: Harness) -> None:
    """A publisher can be closed before it was ever used, and again."""
    await harness.publisher.close()
    await harness.publisher.close()
