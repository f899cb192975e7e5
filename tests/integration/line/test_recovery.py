"""Redis loses everything, or goes back to an old copy: tables heal from Kafka, and downstream hears nothing twice."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition
from redis.asyncio import Redis

from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import DATA, Install, installing
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed, told_changes
from tests.line.installation import Installation, now_ms
from tests.line.worker_process import WorkerProcess
from tests.servers.fixtures import ONCE_ON_KAFKA, Broker

Copy = dict[bytes, bytes]


async def copied(client: Redis) -> Copy:
    """Return all keys as `DUMP` has them."""
    return {key: await client.dump(key) for key in await client.keys("*")}


async def put_back(client: Redis, copy: Copy) -> None:
    """Make Redis what it was at a copy, in one step: as a restored backup or a replica that lagged is."""
    pipeline = client.pipeline(transaction=True)
    pipeline.flushall()
    for key, value in copy.items():
        pipeline.restore(key, 0, value)
    await pipeline.execute()


async def fed(line: Installation, *seeds: int) -> None:
    """Let some leads do more, and wait until it is handled."""
    for seed in seeds:
        await line.produce_views(seed, 30)
    await line.settled()


async def recovered(line: Installation, worker: WorkerProcess, times: int) -> None:
    """Wait until each partition that had anything to recover has done so as often as asked for."""

    async def is_over() -> bool:
        return worker.log().count("recovery_over") >= times and worker.metrics()["leadstream_partitions_replaying"] == 0

    await line.until(is_over, 60.0, f"{times} recoveries over")


@ONCE_ON_KAFKA
async def test_a_lost_redis_is_not_heard_downstream(
    broker: Broker, own_redis: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """Emptied between two workers, emptied under one, put back to an old copy under one: each change is there once."""
    client = Redis.from_url(own_redis.url, protocol=2)
    with ExitStack() as stack:
        line = installing(stack, broker, own_redis, topic_prefix, tmp_path)(batch_records_max=40)
        await line.create_topics()
        began_at = now_ms()
        await line.produce(crowd(5, leads=40, activities=300, from_at=began_at - 30_000, to_at=began_at))
        first = line.started()
        await fed(line, 50, 51)
        copy = await copied(client)
        await fed(line, 52)
        await first.terminate()

        await client.flushall()
        worker = line.started()
        await recovered(line, worker, 4)
        await fed(line, 53)
        await client.flushall()
        await recovered(line, worker, 8)
        await put_back(client, copy)
        await recovered(line, worker, 12)
        await line.settled()
        await fed(line, 54)
        figures = worker.metrics()
        await worker.terminate()
        await client.aclose()

        _, told = await require_all_as_recomputed(line, line.scorecard)
    assert len(told) == len(first_of_each(told)) > 20
    assert figures["leadstream_replayed_outputs_total"] > 40
    assert figures["leadstream_corrections_total"] == 0
    assert "recovery_begun" not in first.log()


async def test_erased_history_is_told_once(install_on_kafka: Install) -> None:
    """Inputs past their retention, and tables lost: who stands elsewhere now hears it once, naming what it corrects."""
    line = install_on_kafka(scorecard=DATA / "slow_1.yaml")
    await line.create_topics()
    began_at = now_ms()
    await line.produce(crowd(6, leads=40, activities=400, from_at=began_at - 60_000, to_at=began_at))
    worker = line.started()
    await line.settled()
    await worker.terminate()
    before = told_changes([record.value for record in await line.read("stage-changes")], topic_prefix="")
    await erase(line, "form-fills", "page-views")

    for number in (1, 2):
        line = line.changed(redis_prefix=f"{line.settings.redis_prefix}-{number}")
        worker = line.started()
        await recovered(line, worker, line.settings.partitions)
        await worker.terminate()

    after = told_changes([record.value for record in await line.read("stage-changes")], topic_prefix="")
    corrections = [one for one in after if one not in before]
    leads = await line.leads()
    stands = {(one.move.lead_id, one.move.score_name): one.move.to_stage for one in [*before, *corrections]}
    for (lead_id, score_name), stage in stands.items():
        bottom = line.scorecard.scores[score_name].stages[0].name
        wanted = leads[lead_id].state.standings[score_name].stage if lead_id in leads else bottom
        assert (lead_id, score_name, stage) == (lead_id, score_name, wanted)
    corrected = Counter((one.move.lead_id, one.move.score_name) for one in corrections)
    assert set(corrected.values()) == {1}, "each is corrected once, also when the tables are lost again"
    known = {one.id for one in before}
    assert all(str(one.move.cause).removeprefix("correction of ") in known for one in corrections)
    assert len({one.id for one in after}) == len(after)


async def erase(line: Installation, *topics: str) -> None:
    """Delete all records of some inputs, as retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=line.settings.kafka_bootstrap)
    await admin.start()
    try:
        prefix = line.settings.topic_prefix
        places = [TopicPartition(prefix + topic, number) for topic in topics for number in range(4)]
        await admin.delete_records({place: RecordsToDelete(before_offset=-1) for place in places})
    finally:
        await admin.close()
