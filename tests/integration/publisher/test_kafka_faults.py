"""What the publisher makes of a broker that is away, refuses, or whose client died inside the process."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from streams.publisher.door import Message, MessageTooLarge, PublishUnavailable
from streams.publisher.kafka import KafkaPublisher
from streams.sandbox.broker import EmbeddedBroker
from tests.servers.fixtures import Broker, is_apache
from tests.servers.topics import create_topic, read_values_through

TIMEOUT_SECONDS = 2.0


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The client says at length that it cannot connect; here that is the point."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)


@pytest.fixture
async def topic(broker: Broker, topic_prefix: str) -> str:
    """A topic of three partitions that takes 100 kB."""
    name = f"{topic_prefix}stage-changes"
    await create_topic(broker.bootstrap, name, configs={"max.message.bytes": "100000"})
    return name


@pytest.fixture
async def publisher(broker: Broker) -> AsyncIterator[KafkaPublisher]:
    """A publisher to each kind of broker."""
    publisher = publisher_to(broker)
    yield publisher
    await publisher.close()


def publisher_to(broker: Broker) -> KafkaPublisher:
    """Return a publisher that waits briefly."""
    return KafkaPublisher(
        {"bootstrap_servers": [broker.bootstrap]}, is_idempotent=is_apache(broker), timeout_seconds=TIMEOUT_SECONDS
    )


def message(topic: str, value: bytes, partition: int = 0) -> Message:
    """Return a message that only has a value."""
    return Message(topic, partition, b"lead-ada", value)


async def patiently(publisher: KafkaPublisher, messages: list[Message]) -> int:
    """Publish again until it succeeds, as an owner does; return how often it failed."""
    for failures in range(30):
        try:
            await publisher.publish(messages)
        except PublishUnavailable:
            await asyncio.sleep(0.1)
        else:
            return failures
    pytest.fail("was never published")


async def test_a_broker_that_is_away_costs_bounded_time_and_loses_nothing() -> None:
    """While it is away each publication fails within its bound; when it is back the same publisher goes on."""
    with EmbeddedBroker() as broker:
        await create_topic(broker.bootstrap, "stage-changes")
        publisher = publisher_to(broker)
        await publisher.publish([message("stage-changes", b"before")])
        broker.kill()
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(PublishUnavailable, match=f"Kafka at {broker.bootstrap}"):
                await publisher.publish([message("stage-changes", b"after")])
            assert time.monotonic() - began < TIMEOUT_SECONDS + 2.0
        await asyncio.to_thread(broker.start)
        await create_topic(broker.bootstrap, "stage-changes")

        await patiently(publisher, [message("stage-changes", b"after")])

        assert await read_values_through(broker.bootstrap, "stage-changes", 0, b"after") == [b"after"]
        await publisher.close()


async def test_a_broker_that_was_never_there_is_named() -> None:
    """A wrong address is a failure with the address in it, not a hang, and closing after it is quick."""
    publisher = KafkaPublisher({"bootstrap_servers": ["127.0.0.1:1"]}, timeout_seconds=TIMEOUT_SECONDS)

    with pytest.raises(PublishUnavailable, match=r"127\.0\.0\.1:1"):
        await publisher.publish([message("stage-changes", b"x")])
    await publisher.close()


async def test_a_client_whose_sender_died_is_replaced(publisher: KafkaPublisher, broker: Broker, topic: str) -> None:
    """The client's background task can die in a living process: one publication fails, the next has a new client."""
    await publisher.publish([message(topic, b"before")])
    assert publisher._session is not None
    publisher._session.producer._sender.sender_task.cancel()
    await asyncio.wait([publisher._session.producer._sender.sender_task])

    failures = await patiently(publisher, [message(topic, b"after")])

    assert failures == 1
    assert await read_values_through(broker.bootstrap, topic, 0, b"after") == [b"before", b"after"]


async def test_a_failure_of_one_owner_leaves_the_others_alone(
    publisher: KafkaPublisher, broker: Broker, topic: str
) -> None:
    """A partition that does not exist fails alone; what others publish meanwhile is acknowledged."""
    wrong = publisher.publish([message(topic, b"nowhere", partition=9)])
    right = [publisher.publish([message(topic, str(number).encode(), partition=1)]) for number in range(5)]

    outcomes = await asyncio.gather(wrong, *right, return_exceptions=True)

    assert isinstance(outcomes[0], PublishUnavailable)
    assert "has no partition 9" in str(outcomes[0])
    assert outcomes[1:] == [None] * 5
    assert await read_values_through(broker.bootstrap, topic, 1, b"4") == [b"0", b"1", b"2", b"3", b"4"]


async def test_a_publication_that_is_given_up_does_not_go_on(
    publisher: KafkaPublisher, broker: Broker, topic: str
) -> None:
    """A cancelled publication is not retried behind the caller's back, and the next works."""
    await publisher.publish([message(topic, b"before")])
    task = asyncio.create_task(publisher.publish([message(topic, b"cancelled")]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await publisher.publish([message(topic, b"after")])

    read = await read_values_through(broker.bootstrap, topic, 0, b"after")
    assert [value for value in read if value != b"cancelled"] == [b"before", b"after"]


@pytest.mark.kafka
async def test_a_message_that_the_topic_refuses_is_named(apache_kafka: Broker, topic_prefix: str) -> None:
    """A topic that takes less than the settings say: not retried for ever, but named with the way out."""
    topic = f"{topic_prefix}small"
    await create_topic(apache_kafka.bootstrap, topic, configs={"max.message.bytes": "100000"})
    publisher = publisher_to(apache_kafka)

    with pytest.raises(MessageTooLarge, match="leadstream topics check"):
        await publisher.publish([message(topic, b"x" * 150_000)])
    await publisher.publish([message(topic, b"after")])

    assert await read_values_through(apache_kafka.bootstrap, topic, 0, b"after") == [b"after"]
    await publisher.close()


async def test_a_broker_without_idempotent_producers_is_named() -> None:
    """The embedded broker refuses them; the setting to change is in the message."""
    with EmbeddedBroker() as broker:
        publisher = KafkaPublisher({"bootstrap_servers": [broker.bootstrap]}, timeout_seconds=TIMEOUT_SECONDS)

        with pytest.raises(PublishUnavailable, match="LEADSTREAM_IDEMPOTENT_PRODUCER=false"):
            await publisher.publish([message("stage-changes", b"x")])
        await publisher.close()


async def test_closing_while_publishing_ends_within_the_bound(publisher: KafkaPublisher, topic: str) -> None:
    """Stop does not hang on what is under way."""
    await publisher.publish([message(topic, b"before")])
    task = asyncio.create_task(publisher.publish([message(topic, b"during")]))
    await asyncio.sleep(0)
    began = time.monotonic()

    await publisher.close()
    await asyncio.wait([task])

    assert time.monotonic() - began < 2 * TIMEOUT_SECONDS
