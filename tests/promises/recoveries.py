"""The promise of recoveries, as one story: downstream hears nothing twice, and in the end what is true.

A worker stops among the wake-ups of one instant; its tables are lost, rebuilt, lost again by the last commit, and lost
with some history; a worker dies before it has corrected anything.
"""

from dataclasses import replace

import pytest

import streams.partition.owner
from streams.transport.door import TopicPartition
from tests.builders.folding import STAGE_CHANGES, body
from tests.builders.kafka import FakeKafka
from tests.builders.owning import Worker, view_log
from tests.builders.records import NOW, SECOND, form_fill, page_view
from tests.builders.virtual_time import elapse, until

SETTLED_SECONDS = 3.0
NAMES = ("lead-ada", "lead-bob", "lead-eve")


def told(worker: Worker) -> dict[str, str]:
    """Return the stage that each lead was told last, repeats dropped by their ids."""
    seen: set[str] = set()
    last: dict[str, str] = {}
    for change in map(body, worker.publisher.of(STAGE_CHANGES)):
        if change["id"] not in seen:
            seen.add(change["id"])
            last[change["lead_id"]] = change["to_stage"]
    return last


async def settled(worker: Worker) -> Worker:
    """Let a worker handle all there is, and leave."""
    async with worker.working():
        await elapse(SETTLED_SECONDS)
        await until(lambda: worker.partitions.owned == {0}, 10)
    assert worker.failures == []
    return worker


async def stands(worker: Worker) -> dict[str, str]:
    """Return where each lead stands, but for those in the bottom stage."""
    standings = {name: (await worker.lead(name)).state.standings.get("default") for name in NAMES}
    return {name: one.stage for name, one in standings.items() if one is not None and one.stage != "subscriber"}


async def check_recovery() -> None:
    """Require that each loss is healed unheard, and that what is told last is what stands."""
    kafka = fading()
    worker = Worker(kafka=kafka, limits={"batch_records_max": 1})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streams.partition.owner, "WAKE_UPS_MAX", 1)
        copies = [worker.table.copied()]
        async with worker.working():
            for _ in range(400):
                await elapse(0.005)
                if worker.table.commits >= len(copies) + 1:
                    copies.append(worker.table.copied())
        count = len(worker.publisher.of(STAGE_CHANGES))
        assert count >= 5
        for copy in copies:
            worker.table.restore(copy)
            heir = await settled(worker.another())
            assert len(heir.publisher.of(STAGE_CHANGES)) == count, "something was told twice"
            assert {name: stage for name, stage in told(heir).items() if stage != "subscriber"} == await stands(heir)
    await check_correction(worker)


async def check_correction(worker: Worker) -> None:
    """Lose the tables and some history, and a worker before it has corrected anything."""
    count = len(worker.publisher.of(STAGE_CHANGES))
    worker.kafka.logs[TopicPartition("form-fills", 0)] = []
    worker.table.wipe()
    dying = worker.another()
    dying.publisher.failures = 10**6
    async with dying.working():
        await until(lambda: dying.table.commits >= 3)
    dying.publisher.failures = 0
    heir = await settled(worker.another())
    assert {name: stage for name, stage in told(heir).items() if stage != "subscriber"} == await stands(heir)
    assert len(heir.publisher.of(STAGE_CHANGES)) == count + 1, "one lead was told otherwise"


def fading() -> FakeKafka:
    """Return views by which two leads fade at one instant, with a third that stays."""
    faded = 2 * 86_400_000
    return view_log(
        page_view("/pricing", offset=0, at=NOW),
        page_view("/pricing", lead="lead-bob", offset=1, at=NOW),
        replace(form_fill("demo", lead="lead-eve", at=NOW + SECOND)),
        page_view("/blog", lead="lead-eve", offset=2, at=NOW + faded + SECOND),
        page_view("/blog", lead="lead-eve", offset=3, at=NOW + faded + 2 * SECOND),
    )
