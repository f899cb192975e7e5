"""How fast a scorecard is simulated, beside a worker that goes live through the same records on the same servers.

Apache Kafka and Redis are started here and the topics filled. One worker goes through them; then, the worker being
gone, `leadstream scorecard simulate --topics` does. The worker's time begins when it has claimed a partition; the
simulation's holds its start and the making of the answer.

    python -m benchmarks.simulating --activities 100000 --leads 5000
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kernel import SCORECARD
from benchmarks.line import PARTITIONS, filled, installed, worked
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from tests.line.installation import Installation

SEED = 1
SECONDS_MAX = 1_800.0


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured: records a second of each, and what each record took of a processor in microseconds.

    ``simulated_per_second`` counts from the start of the process to its end. ``share_of_live`` compares the two rates,
    ``share_of_live_by_processor`` what the two processes took of the processors, which says more where a machine does
    much else. ``peak_bytes``: the most memory that the simulation had.
    """

    activities: int
    leads: int
    live_per_second: int
    live_microseconds: float
    simulated_per_second: int
    simulated_microseconds: float
    share_of_live: float
    share_of_live_by_processor: float
    peak_bytes: int
    changes: int
    machine: Machine


async def measured(activities: int, leads: int, folder: Path) -> Result:
    """Fill the topics, let a worker go through them, then simulate."""
    machine = Machine.here()
    async with installed(folder) as (site, line):
        await filled(line, LoadPlan(SEED, activities, leads, PARTITIONS))
        worker = line.started()
        live = await worked(line, site, [worker], SECONDS_MAX)
        await worker.terminate()
        seconds, busy_seconds, peak_bytes, changes = await asyncio.to_thread(_simulated, line, folder)
    return Result(
        activities,
        leads,
        live.per_second,
        live.microseconds("worker"),
        round(activities / seconds),
        round(busy_seconds / activities * 1e6, 1),
        round(activities / seconds / live.per_second, 2),
        round(live.microseconds("worker") / (busy_seconds / activities * 1e6), 2),
        peak_bytes,
        changes,
        machine,
    )


def _simulated(line: Installation, folder: Path) -> tuple[float, float, int, int]:
    """Run the command; return its seconds, its processor's, its most bytes, and how many stage changes it found."""
    command = (sys.executable, "-m", "streams.cli", "scorecard", "simulate", str(SCORECARD), "--topics", "--json")
    document, begun_at = folder / "simulation.json", time.monotonic()
    with document.open("wb") as file:
        process = subprocess.Popen(command, env=line.environment, stdout=file)  # noqa: S603 - this project's own command
        # Not `wait`: of all children together nobody could tell how much memory this one had.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun_at
    if process.returncode:
        raise RuntimeError(f"the simulation ended with {process.returncode}; see above")
    changes = json.loads(document.read_bytes())["stage_changes"]
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, changes


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulating", description=__doc__)
    parser.add_argument("--activities", type=int, default=100_000)
    parser.add_argument("--leads", type=int, default=5_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadstream-simulating-") as folder:
        result = asyncio.run(measured(given.activities, given.leads, Path(folder)))
    print(result)
    print(note("simulating", result))


if __name__ == "__main__":
    main()
