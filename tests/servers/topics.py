"""Topics on a broker, as a test needs them: made, and read back by a plain consumer."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

WAIT_SECONDS_MAX = 20.0
POLL_SECONDS = 0.02


async def create_topic(
    bootstrap: str, name: str, *, partitions: int = 3, configs: Mapping[str, str] | None = None
) -> None:
    """Create a topic, and wait until the broker lists it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=dict(configs or {}))])
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while name not in await admin.list_topics():  # noqa: ASYNC110 - the broker sends no event
                await asyncio.sleep(POLL_SECONDS)
    finally:
        await admin.close()


async def read_records(bootstrap: str, topic: str, partition: int, count: int) -> Sequence[Any]:
    """Read the first records of a partition, so many as asked for.

    Raises:
        TimeoutError: If there are fewer.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition)])
    try:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


async def read_values_through(bootstrap: str, topic: str, partition: int, last: bytes) -> list[bytes]:
    """Read the values of a partition from its start up to the first that equals ``last``.

    Raises:
        TimeoutError: If it never comes.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition)])
    values: list[bytes] = []
    try:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while last not in values:
                values.append((await consumer.getone()).value)
    finally:
        await consumer.stop()
    return values
