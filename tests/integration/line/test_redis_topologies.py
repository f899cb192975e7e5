"""The line on a Redis Cluster that loses a node, and on a primary that is replaced by a replica that has less."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from streams.sandbox.broker import EmbeddedBroker
from tests.integration.line.conftest import DATA
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import Installation, now_ms
from tests.servers.redis_cluster import RedisCluster
from tests.servers.redis_sentinel import WatchedRedis


def installed(stack: ExitStack, broker: EmbeddedBroker, prefix: str, folder: Path, **settings: Any) -> Installation:
    """Return an installation whose tables are where the settings say."""
    given = {
        "kafka_bootstrap": broker.bootstrap,
        "redis_prefix": prefix.strip("-"),
        "topic_prefix": prefix,
        "group": f"{prefix}group",
        "scorecard": DATA / "quick.yaml",
        "batch_records_max": 40,
    }
    return stack.enter_context(Installation(folder, is_apache=False, **{**given, **settings}))


async def test_a_node_of_the_cluster_dies_and_comes_back(
    embedded_broker: EmbeddedBroker, redis_cluster: RedisCluster, topic_prefix: str, tmp_path: Path
) -> None:
    """SIGKILL and start of two nodes of three, one after the other, in mid-stream: nothing lost, nothing made up."""
    with ExitStack() as stack:
        line = installed(
            stack, embedded_broker, topic_prefix, tmp_path, redis_cluster=redis_cluster.addresses, partitions=6
        )
        await line.create_topics()
        began_at = now_ms()
        await line.produce(crowd(3, leads=40, activities=800, from_at=began_at - 60_000, to_at=began_at))
        worker = line.started()
        await line.joined(worker)
        for seed, node in enumerate(redis_cluster.nodes[:2], start=30):
            await line.produce_views(seed, 60)
            node.kill()
            await line.produce_views(seed + 10, 60)
            await asyncio.to_thread(node.start)
            await asyncio.to_thread(redis_cluster.await_whole)
            await line.produce_views(seed + 20, 60)
        await line.settled()
        retries = worker.metrics()['leadstream_retries_total{server="redis"}']
        await worker.terminate()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert retries > 0
    assert len(first_of_each(told)) > 20


async def test_a_failover_that_loses_writes_heals(
    embedded_broker: EmbeddedBroker, own_watched_redis: WatchedRedis, topic_prefix: str, tmp_path: Path
) -> None:
    """A replica that was cut off becomes the primary: the owner replays what it lacks; tables are as recomputed."""
    watched = own_watched_redis
    with ExitStack() as stack:
        line = installed(stack, embedded_broker, topic_prefix, tmp_path, redis_sentinels=watched.addresses)
        await line.create_topics()
        began_at = now_ms()
        await line.produce(crowd(4, leads=40, activities=800, from_at=began_at - 60_000, to_at=began_at))
        worker = line.started()
        await line.handled(800)
        await asyncio.to_thread(watched.cut_off, watched.replica())
        await line.produce_views(40, 120)
        await line.handled(920)
        await line.produce_views(41, 60)
        await asyncio.to_thread(watched.fail_over)
        assert await line.handled_count() < 920
        await line.produce_views(42, 60)
        await line.settled()
        rollbacks = worker.metrics()["leadstream_table_rollbacks_total"]
        await worker.terminate()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert rollbacks > 0
    assert len(first_of_each(told)) > 20
