"""Three brokers of Apache Kafka, of which one after the other is killed under load and comes back.

Not among the tests of every change (`make replicated` runs it): while a broker is missing, records wait above the high
watermark, with an append time and invisible. A tick may then go before them, against the order of their stamps, and
the strict comparison says so in some runs.
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest

from schemas.topics import TOPICS
from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import DATA
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import Installation, now_ms
from tests.servers.apache_kafka_cluster import BROKERS, ApacheKafkaCluster

PARTITIONS = 3
SETTLED_SECONDS_MAX = 120.0


@pytest.mark.kafka
@pytest.mark.replicated
async def test_brokers_are_killed_and_leaders_move(
    kafka_cluster: ApacheKafkaCluster, redis_server: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """SIGKILL and start of two brokers of three, in mid-stream: tables and stage changes are as recomputed."""
    with ExitStack() as stack:
        line = stack.enter_context(
            Installation(
                tmp_path,
                is_apache=True,
                kafka_bootstrap=kafka_cluster.bootstrap,
                redis_url=redis_server.url,
                redis_prefix=topic_prefix.strip("-"),
                topic_prefix=topic_prefix,
                group=f"{topic_prefix}group",
                scorecard=DATA / "quick.yaml",
                partitions=PARTITIONS,
                replication_factor=BROKERS,
                batch_records_max=100,
            )
        )
        await line.create_topics()
        topics = tuple(f"{topic_prefix}{name}" for name in TOPICS)
        began_at = now_ms()
        await line.produce(crowd(5, leads=40, activities=600, from_at=began_at - 30_000, to_at=began_at))
        worker = line.started()
        await line.joined(worker)
        for number, broker in enumerate(kafka_cluster.brokers[:2], start=1):
            await line.produce_views(50 + number, 60)
            assert number in await kafka_cluster.leaders(topics)
            broker.kill()
            await line.produce_views(60 + number, 60)
            assert number not in await kafka_cluster.leaders(topics)
            await asyncio.to_thread(broker.start)
            await line.produce_views(70 + number, 60)
            await kafka_cluster.await_in_sync(topics)
        await line.settled(SETTLED_SECONDS_MAX)
        await worker.terminate()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert len(first_of_each(told)) > 20
