"""A Redis that is full refuses writes: the worker pauses, and goes on when there is room again; nothing is skipped."""

from contextlib import ExitStack
from pathlib import Path

from redis.asyncio import Redis

from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import installing
from tests.line.activities import crowd
from tests.line.comparison import require_all_as_recomputed
from tests.line.installation import now_ms
from tests.servers.fixtures import ONCE_ON_KAFKA, Broker


async def limit_memory(server: RedisServer, limit_bytes: int) -> None:
    """Set how much a Redis may hold; 0 for all it wants."""
    client = Redis.from_url(server.url, protocol=2)
    try:
        await client.config_set("maxmemory", limit_bytes)
    finally:
        await client.aclose()


@ONCE_ON_KAFKA
async def test_a_full_redis_pauses_the_worker(
    broker: Broker, own_redis: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """At its memory limit Redis takes no commit: the worker waits, still alive, and loses nothing once it is raised."""
    with ExitStack() as stack:
        line = installing(stack, broker, own_redis, topic_prefix, tmp_path)(batch_records_max=40)
        await line.create_topics()
        began_at = now_ms()
        await line.produce(crowd(7, leads=40, activities=300, from_at=began_at - 20_000, to_at=began_at))
        worker = line.started()
        await line.handled(line.ends.total())

        await limit_memory(own_redis, 1_000)
        before = await line.handled_count()
        await line.produce_views(70, 100)

        async def is_refused() -> bool:
            return worker.metrics()['leadstream_retries_total{server="redis"}'] >= 3

        await line.until(is_refused, 30.0, "commits refused")
        paused_at = await line.handled_count()
        await limit_memory(own_redis, 0)
        await line.settled()
        await worker.terminate()

        assert before <= paused_at < line.ends.total()
        await require_all_as_recomputed(line, line.scorecard)
