"""The runs of record: many seeds, a line of JSON each, and the report that holds their sums against what was asked for.

A seed that was run under the same commit is not run again, so a record that was broken off goes on where it was.
"""

import json
import math
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.report import RECOVERY_SLACK_SECONDS, STOP_SECONDS_MAX

RESULTS = Path(__file__).parent / "results"
CODE = ("schemas", "scorer", "streams", "tests", ":!tests/faults/results")
Line = dict[str, Any]
ZEROS = {
    "lost": ("lost_activities",),
    "doubled": ("spurious_changes", "changed_stories", "spurious_letters"),
    "wrong leads": ("wrong_leads", "told_otherwise"),
    "missing stage changes": ("missing_changes",),
    "other faults": ("wrong_clocks", "missing_letters", "wrong_letters", "untrue_scores", "unaccounted"),
}
"""What must be zero, by the counts of a verdict that make it up."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report: what, what was asked for, what was seen, whether it holds."""

    what: str
    wanted: str
    seen: str
    holds: bool


def commit() -> str:
    """Return which code this is: the commit, with a mark if something was changed since; empty outside of git."""
    git = shutil.which("git")
    if git is None:
        return ""

    def ask(*words: str) -> str:
        done = subprocess.run((git, *words), cwd=RESULTS, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    top = ask("rev-parse", "--show-toplevel")
    changed = ask("-C", top, "status", "--porcelain", "--", *CODE) if top else ""
    return ask("rev-parse", "--short=12", "HEAD") + ("+changes" if changed else "")


def lines_of(path: Path) -> list[Line]:
    """Return what a record holds; nothing if there is none yet."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def append(path: Path, line: Line) -> None:
    """Add a seed to a record, and write its report beside it anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(line) + "\n")
    found = [one for one in lines_of(path) if one["commit"] == line["commit"]]
    path.with_suffix(".md").write_text(markdown(found), encoding="utf-8")


def line_of(report: str, commit_name: str) -> Line:
    """Return a seed's line from a report's JSON: examples of what is wrong stay in the run's own folder."""
    said: Line = json.loads(report)
    said["verdict"].pop("examples", None)
    return {"commit": commit_name, "cores": os.cpu_count(), **said}


def figures(lines: Sequence[Line]) -> list[Figure]:
    """Return the sums over all seeds, each beside what was asked for."""
    whole = [line for line in lines if "verdict" in line]
    kinds = sum((Counter(line["faults"]) for line in whole), Counter[str]())
    counted = {name: sum(line["verdict"][one] for line in whole for one in names) for name, names in ZEROS.items()}
    stale = sum(sum(line["stale_commits"].values()) for line in whole)
    effective = sum(line["verdict"]["effective_stale_commits"] for line in whole)
    pauses = sum(line["pauses_beyond_session"] for line in whole)
    killed = [seconds for line in whole for seconds in line["recovery_seconds"]]
    bound = max((line["session_seconds"] for line in whole), default=0.0) + RECOVERY_SLACK_SECONDS
    stops = [seconds for line in whole for seconds in line["stop_seconds"]]
    rates = [line["activities_per_second"] for line in whole]
    held = sum(rates) / len(rates) if rates else 0.0
    in_vain, quiet = (sum(line[name] for line in whole) for name in ("folded_in_vain", "quiet_stops"))
    still = [seconds for line in whole for seconds in line["standstill_seconds"]]
    activities = sum(line["activities"] for line in whole)
    wrong = [line["seed"] for line in lines if not line["is_right"]]
    return [
        Figure("seeds", "20", str(len(lines)), len(lines) >= 20),
        Figure("seeds that are wrong", "0", f"{len(wrong)} {wrong or ''}".strip(), not wrong),
        Figure("activities", "1,000,000", f"{activities:,}", activities >= 1_000_000),
        Figure("faults", "400", str(kinds.total()), kinds.total() >= 400),
        Figure("kinds of faults", "12", str(len(kinds)), len(kinds) >= 12),
        *(Figure(name, "0", str(count), not count) for name, count in counted.items()),
        Figure("pauses longer than the session", "50", str(pauses), pauses >= 50),
        Figure("stale commits tried", "above 0", str(stale), stale > 0),
        Figure("stale commits effective", "0", str(effective), not effective),
        Figure("SIGKILL to current, p95", f"at most {bound:g} s", _p95(killed), percentile(killed, 0.95) <= bound),
        Figure("SIGTERM, slowest", f"at most {STOP_SECONDS_MAX:g} s", _most(stops), max(stops, default=0) <= 10),
        Figure("records folded in vain at a SIGTERM", "0", f"{in_vain} at {quiet} stops", not in_vain and quiet > 0),
        Figure("standstill to end, slowest", "ends", _most(still), max(still, default=0) < math.inf),
        Figure("tables made again after a wipe", "told", _slowest_rebuild(whole), holds=True),
        Figure(
            "load held, over all seeds", "1,000/s", f"{held:.0f}/s, least {min(rates, default=0):.0f}/s", held >= 1_000
        ),
    ]


