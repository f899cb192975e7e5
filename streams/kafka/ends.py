"""Where inputs end in Kafka, and when their last record was stored: for those who want to know how far others are.

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
from streams.kafka.connection import WAY_OUT, connection_arguments
from streams.kafka.known_end import known_end
from streams.kafka.reader import ReadUnavailable

POLL_MS = 100
LATEST_SECONDS_MAX = 3.0
"""How long to ask for the last records: an offset that holds none (a transaction's marker) never answers."""
FETCH_BYTES = 64 * 1024

Place = tuple[str, int]
"""A topic, without prefix, and a partition."""


@dataclass(frozen=True, slots=True)
class End:
    """One partition of a topic in Kafka: its first offset, the one behind its last, and when its last was stored.

    ``latest_at`` is in milliseconds since the epoch; None if there is no record, or none at the last offset.
    """

    first: int
    end: int
    latest_at: int | None


async def read_ends(settings: Settings, places: Collection[Place]) -> dict[Place, End]:
    """Read where partitions end.

    Args:
        settings: Where Kafka is.
        places: Which ones, by topic without prefix.

    Raises:
        ReadUnavailable: If Kafka does not answer in time, or lacks one of the topics or partitions.
    """
    consumer = AIOKafkaConsumer(
        **connection_arguments(settings),
        client_id="leadstream-status",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=POLL_MS,
        max_partition_fetch_bytes=FETCH_BYTES,
        request_timeout_ms=int(4000 * settings.kafka_timeout_seconds),
    )
    by_client = {ClientPartition(settings.topic_prefix + topic, number): (topic, number) for topic, number in places}
    try:
        await consumer.start()
        cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - aiokafka tells counts of partitions only so
        if problem := _missing(cluster, by_client, settings):
            raise ReadUnavailable(f"Kafka at {settings.kafka_bootstrap}: {problem}")
        consumer.assign(list(by_client))
        firsts = await consumer.beginning_offsets(list(by_client))
        ends = await _ends(consumer, by_client, settings)
        latest = await _latest(consumer, {client: end for client, end in ends.items() if end > firsts[client]})
    except (KafkaError, OSError) as error:
        raise _unavailable(settings, str(error) or type(error).__name__) from error
    finally:
        await consumer.stop()
    return {
        place: End(firsts[client], max(ends[client], firsts[client]), latest.get(client))
        for client, place in by_client.items()
    }


def _missing(cluster: Any, clients: Collection[Any], settings: Settings) -> str | None:  # noqa: ANN401 - aiokafka has no types
    """Return which topic or partition there is not, with the way out; None if all are there."""
    for client in sorted(clients):
        numbers = cluster.partitions_for_topic(client.topic)
        if not numbers:
            return f"there is no topic {client.topic}; make it with `leadstream topics create`"
        if client.partition not in numbers:
            counts = f"{client.topic} has {len(numbers)} partitions, and LEADSTREAM_PARTITIONS={settings.partitions}"
            return f"{counts}; `leadstream topics check` says how many all of them have: set that"
    return None


async def _ends(consumer: Any, clients: Collection[Any], settings: Settings) -> dict[Any, int]:  # noqa: ANN401 - aiokafka has no types
    """Fetch until each partition has told its end."""
    deadline = time.monotonic() + 4 * settings.kafka_timeout_seconds
    await consumer.seek_to_beginning(*clients)
    ends: dict[Any, int] = {}
    while unknown := [client for client in clients if client not in ends]:
        if time.monotonic() > deadline:
            raise _unavailable(settings, f"no answer for {unknown[0].topic}, partition {unknown[0].partition}")
        await consumer.getmany(timeout_ms=POLL_MS)
        ends |= {client: end for client in unknown if (end := known_end(consumer, client)) is not None}
    return ends


async def _latest(consumer: Any, ends: Mapping[Any, int]) -> dict[Any, int]:  # noqa: ANN401 - as above
    """Return when the last record of each partition was stored, of those that have one at their last offset."""
    latest: dict[Any, int] = {}
    for client, end in ends.items():
        consumer.seek(client, end - 1)
    deadline = time.monotonic() + LATEST_SECONDS_MAX
    while ends.keys() - latest.keys() and time.monotonic() < deadline:
        found = await consumer.getmany(*ends, timeout_ms=POLL_MS)
        latest |= {client: records[-1].timestamp for client, records in found.items() if records}
    return latest


def _unavailable(settings: Settings, reason: str) -> ReadUnavailable:
    return ReadUnavailable(f"Kafka at {settings.kafka_bootstrap}: {reason}; {WAY_OUT}")
