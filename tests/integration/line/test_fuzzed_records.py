"""Random records, most of them bad, through a worker: it lives, and each record is taken or becomes a dead letter."""

import random
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from schemas.dead_letter import DeadLetterHeaders
from schemas.refusals import Reason
from schemas.topics import TOPICS
from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.redis import RedisServer
from tests.builders.records import NOW
from tests.fuzz.record_targets import fuzzed_record, seeds_of
from tests.integration.line.conftest import installing
from tests.line.activities import crowd
from tests.line.installation import Installation
from tests.line.topics import Produced

RECORDS = 5_000
SEED = 9
VALUE_BYTES_MAX = 600_000
"""Of what is sent; clients and brokers refuse what is far larger, before any worker sees it."""
SENT_TO = tuple(name for name, topic in TOPICS.items() if topic.direction == "in")
HANDLED_SECONDS_MAX = 120.0


def fuzzed(dice: random.Random, partitions: int) -> list[Produced]:
    """Return random records for every topic that producers write."""
    seeds = {topic: seeds_of(topic) for topic in SENT_TO}
    records: list[Produced] = []
    while len(records) < RECORDS:
        topic = dice.choice(SENT_TO)
        found = fuzzed_record(dice, topic, seeds[topic])
        if len(found.value or b"") <= VALUE_BYTES_MAX:
            stamp = NOW + len(records)
            partition = found.partition % partitions
            records.append(Produced(topic, found.key, found.value, stamp, found.headers, partition))
    return records


async def test_a_worker_outlives_five_thousand_random_records(
    embedded_broker: EmbeddedBroker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """Every one of them is handled, once; what was refused is in the dead letters, once; good ones still count."""
    # On the broker that takes producers' stamps: the seeds have dates of their own.
    with ExitStack() as stack:
        line = installing(stack, embedded_broker, redis_server, topic_prefix, tmp_path)()
        await _require_all_handled(line)


async def _require_all_handled(line: Installation) -> None:
    await line.create_topics()
    records = fuzzed(random.Random(SEED), line.settings.partitions)
    await line.produce(records)
    good = crowd(7, leads=10, activities=50, from_at=NOW, to_at=NOW + RECORDS, name="after")
    await line.produce(good)

    worker = line.started()
    await line.handled(len(records) + len(good), HANDLED_SECONDS_MAX)
    await line.settled(HANDLED_SECONDS_MAX, through=NOW)
    outcomes = worker.outcomes()
    await worker.terminate()

    prefix = line.settings.topic_prefix
    handled = Counter({(topic.removeprefix(prefix), word): count for (topic, word), count in outcomes.items()})
    assert sum(count for (topic, _), count in handled.items() if topic in SENT_TO) == len(records) + len(good)
    letters = [DeadLetterHeaders.from_headers(record.headers) for record in await line.read("dead-letters")]
    places = {(said.source_topic, said.source_partition, said.source_offset) for said in letters}
    assert len(places) == len(letters)
    told = Counter(said.reason.value for said in letters)
    assert told[Reason.INTERNAL] == 0
    assert told == Counter(
        {word: count for word in set(Reason) if (count := sum(n for (_, w), n in handled.items() if w == word))}
    )
    leads = await line.leads()
    assert {record.key.decode() for record in good if record.key} <= leads.keys()
