"""The table of figures is written from what was noted."""

from typing import Any

import pytest

from benchmarks.table import BEGIN, END, page, written

MACHINE = {
    "cores": 2,
    "processor": "a processor",
    "system": "Linux x86_64",
    "python": "3.12.0",
    "load": 0.1,
    "commit": "abc",
    "measured_at": "2026-11-23T02:56:01+00:00",
}


def contestant(name: str, per_second: int, run: str = "second") -> dict[str, Any]:
    """Return a line of the run of peers."""
    microseconds = {"worker_microseconds": 10.0, "redis_microseconds": 3.0, "kafka_microseconds": 5.0}
    counts = {"activities": 1000, "leads": 50, "records": per_second, "changes_share": 0.011, "per_second": per_second}
    return {"run": run, "contestant": name, **counts, **microseconds, "servers": "servers", "machine": MACHINE}


def test_ratios_are_of_one_run() -> None:
    """Contestants of the latest run stand beside each other, the median of its rounds; an older run does not count."""
    peers = [
        contestant("stock Faust", 1, run="first"),
        *(contestant("leadstream", rate) for rate in (19_000, 20_000, 90_000)),
        contestant("stock Faust", 1_000),
        contestant("bare loop", 200_000),
    ]
    text = page(lambda name: peers if name == "peers" else [])

    assert "| leadstream | 20,000 | 20.0 | 0.10 | 10.0 | 3.0 | 13.0 | 5.0 |" in text
    assert "| stock Faust | 1,000 | 1.0 | 0.01 |" in text
    assert "commit abc, 2026-11-23" in text


def test_costs_are_beside_those_of_the_fewest_leads() -> None:
    """What an activity costs over large tables is told as a multiple of what it costs over the smallest."""
    found = [
        {"leads": leads, "worker_microseconds": cost, "redis_microseconds": 4.0, "worker_memory_mib": 200}
        for leads, cost in ((1_000_000, 30.0), (10_000, 16.0))
    ]
    live = [{**line, "per_second": 1_998} for line in found]
    text = page(lambda name: {"leads": found, "live_leads": live}.get(name, []))

    assert "of any of 1,000,000 leads in the tables | 34, 1.70x; the worker has 200 MiB |" in text
    assert "of any of 1,000,000 leads in the tables, at 1,998/s instead of a backlog | 34, 1.70x;" in text


def test_what_idle_leads_and_metrics_cost_is_told() -> None:
    """Each by the latest run of its kind."""
    idle = [
        {"leads": 1_000_000, "active_leads": 10_000, "worker_microseconds": cost, "redis_microseconds": 4.0}
        for cost in (90.0, 30.0)
    ]
    shares = {"share": 0.012, "lower_quarter": -0.01, "upper_quarter": 0.03, "clock_share": 0.009}
    found = {"idle": idle, "overhead": [{"pairs": 90, **shares}]}
    text = page(lambda name: found.get(name, []))

    assert "10,000 active leads in tables of 1,000,000 | 34 |" in text
    assert "+1.2% (middle half of 90 pairs -1.0% to +3.0%; by the clock 0.9%) |" in text


def test_figures_stand_between_their_marks() -> None:
    """What was between the marks is replaced, what is around them stays; a page without them is refused."""
    assert written(f"above {BEGIN} old {END} below", "new") == f"above {BEGIN}\n\nnew\n\n{END} below"
    assert "make bench" in page(lambda _: [])
    with pytest.raises(ValueError, match="no place for figures"):
        written("a page", "new")


def test_how_soon_a_report_opens_is_told() -> None:
    """The latest run's median, beside its worst."""
    figures = {"leads": 100_000, "megabytes": 7.1, "opened": 400, "opened_worst": 610, "sorted": 180, "times": 5}
    text = page(lambda name: [figures] if name == "report" else [])

    assert (
        "| a report of 100,000 leads (7.1 MB) opened in a browser | 400 ms, worst of 5 610 ms; sorted in 180 ms |"
        in text
    )
