"""What a fault run says of itself."""

import json
from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path

from tests.faults.report import Report, append_to
from tests.faults.verdict import Verdict


def report(seed: int = 7, **found: int) -> Report:
    """Return the report of a run that is right but for what is given."""
    return Report(
        seed=seed,
        activities=60_000,
        workers=3,
        session_seconds=6.0,
        faults={"redis_wipe": 1, "worker_kill": 2},
        pauses_beyond_session=2,
        stale_commits={"fenced": 3, "moved": 1},
        table_rollbacks=1,
        worker_ends={"-9": 2},
        recovery_seconds=[7.6, 7.8],
        crowded_recovery_seconds=[12.5],
        stop_seconds=[1.3],
        quiet_stops=1,
        folded_in_vain=0,
        standstill_seconds=[9.5],
        rate_asked=1_000.0,
        activities_per_second=1_002.0,
        heal_seconds=0.8,
        rebuild=None,
        check_seconds=33.0,
        total_seconds=236.0,
        servers="Apache Kafka 4.1.1, Redis 7.0.15",
        verdict=Verdict(leads=1_200, changes=7_204, scores=21_668, outcomes=Counter(applied=58_000), **found),
    )


def test_a_line_of_json_holds_all_of_it() -> None:
    """Counts by word too, and whether the run is right."""
    said = json.loads(report().as_json())

    assert said["is_right"]
    assert said["verdict"]["outcomes"] == {"applied": 58_000}
    assert not json.loads(report(wrong_leads=1).as_json())["is_right"]


def test_a_run_in_which_nothing_was_looked_at_is_wrong() -> None:
    """Zero differences among zero leads prove nothing."""
    assert report().problems == []
    assert report(missing_changes=2).problems == ["missing_changes: 2"]
    assert replace(report(), folded_in_vain=3).problems == [
        "workers that were told to stop had folded 3 records in vain"
    ]
    assert replace(report(), standstill_seconds=[inf]).problems == ["a worker that stood still did not end"]
    assert replace(report(), verdict=Verdict()).problems == ["nothing was looked at: no leads, stage changes or scores"]


def test_reports_add_up_in_the_table_beside_them(tmp_path: Path) -> None:
    """A row a run, and sums."""
    path = tmp_path / "results" / "soak.jsonl"
    append_to(path, report(seed=7))
    append_to(path, report(seed=8, wrong_leads=1))

    table = path.with_suffix(".md").read_text()
    assert len(path.read_text().splitlines()) == 2
    assert "- activities: 120000" in table
    assert "- faults by kind: redis_wipe 2, worker_kill 4" in table
    assert "- wrong runs: 1" in table
    assert "| 8 | 60000 | 3 | 2 | 0 | 0 | 1 |" in table
