"""Redis is killed and comes back in mid-stream, with what its append-only file holds: the worker waits and goes on."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import installing
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import now_ms
from tests.servers.fixtures import ONCE_ON_KAFKA, Broker


@ONCE_ON_KAFKA
async def test_redis_is_killed_twice(broker: Broker, own_redis: RedisServer, topic_prefix: str, tmp_path: Path) -> None:
    """SIGKILL and start of Redis in mid-stream, twice: nothing lost, no stage change missing or made up."""
    with ExitStack() as stack:
        line = installing(stack, broker, own_redis, topic_prefix, tmp_path)(batch_records_max=40)
        await line.create_topics()
        began_at = now_ms()
        await line.produce(crowd(2, leads=40, activities=800, from_at=began_at - 60_000, to_at=began_at))
        worker = line.started()
        await line.joined(worker)
        for seed in (20, 21):
            await line.produce_views(seed, 40)
            own_redis.kill()
            await line.produce_views(seed + 10, 40)
            await asyncio.to_thread(own_redis.start)
            await line.produce_views(seed + 20, 40)
        await line.settled()
        retries = worker.metrics()['leadstream_retries_total{server="redis"}']
        await worker.terminate()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert retries > 0
    assert len(first_of_each(told)) > 20
