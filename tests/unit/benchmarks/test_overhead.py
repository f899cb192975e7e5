"""The cost of metrics is told by a worker that turns them off and on."""

import json
from pathlib import Path

import pytest

from benchmarks import switched_worker
from benchmarks.overhead import paired
from benchmarks.switched_worker import Stretch, Switch
from streams.monitoring.metrics import Metrics
from streams.partition.changes import Changes, Tally

APPLIED = Changes(tally=Tally(outcomes={("page-views", "applied"): 10}))


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a switch writes that stands before the metrics and turns them at every commit, until the test is over."""
    for owner, name in (*switched_worker.CALLS, (Metrics, "exposition")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    Switch(tmp_path / "stretches.jsonl", stretch_seconds=0.0).put()
    return tmp_path / "stretches.jsonl"


def test_metrics_go_off_and_on(written: Path) -> None:
    """Every other commit is counted, and what each stretch did is written, whether it was counted or not."""
    metrics = Metrics(lambda: 0.0)
    for _ in range(4):
        metrics.observe_changes(APPLIED)
        metrics.rebalances.inc()
    stretches = [Stretch(**json.loads(line)) for line in written.read_text().splitlines()]

    assert metrics.handled_records == 20
    assert b"leadstream_rebalances_total 2.0" in metrics.exposition()
    assert [(one.is_on, one.records) for one in stretches] == [(True, 10), (False, 10), (True, 10), (False, 10)]
    assert all((one.within_seconds > 0) is one.is_on for one in stretches)
    assert "export_seconds" in json.loads(written.read_text().splitlines()[-1])


def test_a_stretch_is_compared_with_the_one_that_follows() -> None:
    """For each record, so that a longer stretch is no dearer one; what has no other beside it does not count."""
    on, off = Stretch(True, 1_000, 0.102, 0.002), Stretch(False, 500, 0.05, 0.0)

    assert paired([on, off, off, off, on]) == [pytest.approx(0.02), 0.0]
