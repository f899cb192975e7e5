"""Fault runs from the command line: ``python -m tests.faults run`` for one, ``soak`` for hours, ``record`` for proof.

``plan`` shows which faults a seed brings; ``check`` looks again at what a run left in its folder.
A run that went wrong keeps its folder, with the logs of all workers and servers, and prints how to have it again.
"""

import argparse
import asyncio
import logging
import pickle
import secrets
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.faults.kinds import USUAL, Kind
from tests.faults.load import LoadPlan
from tests.faults.record import RESULTS, append, commit, figures, line_of, lines_of
from tests.faults.report import Report, append_to
from tests.faults.run import EVIDENCE, RunPlan, check, faulted
from tests.faults.sabotage import SABOTAGES
from tests.faults.schedule import drawn
from tests.faults.settling import NeverSettled

START_SECONDS = 15.0
"""Of a run's time: servers, topics, and stopping the workers."""
CHECK_SECONDS_AN_ACTIVITY = 0.0011
"""Of a run's time: checking, on two cores."""
SETTLE_SECONDS_MIN = 20.0
REBUILT_EVERY = 5
"""Every so many seeds of a record the tables are emptied once more at the end, and their way back is timed."""
SESSION_SECONDS = 6.0
LEADS_PER_ACTIVITY = 1 / 50


def main() -> int:
    """Run what the arguments say; returns the process' exit code."""
    given = _arguments().parse_args()
    # The producer tells of every retry while Kafka is away.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    if given.command == "plan":
        for fault in _plan(given, given.seed).schedule:
            _say(f"{fault.at_seconds:7.1f} s  {fault.kind.value} for {fault.seconds:g} s")
        return 0
    if given.command == "check":
        verdict = check(pickle.loads((given.folder / EVIDENCE).read_bytes()))  # noqa: S301 - what a run of ours wrote
        _say("\n".join([str(verdict.faults), *verdict.examples]))
        return 0 if verdict.is_right else 1
    if given.command == "run":
        return 0 if _one(given, given.seed) else 1
    if given.command == "record":
        return 0 if _recorded(given) else 1
    deadline = time.monotonic() + given.hours * 3600
    seed, is_right = given.seed, True
    while time.monotonic() < deadline:
        is_right &= _one(given, seed)
        seed += 1
    return 0 if is_right else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("command", choices=("run", "soak", "record", "plan", "check"))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="same seed, same run")
    parser.add_argument("--seeds", type=int, default=20, help="how many `record` runs, from 1 on")
    parser.add_argument("--activities", type=int, default=60_000)
    parser.add_argument("--rate", type=float, default=1_000.0, help="activities a second that are asked for")
    parser.add_argument("--faults", type=int, default=25)
    parser.add_argument("--minutes", type=float, default=5.0, help="bound of one run, starting and checking included")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--hours", type=float, default=4.0, help="how long `soak` begins new runs")
    parser.add_argument("--report", type=Path, help="file of JSON lines to add to; a table is written beside it")
    parser.add_argument("--folder", type=Path, help="of a run that went wrong, for `check` to look at again")
    parser.add_argument("--kinds", type=Kind, nargs="+", default=USUAL, help="only these kinds of faults")
    parser.add_argument("--rebuild", action="store_true", help="empty the tables at the end, and time their way back")
    parser.add_argument("--sabotage", choices=SABOTAGES, help="take a part out of the workers: the run must go wrong")
    return parser


def _plan(given: argparse.Namespace, seed: int) -> RunPlan:
    seconds = given.activities / given.rate
    left_seconds = given.minutes * 60 - seconds - START_SECONDS - given.activities * CHECK_SECONDS_AN_ACTIVITY
    if left_seconds < SETTLE_SECONDS_MIN:
        load = f"{given.activities} activities at {given.rate:g}/s"
        left = f"leave {left_seconds:.0f} s of {given.minutes:g} minutes to come to rest"
        sys.exit(
            f"{load} {left}, which takes at least {SETTLE_SECONDS_MIN:g} s: give more --minutes or a higher --rate"
        )
    leads = max(50, round(given.activities * LEADS_PER_ACTIVITY))
    return RunPlan(
        load=LoadPlan(seed, given.activities, leads, given.rate),
        schedule=drawn(seed, given.faults, seconds, SESSION_SECONDS, kinds=given.kinds),
        workers=given.workers,
        session_seconds=SESSION_SECONDS,
        settle_seconds_max=left_seconds,
        sabotage=given.sabotage,
        has_rebuild=given.rebuild or (given.command == "record" and seed % REBUILT_EVERY == 0),
    )


def _one(given: argparse.Namespace, seed: int, took: Callable[[Report | Exception], None] | None = None) -> bool:
    """Do one run; tells whether all was right, and somebody what came of it."""
    folder = Path(tempfile.mkdtemp(prefix=f"leadstream-faults-{seed}-"))
    command = f"python -m tests.faults run --seed {seed} --activities {given.activities} --faults {given.faults}"
    _say(f"seed {seed}: {command} --rate {given.rate:g} --minutes {given.minutes:g} --workers {given.workers}")
    begun_at = time.monotonic()
    try:
        report = asyncio.run(
            faulted(_plan(given, seed), folder, lambda text: _say(f"{time.monotonic() - begun_at:6.1f} s  {text}"))
        )
    except Exception as error:  # noqa: BLE001 - whatever broke a run must not end hours of them
        is_unsettled = isinstance(error, NeverSettled)
        what = f"never settled\n{error}" if is_unsettled else f"broken off\n{traceback.format_exc()}"
        _say(f"seed {seed}: WRONG; the logs are in {folder}; {what}")
        if took is not None:
            took(error)
        return False
    if took is not None:
        took(report)
    return _told(report, folder, given.report if given.command != "record" else None)


def _recorded(given: argparse.Namespace) -> bool:
    """Run the seeds of a record that are not in it yet; tells whether all of it is right."""
    path, name = given.report or RESULTS / "record.jsonl", commit()
    done = {line["seed"] for line in lines_of(path) if line["commit"] == name}

    def keep(seed: int, found: Report | Exception) -> None:
        if isinstance(found, Report):
            append(path, line_of(found.as_json(), name))
        else:
            error = f"{type(found).__name__}: {str(found).splitlines()[:1]}"
            append(path, {"commit": name, "seed": seed, "is_right": False, "error": error})

    for seed in range(1, given.seeds + 1):
        if seed in done:
            _say(f"seed {seed}: done before, under {name}")
        else:
            _one(given, seed, partial(keep, seed))
    found = [line for line in lines_of(path) if line["commit"] == name]
    for figure in figures(found):
        _say(f"{'   ' if figure.holds else 'NOT'} {figure.what}: {figure.seen}, asked for {figure.wanted}")
    return all(line["is_right"] for line in found)


def _told(report: Report, folder: Path, path: Path | None) -> bool:
    """Say how a run went, and keep its folder if it went wrong."""
    for line in report.lines():
        _say(line)
    if path is not None:
        append_to(path, report)
    if report.problems:
        _say(f"seed {report.seed}: WRONG; the logs are in {folder}")
        return False
    shutil.rmtree(folder)
    return True


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
