"""Records on the wrong partition, or under a wrong key, count as if they had come right: each once, whatever fails."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from redis.asyncio import Redis

from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import installing
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import now_ms
from tests.line.producers import placed_by_all
from tests.servers.fixtures import ONCE_ON_KAFKA, Broker


async def emptied(server: RedisServer) -> None:
    """Empty a Redis, as FLUSHALL by mistake does."""
    client = Redis.from_url(server.url, protocol=2)
    try:
        await client.flushall()
    finally:
        await client.aclose()


@ONCE_ON_KAFKA
async def test_the_same_leads_from_producers_of_every_kind(
    broker: Broker, own_redis: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """Seven topics, six ways to place a record, a worker killed in the middle and, on Apache Kafka, Redis emptied too.

    No dead letter, every lead and stage change as recomputed. (Where producers set the times, a replay may decide
    otherwise, so the embedded broker's Redis is left alone.)
    """
    with ExitStack() as stack:
        line = installing(stack, broker, own_redis, topic_prefix, tmp_path)(batch_records_max=40)
        await line.create_topics()
        partitions = line.settings.partitions
        at = now_ms()
        records = crowd(11, leads=30, activities=700, from_at=at - 20_000, to_at=at)
        await line.produce(placed_by_all(records, partitions=partitions, seed=11))
        killed = line.started()
        await line.handled(200)
        killed.kill()
        worker = line.started()
        await line.joined(worker)
        if line.is_apache:
            more = crowd(12, leads=30, activities=200, from_at=at, to_at=now_ms())
            await line.produce(placed_by_all(more[:100], partitions=partitions, seed=12))
            await line.handled(750)
            await emptied(own_redis)
            await line.produce(placed_by_all(more[100:], partitions=partitions, seed=13))
        await line.settled()
        await worker.terminate()

        expected, told = await require_all_as_recomputed(line, line.scorecard)
    came = Counter(place[0] for place in expected.strays)
    assert len(came) >= 5
    assert came.total() > 200
    assert not expected.refused
    assert len(first_of_each(told)) > 20
    if line.is_apache:
        assert expected.outcomes["repartition", "forwarded_again"] > 0, "the run must have forwarded some twice"
