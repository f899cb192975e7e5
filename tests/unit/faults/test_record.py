"""The report of record adds up, says what holds, and knows what was run before."""

from dataclasses import replace
from pathlib import Path

from tests.faults.record import append, figures, line_of, lines_of, percentile
from tests.faults.report import Rebuild, Report
from tests.unit.faults.test_report import report


def seeds(*reports: Report) -> list[dict[str, object]]:
    """Return the lines of some runs."""
    return [line_of(one.as_json(), "c0ffee") for one in reports]


def test_what_was_asked_for_is_held_against_what_was_seen() -> None:
    """Twenty right seeds hold; one that is wrong, or slow, is named."""
    right = [replace(report(seed), activities=50_000, pauses_beyond_session=3) for seed in range(1, 21)]
    held = {one.what: one.holds for one in figures(seeds(*right))}
    assert {what for what, holds in held.items() if not holds} == {"faults", "kinds of faults"}

    wrong = {one.what: one for one in figures(seeds(*right[1:], replace(report(9, wrong_leads=2), activities=49_999)))}
    assert wrong["seeds that are wrong"].seen == "1 [9]"
    assert wrong["wrong leads"].seen == "2"
    assert not wrong["activities"].holds
    assert {one.what: one for one in figures(seeds(*right))}["tables made again after a wipe"].seen == "not tried"
    rebuilt = [replace(right[0], rebuild=Rebuild(50_000, seconds)) for seconds in (20.0, 30.0)]
    told = {one.what: one for one in figures(seeds(*rebuilt))}["tables made again after a wipe"]
    assert told.seen == "50,000 activities in 30 s"
    slow = replace(right[0], activities_per_second=900.0, recovery_seconds=[11.5])
    assert not {one.what: one for one in figures(seeds(slow))}["load held, over all seeds"].holds
    assert not {one.what: one for one in figures(seeds(slow))}["SIGKILL to current, p95"].holds


def test_a_seed_that_never_came_to_rest_is_wrong(tmp_path: Path) -> None:
    """It has no figures, but it is a seed of the record."""
    path = tmp_path / "record.jsonl"
    append(path, seeds(report())[0])
    append(path, {"commit": "c0ffee", "seed": 8, "is_right": False, "error": "after 35 s not done:"})

    assert {one.what: one.seen for one in figures(lines_of(path))}["seeds that are wrong"] == "1 [8]"
    table = path.with_suffix(".md").read_text()
    assert "- seed 8: after 35 s not done:" in table
    assert "| 7 | 60000 | 3 | 2 | yes | 2 | 4 | 7.6 7.8 | 9.5 | 1002 | 1 |  | 236 |" in table
    assert "commit c0ffee, on Apache Kafka 4.1.1, Redis 7.0.15" in table


def test_another_commit_begins_a_report_of_its_own(tmp_path: Path) -> None:
    """Runs of other code are not added up with these."""
    path = tmp_path / "record.jsonl"
    append(path, {**seeds(report(7, wrong_leads=1))[0], "commit": "dead"})
    append(path, seeds(report(8))[0])

    assert len(lines_of(path)) == 2
    assert "| seeds that are wrong | 0 | 0 | yes |" in path.with_suffix(".md").read_text()


def test_a_percentile_is_one_of_the_values() -> None:
    """The nearest rank: of twenty the nineteenth is the 95th."""
    assert percentile(range(1, 21), 0.95) == 19
    assert percentile([3.0], 0.95) == 3.0
