"""How long `leadstream scorecard check` and `leadstream scorecard test` of 500 worked cases take, as whole processes.

    python -m benchmarks.cases --cases 500 --runs 5

The cases are those of a file that somebody could have written: a profile, six activities, a score, a stage, a grade and
reasons each; every one passes. The quickest run of each counts: what is slower was slowed by something else.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kernel import SCORECARD
from benchmarks.results import Machine, note

CASE = """  a lead of {size} people that looked at the prices and asked for a demo:
    profile: {{job_title: Head of Sales, company_size: {size}, industry: software}}
    did:
      - {{page_view: /pricing, at: 3 days before}}
      - {{page_view: /docs/start, duration_seconds: 45, at: 2 days before, times: 3, every: 1h}}
      - {{form_fill: demo, at: 1 day before}}
      - {{email_open: autumn, at: 5h before}}
    expect:
      score: 79.1
      stage: sql
      grade: A1
      because: [pricing, demo]
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: the quickest of some runs of each command, in seconds from start to end of its process."""

    cases: int
    runs: int
    check_seconds: float
    test_seconds: float
    together_seconds: float
    machine: Machine


def measured(cases: int, runs: int, folder: Path) -> Result:
    """Write cases, and run both commands in turn."""
    machine = Machine.here()
    file = folder / "bench.cases.yaml"
    body = "".join(CASE.format(size=50 + number) for number in range(cases))
    file.write_text(f"scorecard: {SCORECARD}\nnow: 2026-10-03 14:07\ncases:\n{body}", encoding="utf-8")
    pairs = [(_seconds("check", SCORECARD), _seconds("test", file)) for _ in range(runs)]
    check_seconds, test_seconds = (min(taken) for taken in zip(*pairs, strict=True))
    return Result(
        cases, runs, round(check_seconds, 2), round(test_seconds, 2), round(check_seconds + test_seconds, 2), machine
    )


def _seconds(command: str, path: Path) -> float:
    """Return how long a command took; it must end well."""
    begun_at = time.perf_counter()
    words = (sys.executable, "-m", "streams.cli", "scorecard", command, str(path))
    ended = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - this project's own command
    seconds = time.perf_counter() - begun_at
    if ended.returncode:
        sys.exit(f"scorecard {command} ended with code {ended.returncode}:\n{ended.stdout[-2_000:]}{ended.stderr}")
    return seconds


def main() -> None:
    """Measure, tell and note."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cases", description="Time check and worked cases.")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measured(given.cases, given.runs, Path(folder))
    seconds = f"check {result.check_seconds:.2f} s, test {result.test_seconds:.2f} s"
    print(
        f"{result.cases} cases: {seconds}, together {result.together_seconds:.2f} s; noted in {note('cases', result)}"
    )


if __name__ == "__main__":
    main()
