"""Topics and tables of another number of partitions: refused at start, noticed while running, and the way out of it."""

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from schemas.topics import TOPICS
from streams.cli.exit_codes import ExitCode
from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import require_same_leads
from tests.line.installation import Installation, now_ms
from tests.oracles.line import Rules, recomputed


async def grow(line: Installation, count: int, *topics: str) -> None:
    """Give topics more partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=line.settings.kafka_bootstrap)
    await admin.start()
    try:
        prefix = line.settings.topic_prefix
        await admin.create_partitions({prefix + topic: NewPartitions(count) for topic in topics})
    finally:
        await admin.close()


async def test_a_topic_that_grows_ends_the_workers_and_new_tables_are_the_way_out(install_on_kafka: Install) -> None:
    """Noticed while running, refused again at start; with all topics grown the old tables are refused by name.

    New tables under the new number are made of what is there: what is on a lead's former partition is forwarded.
    """
    line = install_on_kafka(session_timeout_seconds=6.0)
    await line.create_topics()
    at = now_ms()
    await line.produce(crowd(21, leads=30, activities=200, from_at=at - 20_000, to_at=at))
    worker = line.started()
    await line.settled()

    await grow(line, 6, "page-views")
    assert await worker.ended(60.0) == ExitCode.UNREACHABLE
    said = " ".join(worker.log().split())
    assert "partition_drift" in said
    assert "page-views: 6 partitions, but LEADSTREAM_PARTITIONS=4" in said

    everything = [name for name, topic in TOPICS.items() if topic.partitions is None]
    await grow(line, 6, *(name for name in everything if name != "page-views"))
    refused = line.worker(LEADSTREAM_PARTITIONS="6")
    refused.start()
    assert await refused.ended(60.0) == ExitCode.UNREACHABLE
    assert "the tables were made for 4 partitions, and LEADSTREAM_PARTITIONS=6" in " ".join(refused.log().split())

    prefix, group = line.settings.redis_prefix, line.settings.group
    grown = line.changed(partitions=6, redis_prefix=f"{prefix}-6", group=f"{group}-6")
    grown.has_strays = True
    working = grown.started()
    await grown.settled()
    await working.terminate()

    rules = Rules(partitions=6, topic_prefix=line.settings.topic_prefix)
    expected = recomputed(await grown.handled_input(), grown.scorecard, rules)
    assert expected.strays
    leads = {lead_id: lead.state for lead_id, lead in (await grown.leads()).items()}
    require_same_leads(leads, expected, grown.scorecard)
