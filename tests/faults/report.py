"""What a run says of itself: one JSON object, a row of a table, lines for people."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from tests.faults.verdict import Verdict

RECOVERY_SLACK_SECONDS = 5.0
STOP_SECONDS_MAX = 10.0


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How many seconds the workers took to make emptied tables again from so many activities."""

    activities: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """One run. Durations are seconds; lists have one entry an event.

    ``stale_commits``: commits that the table refused, by its answer. ``worker_ends``: ends that nobody wanted, by exit
    code. ``recovery_seconds``: from each SIGKILL to all partitions being current again, for the kills that no other
    fault was near; infinite: never; ``crowded_recovery_seconds`` for the others. ``folded_in_vain``: records that a
    worker had folded and not committed when it ended on SIGTERM, while no fault was at the servers (``quiet_stops``).
    ``standstill_seconds``: until a worker that stood still ended itself.
    """

    seed: int
    activities: int
    workers: int
    session_seconds: float
    faults: dict[str, int]
    pauses_beyond_session: int
    stale_commits: dict[str, int]
    table_rollbacks: int
    worker_ends: dict[str, int]
    recovery_seconds: list[float]
    crowded_recovery_seconds: list[float]
    stop_seconds: list[float]
    quiet_stops: int
    folded_in_vain: int
    standstill_seconds: list[float]
    rate_asked: float
    activities_per_second: float
    heal_seconds: float
    rebuild: Rebuild | None
    check_seconds: float
    total_seconds: float
    servers: str
    verdict: Verdict

    @property
    def problems(self) -> list[str]:
        """What must not be; nothing, if the run is right."""
        found = [f"{name}: {count}" for name, count in self.verdict.faults.items()]
        if not (self.verdict.leads and self.verdict.changes and self.verdict.scores):
            found.append("nothing was looked at: no leads, stage changes or scores")
        found += [f"a worker took {taken:g} s to stop" for taken in self.stop_seconds if taken > STOP_SECONDS_MAX]
        found += ["a worker that stood still did not end" for taken in self.standstill_seconds if taken == inf]
        if self.folded_in_vain:
            found.append(f"workers that were told to stop had folded {self.folded_in_vain} records in vain")
        return found

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        # Copied field by field a Counter would count its own items.
        counts = {"outcomes": dict(self.verdict.outcomes), "fates": dict(self.verdict.fates)}
        plain = replace(self, verdict=replace(self.verdict, **counts))  # type: ignore[arg-type]
        return json.dumps({**asdict(plain), "is_right": not self.problems})

    def lines(self) -> list[str]:
        """Return it for people."""
        verdict = self.verdict
        stale = ", ".join(f"{count} {word}" for word, count in self.stale_commits.items())
        held = (
            f"{self.activities_per_second:.0f}/s held ({self.rate_asked:.0f}/s asked), "
            f"healed {self.heal_seconds:.1f} s after the last fault"
        )
        return [
            (
                f"seed {self.seed}: {self.activities} activities, {sum(self.faults.values())} faults of "
                f"{len(self.faults)} kinds; {held}"
            ),
            (
                f"  {verdict.leads} leads, {verdict.changes} stage changes, {verdict.letters} dead letters, "
                f"{verdict.scores} scores looked at; told again under their ids: {verdict.repeats}"
            ),
            (
                f"  either order right: {verdict.either_order} pairs, {verdict.swapped_leads} leads took the other one "
                f"({verdict.corrected_leads} of them were corrected)"
            ),
            (
                f"  {self.pauses_beyond_session} pauses beyond the session; commits refused: {stale}; "
                f"replays {self.table_rollbacks}; worker ends {self.worker_ends}"
            ),
            (
                f"  SIGKILL to current: {_listed(self.recovery_seconds)} s alone, "
                f"{_listed(self.crowded_recovery_seconds)} s among other faults; standstill to end: "
                f"{_listed(self.standstill_seconds)} s"
            ),
            (
                f"  SIGTERM: {_listed(self.stop_seconds)} s; {self.quiet_stops} while the servers were well, "
                f"{self.folded_in_vain} records folded in vain"
            ),
            *([f"  rebuilt {self.rebuild.activities} activities in {self.rebuild.seconds} s"] if self.rebuild else []),
            f"  {self.servers}",
            f"  took {self.total_seconds:.0f} s, {self.check_seconds:.0f} s of it checking",
            *(f"  WRONG {problem}" for problem in self.problems),
            *(f"    {example[:400]}" for example in (verdict.examples if self.problems else ())),
        ]


def _listed(seconds: list[float]) -> str:
    return ", ".join(f"{one:.1f}" for one in seconds) or "-"


def append_to(path: Path, report: Report) -> None:
    """Add a report to a file of JSON lines, and write the table beside it anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as opened:
        opened.write(report.as_json() + "\n")
    reports = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.with_suffix(".md").write_text(markdown(reports), encoding="utf-8")


HEADINGS = (
    *("seed", "activities", "faults", "kinds", "lost", "doubled", "wrong leads", "missing changes", "other faults"),
    *("either order", "pauses", "stale commits", "recovery s", "SIGTERM s", "held /s", "s"),
)


def markdown(reports: list[dict[str, Any]]) -> str:
    """Return a table of reports, a row a run and a row of sums, from what `Report.as_json` wrote."""
    rows = [_row(report) for report in reports]
    kinds: Counter[str] = sum((Counter(report["faults"]) for report in reports), Counter())
    killed = sorted(seconds for report in reports for seconds in report["recovery_seconds"])
    p95 = f"{killed[round(0.95 * (len(killed) - 1))]:.1f} s" if killed else "none"
    sums = {
        "runs": len(reports),
        "activities": sum(report["activities"] for report in reports),
        "faults": kinds.total(),
        "kinds": len(kinds),
        "pauses beyond the session": sum(report["pauses_beyond_session"] for report in reports),
        "stale commits tried": sum(sum(report["stale_commits"].values()) for report in reports),
        "SIGKILL to current, p95": p95,
        "wrong runs": sum(not report["is_right"] for report in reports),
    }
    table = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    text = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in table)
    kinds_text = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    sums_text = "\n".join(f"- {name}: {value}" for name, value in sums.items())
    return f"# Fault runs\n\n{sums_text}\n- faults by kind: {kinds_text}\n\n{text}\n"


def _row(report: dict[str, Any]) -> list[object]:
    verdict = report["verdict"]
    named = ("lost_activities", "spurious_changes", "wrong_leads", "missing_changes")
    others = (
        "wrong_clocks",
        "changed_stories",
        "missing_letters",
        "spurious_letters",
        "wrong_letters",
        "untrue_scores",
        "told_otherwise",
        "unaccounted",
    )
    return [
        *(report["seed"], report["activities"], sum(report["faults"].values()), len(report["faults"])),
        *(verdict[name] for name in named),
        sum(verdict[name] for name in others),
        verdict["swapped_leads"],
        report["pauses_beyond_session"],
        sum(report["stale_commits"].values()),
        " ".join(f"{one:.1f}" for one in report["recovery_seconds"]),
        " ".join(f"{one:.1f}" for one in report["stop_seconds"]),
        f"{report['activities_per_second']:.0f}",
        f"{report['total_seconds']:.0f}",
    ]
