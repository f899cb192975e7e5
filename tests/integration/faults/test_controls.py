"""Controls of the fault run: with a part taken out of the workers, the same short run must be judged wrong.

Each takes about a minute, all of them five: `make controls`, not among the tests of every change.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from tests.faults.kinds import Kind
from tests.faults.load import LoadPlan
from tests.faults.report import Report
from tests.faults.run import RunPlan, faulted
from tests.faults.schedule import Fault
from tests.faults.settling import NeverSettled
from tests.servers.fixtures import require_apache_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.controls]

SESSION_SECONDS = 6.0
SETTLE_SECONDS_MAX = 40.0
PAUSE_SECONDS = 7.5

# What a late commit spoils is made good by the caches of those who took over; so these are killed soon after it.
LATE_COMMITS = (
    Fault(0, Kind.WORKER_PAUSE, 6.0, PAUSE_SECONDS, draw=1),
    Fault(1, Kind.WORKER_KILL, 14.6, 0.0, draw=0),
    Fault(2, Kind.WORKER_KILL, 14.7, 0.0, draw=1),
    Fault(3, Kind.WORKER_PAUSE, 24.0, PAUSE_SECONDS, draw=1),
    Fault(4, Kind.WORKER_KILL, 32.6, 0.0, draw=0),
    Fault(5, Kind.WORKER_KILL, 32.7, 0.0, draw=1),
)
LATE_COMMITS_LOAD = LoadPlan(1, activities=18_000, leads=300, rate=500.0)

# A worker hears nothing while activities come; when no more come, nothing a lead does makes good what it was told.
LOSSES = (
    Fault(0, Kind.WORKER_DEAF, 3.0, 0.0, draw=0),
    Fault(1, Kind.HISTORY_ERASED, 15.0, 0.0, draw=0),
)
LOSSES_LOAD = LoadPlan(2, activities=7_000, leads=1_000, rate=500.0)


async def run_of(folder: Path, load: LoadPlan, schedule: Sequence[Fault], sabotage: str | None = None) -> Report:
    """Do a run."""
    require_apache_kafka()
    plan = RunPlan(
        load, schedule, session_seconds=SESSION_SECONDS, settle_seconds_max=SETTLE_SECONDS_MAX, sabotage=sabotage
    )
    return await faulted(plan, folder, lambda _: None)


async def test_late_commits_do_nothing(tmp_path: Path) -> None:
    """Two pauses beyond the session, with all parts: late commits were tried, and nothing is wrong."""
    report = await run_of(tmp_path, LATE_COMMITS_LOAD, LATE_COMMITS)

    assert report.problems == [], report.lines()
    assert report.pauses_beyond_session == 2
    assert sum(report.stale_commits.values()) > 0, "no pause met a commit: the fence was not needed"


async def test_without_the_fence_tables_are_wrong(tmp_path: Path) -> None:
    """The same, and what paused workers commit too late undoes what others have made meanwhile."""
    report = await run_of(tmp_path, LATE_COMMITS_LOAD, LATE_COMMITS, "fence")

    assert report.verdict.wrong_leads > 0, report.lines()


async def test_a_worker_that_hears_nothing_and_history_that_is_erased_are_made_good(tmp_path: Path) -> None:
    """With all parts: the watchdog ends the one, and who was told what is no longer so is corrected."""
    report = await run_of(tmp_path, LOSSES_LOAD, LOSSES)

    assert report.problems == [], report.lines()
    assert report.verdict.erased > 0
    assert report.worker_ends.get(str(int(ExitCode.STALLED))), "the watchdog ended nobody"


async def test_without_told_stages_leads_are_left_with_what_is_not_so(tmp_path: Path) -> None:
    """A replay without the erased records decides otherwise, and nobody corrects what was told: outbox rule 3."""
    report = await run_of(tmp_path, LOSSES_LOAD, LOSSES, "told_stages")

    assert report.verdict.told_otherwise > 0, report.lines()
    assert report.verdict.wrong_leads == 0, report.lines()


async def test_without_the_watchdog_work_is_left_undone(tmp_path: Path) -> None:
    """The worker that hears nothing keeps its partitions, and nobody ends it; the run says so within its bound."""
    with pytest.raises(NeverSettled, match="records"):
        await run_of(tmp_path, LOSSES_LOAD, LOSSES, "watchdog")
