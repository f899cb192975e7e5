"""The topic of dead letters does not take them: nothing is acknowledged, nothing lost, nobody waits for ever."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.dead_letter import DeadLetterHeaders
from streams.kafka.topic_admin import create_topics
from tests.integration.line.conftest import Install
from tests.line.activities import crowd, record
from tests.line.garbage import GOOD, padded
from tests.line.installation import Installation, now_ms
from tests.line.topics import Produced

LARGE_BYTES, LIMIT_BYTES = 100_000, 20_000


@asynccontextmanager
async def administering(line: Installation) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a client that changes topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=line.settings.kafka_bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


def bad(number: int, size_bytes: int = 0) -> Produced:
    """Return a view without an address, perhaps a large one."""
    at = now_ms()
    one = record("page-views", f"lead-{number}", at, at, id=f"bad-{number}", **GOOD["page-views"])
    body = {name: value for name, value in json.loads(one.value or b"{}").items() if name != "url"}
    spoilt = replace(one, value=json.dumps(body).encode())
    return padded(spoilt, size_bytes) if size_bytes else spoilt


async def test_what_the_topic_is_too_small_for_leaves_a_stub(install_on_kafka: Install) -> None:
    """Its limit was lowered while the line ran: coordinates, reason and checksum come through, and all behind them."""
    line = install_on_kafka(partitions=1)
    await line.create_topics()
    worker = line.started()
    await line.joined(worker)
    name = line.settings.topic_prefix + "dead-letters"
    limit = {"max.message.bytes": str(LIMIT_BYTES)}
    async with administering(line) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=limit)])
    await line.produce([bad(0), bad(1, LARGE_BYTES), bad(2)])
    await line.settled()
    await line.produce(crowd(3, leads=5, activities=40, from_at=now_ms() - 1_000, to_at=now_ms()))
    await line.settled()
    shortened = worker.metrics()["leadstream_dead_letters_shortened_total"]
    await worker.terminate()

    letters = await line.read("dead-letters")
    first = {DeadLetterHeaders.from_headers(one.headers).source_offset: one for one in reversed(letters)}
    said = {offset: DeadLetterHeaders.from_headers(one.headers) for offset, one in first.items()}
    assert {offset: one.value_bytes for offset, one in said.items()} == {0: None, 1: LARGE_BYTES, 2: None}
    assert said[1].value_blake2b is not None
    assert (first[1].key, first[1].value, shortened) == (b"lead-1", None, 1)


async def test_while_the_topic_takes_nothing_nothing_is_acknowledged(install_on_kafka: Install) -> None:
    """The owner asks again and again; when the topic is back, each is there, and what came behind them too."""
    line = install_on_kafka(partitions=1)
    await line.create_topics()
    worker = line.started()
    await line.joined(worker)
    async with administering(line) as admin:
        await admin.delete_topics([line.settings.topic_prefix + "dead-letters"])
    await line.produce([bad(number) for number in range(3)])

    async def is_asking() -> bool:
        return worker.metrics()['leadstream_retries_total{server="kafka"}'] >= 2

    await line.until(is_asking, 60, "the worker to ask Kafka again")
    assert (await line.facts())[0].outbox_count > 0
    assert worker.metrics()["leadstream_records_received_total"] == 0
    await create_topics(line.settings)
    await line.produce(crowd(4, leads=5, activities=40, from_at=now_ms() - 1_000, to_at=now_ms()))
    await line.settled()
    await worker.terminate()

    letters = await line.read("dead-letters")
    assert {DeadLetterHeaders.from_headers(one.headers).source_offset for one in letters} == {0, 1, 2}
