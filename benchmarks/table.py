"""The figures of the latest runs as tables, written into the README between two marks.

python -m benchmarks.table
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import lines

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- figures: written by `python -m benchmarks.table` -->", "<!-- end of figures -->"
ORDER = ("bare loop", "Kafka Streams", "stock Faust", "leadstream")
Line = Mapping[str, Any]
Row = tuple[str, str]


def page(of: Callable[[str], Sequence[Line]]) -> str:
    """Return what stands between the marks.

    Args:
        of: The lines that a benchmark noted, the oldest first.
    """
    parts = []
    if peers := of("peers"):
        parts += [_peers([line for line in peers if line["run"] == peers[-1]["run"]])]
    rows = [row for name, rows_of in OTHERS.items() for row in rows_of(of(name))]
    if rows:
        parts += [_table(("what", "figure"), rows)]
    return "\n\n".join(parts) if parts else "Nothing was measured yet: `make bench`."


def _peers(found: Sequence[Line]) -> str:
    """Return the contestants of one run beside each other; of several rounds the median."""
    names = [name for name in ORDER if any(line["contestant"] == name for line in found)]
    rates = {name: _median(found, name, "per_second") for name in names}
    rows = []
    for name in names:
        own, redis, kafka = (_median(found, name, f"{who}_microseconds") for who in ("worker", "redis", "kafka"))
        costs = (own, redis, own + redis, kafka)
        ratios = (_ratio(rates[name], rates.get(other)) for other in ("stock Faust", "bare loop"))
        rows.append((name, f"{rates[name]:,.0f}", *ratios, *(f"{cost:.1f}" for cost in costs)))
    last = found[-1]
    # Early in a load there are more changes than later, so who came farthest tells how many there are in all of it.
    farthest = max((line for line in found if line["changes_share"]), key=lambda line: int(line["records"]))
    said = (
        f"Backlog of {last['activities']:,} activities of {last['leads']:,} leads under the example scorecard, "
        f"{100 * farthest['changes_share']:.1f}% of them a change of stage, one process each, all servers on the same "
        f"machine: {_machine(last)}. Microseconds are the processor's for each activity."
    )
    costs_of = ("its process us", "Redis us", "both us", "Kafka us")
    headings = ("contestant", "activities/s", "x stock Faust", "x bare loop", *costs_of)
    return f"{said}\n\n{_table(headings, rows)}"


def _median(found: Iterable[Line], name: str, figure: str) -> float:
    return float(median(line[figure] for line in found if line["contestant"] == name))


def _ratio(rate: float, other: float | None) -> str:
    return "" if not other else f"{rate / other:.2f}" if rate < other else f"{rate / other:.1f}"


def _kernel(found: Sequence[Line]) -> list[Row]:
    rows = []
    for is_compiled, modules in ((True, "compiled"), (False, "plain")):
        last = next((line for line in reversed(found) if line.get("is_compiled", False) is is_compiled), None)
        if last is not None:
            steps = ", ".join(f"{step} {last[step]}" for step in ("decode", "fold", "encode"))
            what = f"the kernel alone, {modules} modules, us of the processor an activity"
            rows.append((what, f"{last['total']} ({steps})"))
    return rows


def _latency(found: Sequence[Line]) -> list[Row]:
    rows = []
    for kind, scorecard, what in (
        ("by_activity", "software_company", "activity appended -> stage change readable"),
        ("by_time", "quick", "computed instant of a change by time alone -> readable"),
    ):
        last = next((line for line in reversed(found) if line["scorecard"] == scorecard and line[kind]), None)
        if last is not None:
            said = (
                f"p50 {last[kind]['p50']:.0f} ms, p99 {last[kind]['p99']:.0f} ms of {last[kind]['changes']:,} changes"
            )
            rows.append((f"{what}, at {last['activities_per_second']:,}/s", said))
    return rows


def _memory(found: Sequence[Line]) -> list[Row]:
    if not found:
        return []
    last = found[-1]
    what = f"a lead with {last['cells']} cells and {last['journal_entries']} journal entries in Redis"
    return [(what, f"{last['redis_bytes']:.0f} bytes, {last['row_bytes']:.0f} of them its row")]


def _leads(found: Sequence[Line], how: str = "") -> list[Row]:
    latest = sorted({line["leads"]: line for line in found}.values(), key=lambda line: int(line["leads"]))
    costs = [line["worker_microseconds"] + line["redis_microseconds"] for line in latest]
    return [
        (
            f"worker and Redis, us an activity, of any of {line['leads']:,} leads in the tables{how}",
            f"{cost:.0f}, {cost / costs[0]:.2f}x; the worker has {line['worker_memory_mib']} MiB",
        )
        for line, cost in zip(latest, costs, strict=True)
    ]


def _live_leads(found: Sequence[Line]) -> list[Row]:
    rate = f"{found[-1]['per_second']:,}" if found else ""
    return _leads(found, f", at {rate}/s instead of a backlog")


def _idle(found: Sequence[Line]) -> list[Row]:
    latest = sorted({line["leads"]: line for line in found}.values(), key=lambda line: int(line["leads"]))
    return [
        (
            f"the same, {line['active_leads']:,} active leads in tables of {line['leads']:,}",
            f"{line['worker_microseconds'] + line['redis_microseconds']:.0f}",
        )
        for line in latest
    ]


def _overhead(found: Sequence[Line]) -> list[Row]:
    if not found:
        return []
    last = found[-1]
    middle = f"middle half of {last['pairs']} pairs {last['lower_quarter']:+.1%} to {last['upper_quarter']:+.1%}"
    said = f"{last['share']:+.1%} ({middle}; by the clock {last['clock_share']:.1%})"
    return [("what metrics add to a worker's time of the processor, on and off in turn", said)]


def _workers(found: Sequence[Line]) -> list[Row]:
    latest = sorted({line["workers"]: line for line in found}.values(), key=lambda line: int(line["workers"]))
    return [
        (
            f"backlog, {line['workers']} worker{'s' if line['workers'] > 1 else ''}",
            f"{line['per_second']:,} activities/s",
        )
        for line in latest
    ]


def _rebuild(found: Sequence[Line]) -> list[Row]:
    if not found:
        return []
    last = found[-1]
    what = f"tables of {last['activities']:,} activities made again after a wipe, {last['workers']} workers"
    return [(what, f"{last['rebuild']['seconds']} s, {last['rebuild']['activities_per_second']:,}/s")]


def _report(found: Sequence[Line]) -> list[Row]:
    if not found:
        return []
    last = found[-1]
    what = f"a report of {last['leads']:,} leads ({last['megabytes']} MB) opened in a browser"
    said = f"{last['opened']} ms, worst of {last['times']} {last['opened_worst']} ms; sorted in {last['sorted']} ms"
    return [(what, said)]


OTHERS: Mapping[str, Callable[[Sequence[Line]], list[Row]]] = {
    "fold": _kernel,
    "latency": _latency,
    "leads": _leads,
    "idle": _idle,
    "live_leads": _live_leads,
    "workers": _workers,
    "memory": _memory,
    "rebuild": _rebuild,
    "overhead": _overhead,
    "report": _report,
}
"""Of each other benchmark the rows that its lines come to."""


def _machine(line: Line) -> str:
    machine = line["machine"]
    where = f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}"
    return f"{where}, {line['servers']}, commit {machine['commit']}, {machine['measured_at'][:10]}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ["---", *("---:" for _ in headings[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, marks, *rows))


def written(text: str, figures: str) -> str:
    """Return a page with other figures between its marks.

    Raises:
        ValueError: If the page lacks the marks.
    """
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no place for figures; give it {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{figures}\n\n{END}{tail}"


def main() -> None:
    """Write the tables into the README."""
    argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__).parse_args()
    text = written(README.read_text(encoding="utf-8"), page(lines))
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
