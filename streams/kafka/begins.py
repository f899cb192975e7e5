"""From when on Kafka retains the inputs: the first record of each partition, for those who want to know what is left.

Joins no group and commits nothing.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition as ClientPartition

from streams.configuration.settings import Settings
from streams.kafka.connection import connection_arguments
from streams.kafka.ends import End, Place
from streams.kafka.reader import ReadUnavailable

POLL_MS = 100
FIRST_SECONDS_MAX = 5.0
"""How long to ask for the first records: an offset that holds none (a transaction's marker) may never answer."""
FETCH_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is retained of one topic: at most so many records, from an instant (milliseconds) on, None if not known."""

    records: int
    since: int | None


async def read_begins(settings: Settings, ends: Mapping[Place, End]) -> dict[str, Stretch]:
    """Read from when on some topics are retained.

    Args:
        settings: Where Kafka is.
        ends: Where their partitions begin and end, by `streams.kafka.ends.read_ends`.

    Returns:
        By topic, without prefix, those of which something is retained. A topic is retained from the latest of its
        partitions' first records on: before it leads of that partition are missing.

    Raises:
        ReadUnavailable: If Kafka does not answer.
    """
    filled = {
        ClientPartition(settings.topic_prefix + topic, number): topic
        for (topic, number), end in ends.items()
        if end.end > end.first
    }
    firsts = await _firsts(settings, filled) if filled else {}
    found: dict[str, Stretch] = {}
    for topic in sorted({*filled.values()}):
        count = sum(end.end - end.first for (name, _), end in ends.items() if name == topic)
        instants = [at for client, at in firsts.items() if filled[client] == topic]
        found[topic] = Stretch(count, max(instants, default=None))
    return found


async def _firsts(settings: Settings, clients: Collection[Any]) -> dict[Any, int]:
    """Return when the first record of each partition was stored, of those that tell in time."""
    consumer = AIOKafkaConsumer(
        **connection_arguments(settings),
        client_id="leadstream-begins",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=POLL_MS,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    firsts: dict[Any, int] = {}
    try:
        await consumer.start()
        consumer.assign(list(clients))
        await consumer.seek_to_beginning(*clients)
        deadline = time.monotonic() + FIRST_SECONDS_MAX
        while (waiting := [client for client in clients if client not in firsts]) and time.monotonic() < deadline:
            found = await consumer.getmany(*waiting, timeout_ms=POLL_MS)
            firsts |= {client: records[0].timestamp for client, records in found.items() if records}
    except (KafkaError, OSError) as error:
        text = f"Kafka at {settings.kafka_bootstrap}: {str(error) or type(error).__name__}"
        raise ReadUnavailable(text) from error
    finally:
        await consumer.stop()
    return firsts
