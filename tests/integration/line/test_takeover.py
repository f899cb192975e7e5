"""A worker dies in mid-stream, and the other one takes over: nothing lost, nothing counted twice."""

from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import now_ms
from tests.servers.fixtures import ONCE_ON_KAFKA


@ONCE_ON_KAFKA
async def test_one_of_two_workers_is_killed(install: Install) -> None:
    """SIGKILL of one of two workers in mid-stream: the survivor has all, each stage change once by its id."""
    line = install(batch_records_max=40)
    await line.create_topics()
    began_at = now_ms()
    await line.produce(crowd(1, leads=40, activities=1_000, from_at=began_at - 60_000, to_at=began_at))
    victim, survivor = line.started(), line.started()
    await line.joined(victim, survivor)
    for seed in range(10, 14):
        await line.produce_views(seed, 60)
    before = await line.handled_count()
    victim.kill()
    for seed in range(14, 18):
        await line.produce_views(seed, 60)
    await line.settled()
    await survivor.terminate()

    _, told = await require_all_as_recomputed(line, line.scorecard)
    assert 0 < before < line.ends.total()
    assert len(first_of_each(told)) > 20
    assert "partition_claimed" in victim.log()
