"""The peers do the same work, and say how far they are."""

import json

import pytest

from benchmarks.kernel import Kernel, stored_records
from benchmarks.load import LoadPlan
from benchmarks.peers.contest import SAID, Contest, Mark, Meter, marks
from benchmarks.peers.plain import State, scored

CONTEST = Contest("127.0.0.1:9092", "bench-", 8, activities=3, seconds_max=60, folder=".")


def test_plain_code_decides_as_the_line_does() -> None:
    """On the benchmarks' load a scorer written by hand finds the stage changes that the line finds, but for few."""
    records = list(stored_records(LoadPlan(3, 10_000, 500, partitions=1), records_per_second=50_000))
    kernel, leads, changes = Kernel(), dict[str, State](), 0
    kernel.handle(records)
    for record in records:
        said = json.loads(record.value or b"")
        leads[said["lead_id"]], moves = scored(leads.get(said["lead_id"]), record.topic, said, record.timestamp)
        changes += len(moves)

    assert kernel.stage_changes > 50
    assert abs(changes - kernel.stage_changes) <= 0.03 * kernel.stage_changes


def test_a_peer_is_told_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process is started with is what it finds."""
    for name, value in CONTEST.environment.items():
        monkeypatch.setenv(name, value)

    assert Contest.told() == CONTEST
    assert "bench-page-views" in CONTEST.topics


def test_a_peer_says_where_it_began_and_where_it_ended(capfd: pytest.CaptureFixture[str]) -> None:
    """Its first look starts the clock, its last record ends it; other lines of its log are none of these."""
    meter = Meter(CONTEST)
    meter.take(0)
    meter.take(2, changes=1)
    assert not meter.is_over
    meter.take(1)
    meter.take(5)
    said = capfd.readouterr().out

    assert meter.is_over
    begun, ended = marks(f"some log line\n{said}")
    assert (begun.records, ended.records, ended.changes) == (0, 3, 1)
    assert said.startswith(SAID)
    assert begun.at <= ended.at


def test_a_log_without_a_peer_says_nothing() -> None:
    """A process that did not come so far has no marks."""
    assert marks("Traceback (most recent call last):\n") == list[Mark]()
