"""Controls of the fault run: with a part taken out of the workers, the same short run must be judged wrong.

Each takes about a minute: `make controls`, not among the tests of every change.
"""

from pathlib import Path

import pytest

from tests.faults.kinds import Kind
from tests.faults.load import LoadPlan
from tests.faults.report import Report
from tests.faults.run import NeverSettled, RunPlan, faulted
from tests.faults.schedule import Fault
from tests.servers.fixtures import require_apache_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.controls]

ACTIVITIES, RATE = 12_000, 500.0
LEADS = 2_000
"""So many that most do nothing more after what hurts them: what is wrong stays."""
SESSION_SECONDS = 6.0
SETTLE_SECONDS_MAX = 45.0
FAULTS = (
    (Kind.HISTORY_ERASED, 6.0, 0.0),
    (Kind.WORKER_DEAF, 8.0, 0.0),
    (Kind.WORKER_PAUSE, 10.0, 7.5),
    (Kind.WORKER_PAUSE, 20.5, 7.5),
)
"""Each part is needed by one of them: kind, seconds after the first activity, seconds that it lasts."""


async def run_of(folder: Path, sabotage: str | None) -> Report:
    """Do the run."""
    require_apache_kafka()
    schedule = [Fault(number, *fault, draw=number) for number, fault in enumerate(FAULTS)]
    load = LoadPlan(1, ACTIVITIES, LEADS, RATE)
    plan = RunPlan(
        load, schedule, session_seconds=SESSION_SECONDS, settle_seconds_max=SETTLE_SECONDS_MAX, sabotage=sabotage
    )
    return await faulted(plan, folder, lambda _: None)


async def test_with_all_its_parts_the_run_is_right(tmp_path: Path) -> None:
    """Erased history, a worker that hears nothing, two pauses beyond the session: nothing wrong, and each was met."""
    report = await run_of(tmp_path, None)

    assert report.problems == [], report.lines()
    assert report.pauses_beyond_session == 2
    assert sum(report.stale_commits.values()) > 0, "no pause met a commit: the fence was not needed"
    assert report.verdict.erased > 0
    assert report.worker_ends.get("7") == 1, "the watchdog ended the worker that heard nothing"


async def test_without_the_fence_tables_are_wrong(tmp_path: Path) -> None:
    """Late commits of paused workers have their effect on what others have made meanwhile."""
    report = await run_of(tmp_path, "fence")

    assert report.verdict.wrong_leads > 0, report.lines()


async def test_without_told_stages_leads_are_left_with_what_is_not_so(tmp_path: Path) -> None:
    """A replay without the erased records decides otherwise, and nobody corrects what was told."""
    report = await run_of(tmp_path, "told_stages")

    assert report.verdict.told_otherwise > 0, report.lines()
    assert report.verdict.faults.keys() == {"told_otherwise"}, report.lines()


async def test_without_the_watchdog_work_is_left_undone(tmp_path: Path) -> None:
    """The worker that hears nothing keeps its partitions, and nobody ends it; the run says so within its bound."""
    with pytest.raises(NeverSettled, match="records"):
        await run_of(tmp_path, "watchdog")
