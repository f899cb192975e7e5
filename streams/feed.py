"""Puts activities on the topics as producers do: keyed by lead, each stamped with when it happened.

A broker that sets append times overwrites the stamp; one that does not, as the embedded one, goes by it.
"""

from collections.abc import Callable, Iterable
from itertools import islice

from schemas.activities import Activity
from schemas.profile import LeadProfile
from streams.configuration.settings import Settings
from streams.kafka.partitioner import partition_of
from streams.publisher.door import Message, Publisher
from streams.translation.activity_lines import topic_of
from streams.translation.translate import milliseconds

BATCH_RECORDS = 500


def message_of(item: Activity | LeadProfile, settings: Settings) -> Message:
    """Return the record that carries an activity or a profile update."""
    key = item.lead_id.encode()
    return Message(
        topic=settings.topic_prefix + topic_of(item.type),
        partition=partition_of(key, settings.partitions),
        key=key,
        value=item.model_dump_json(exclude_none=True).encode(),
        timestamp_ms=milliseconds(item.occurred_at),
    )


async def feed(
    items: Iterable[Activity | LeadProfile], publisher: Publisher, settings: Settings, on_sent: Callable[[int], None]
) -> int:
    """Publish activities in the order given.

    Args:
        items: In the order of time, so that no partition's time runs back.
        publisher: Where to.
        settings: Names and counts of the topics.
        on_sent: Told how many were acknowledged so far.

    Returns:
        How many there were.

    Raises:
        PublishUnavailable: If Kafka does not acknowledge.
    """
    rest = iter(items)
    sent = 0
    while batch := [message_of(item, settings) for item in islice(rest, BATCH_RECORDS)]:
        await publisher.publish(batch)
        sent += len(batch)
        on_sent(sent)
    return sent