def _slowest_rebuild(lines: Iterable[Line]) -> str:
    """Return at what rate activities came back where that was slowest."""
    found = [line["rebuild"] for line in lines if line["rebuild"] is not None]
    slowest = min(found, key=lambda one: one["activities"] / one["seconds"], default=None)
    return "not tried" if slowest is None else f"{slowest['activities']:,} activities in {slowest['seconds']:.0f} s"


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that a share of all is at most; infinite of none."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)] if ranked else math.inf


def markdown(lines: Sequence[Line]) -> str:
    """Return the report: the figures, what the runs were made on, faults by kind, and a row a seed."""
    whole = [line for line in lines if "verdict" in line]
    kinds = sum((Counter(line["faults"]) for line in whole), Counter[str]())
    commits = ", ".join(sorted({line["commit"] for line in lines}))
    made_on = sorted({f"{line['servers']}, {line['cores']} cores, {line['workers']} workers" for line in whole})
    figure_rows = (
        f"| {one.what} | {one.wanted} | {one.seen} | {'yes' if one.holds else '**no**'} |" for one in figures(lines)
    )
    failed = [f"- seed {line['seed']}: {line['error']}" for line in lines if "error" in line]
    parts = [
        "# The fault run of record",
        f"`python -m tests.faults record` at commit {commits}, on {'; '.join(made_on)}.",
        "\n".join(["| what | asked for | seen | holds |", "| --- | --- | --- | --- |", *figure_rows]),
        f"## Faults by kind\n\n{', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}",
        "\n".join(["## Seeds\n", _cells(SEED_HEADINGS), _cells(["---"] * len(SEED_HEADINGS)), *map(_row, whole)]),
        _looked_at(whole),
        *(["## Seeds that were broken off", "\n".join(failed)] if failed else []),
    ]
    return "\n\n".join(parts) + "\n"


SEED_HEADINGS = (
    *("seed", "activities", "faults", "kinds", "right", "pauses", "stale commits", "kill to current s"),
    *("standstills s", "held /s", "healed s", "rebuilt s", "took s"),
)


def _looked_at(lines: Sequence[Line]) -> str:
    """Return how much was compared: zero differences among nothing prove nothing."""

    def total(name: str) -> str:
        return f"{sum(line['verdict'][name] for line in lines):,}"

    looked_at = ", ".join(
        f"{total(name)} {word}"
        for name, word in (
            *(("records", "records"), ("leads", "leads"), ("changes", "stage changes")),
            *(("letters", "dead letters"), ("scores", "scores")),
        )
    )
    return (
        f"Compared with a cold recomputation: {looked_at}. Either order was right of {total('either_order')} pairs of\n"
        f"records that Kafka stored within 100 ms on two topics; {total('swapped_leads')} leads took the other one,\n"
        f"{total('corrected_leads')} of them were corrected after a replay."
    )


def _cells(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _row(line: Line) -> str:
    rebuilt = line["rebuild"]
    cells = (
        *(line["seed"], line["activities"], sum(line["faults"].values()), len(line["faults"])),
        *("yes" if line["is_right"] else "**no**", line["pauses_beyond_session"], sum(line["stale_commits"].values())),
        *(" ".join(f"{one:.1f}" for one in line[name]) for name in ("recovery_seconds", "standstill_seconds")),
        *(f"{line[name]:.0f}" for name in ("activities_per_second", "heal_seconds")),
        *("" if rebuilt is None else f"{rebuilt['seconds']:.0f}", f"{line['total_seconds']:.0f}"),
    )
    return _cells(cells)


def _p95(seconds: Sequence[float]) -> str:
    return f"{percentile(seconds, 0.95):.1f} s of {len(seconds)}" if seconds else "none"


def _most(seconds: Sequence[float]) -> str:
    return f"{max(seconds):.1f} s of {len(seconds)}" if seconds else "none"
