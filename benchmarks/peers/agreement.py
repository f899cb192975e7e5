"""Whether a peer did the work: its stage changes beside those that the plain code finds on the same topics.

Plain code takes the records by their append times. Peers may take those of two topics in another order, so that a lead
goes by another way; where it ends is then mostly the same.
"""

import json
from collections.abc import Iterable, Mapping
from operator import attrgetter

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from benchmarks.peers.contest import TOPIC_NAMES
from benchmarks.peers.plain import State, scored
from tests.line.installation import Installation
from tests.line.topics import read

LEAST = 0.97
"""The share of leads that move on a ladder of which a peer that went through everything has to tell the same end."""

Ends = dict[tuple[str, str], str]
"""The stage in which a lead ends on a ladder, of those that ever moved."""


async def expected(line: Installation) -> Ends:
    """Return where leads end by the plain code, over all that was put on an installation's topics."""
    ends: Ends = {}
    for number in range(line.settings.partitions):
        leads: dict[str, State] = {}
        for record in sorted(await _partition(line, number), key=attrgetter("timestamp")):
            said, topic = json.loads(record.value), record.topic.removeprefix(line.settings.topic_prefix)
            lead_id = said["lead_id"]
            leads[lead_id], moves = scored(leads.get(lead_id), topic, said, record.timestamp)
            ends.update(((lead_id, move["score_name"]), move["to"]) for move in moves)
    return ends


async def told(line: Installation, topic: str) -> list[bytes]:
    """Return the stage changes that stand on a topic, without a prefix; what is not committed does not."""
    settings = line.settings
    records = await read(settings.kafka_bootstrap, settings.topic_prefix, [topic], settings.partitions)
    return [record.value for record in records if record.value is not None]


def ends_of(changes: Iterable[bytes]) -> Ends:
    """Return where leads end by stage changes as peers tell them, in the order in which they were told."""
    each = map(json.loads, changes)
    return {(change["lead_id"], change["score_name"]): change["to"] for change in each}


def agreement(found: Mapping[tuple[str, str], str], wanted: Mapping[tuple[str, str], str]) -> float:
    """Return the share of leads that end in the same stage, of all that moved by one or the other.

    Example:
        >>> agreement({("ada", "fit"): "lead", ("bob", "fit"): "mql"}, {("ada", "fit"): "lead"})
        0.5
    """
    moved = found.keys() | wanted.keys()
    return sum(found.get(key) == wanted.get(key) for key in moved) / len(moved) if moved else 1.0


async def _partition(line: Installation, number: int) -> list[ConsumerRecord]:
    """Return all records of one partition of the input topics."""
    ends = {
        TopicPartition(line.settings.topic_prefix + topic, number): line.ends[topic, number] for topic in TOPIC_NAMES
    }
    consumer = AIOKafkaConsumer(bootstrap_servers=line.settings.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign(list(ends))
    records: list[ConsumerRecord] = []
    try:
        while len(records) < sum(ends.values()):
            for found in (await consumer.getmany(timeout_ms=100)).values():
                records += found
    finally:
        await consumer.stop()
    return records
