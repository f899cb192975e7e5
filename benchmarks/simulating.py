"""How fast a scorecard is simulated, beside a worker that goes live through the same records on the same servers.

Apache Kafka and Redis are started here and the topics filled. One worker goes through them; then, the worker being
gone, `leadstream scorecard simulate --topics` does. Times of both are of the steady work: the worker's begins when the
tables first hold something, the simulation's when its process is up and has the ends.

    python -m benchmarks.simulating --activities 100000 --leads 5000
"""

import argparse
import asyncio
import json
import resource
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

    ``simulated_per_second`` counts from the start of the process to its end. ``peak_bytes``: the most memory that the
    simulation had.
    """

    activities: int
    leads: int
    live_per_second: int
    live_microseconds: float
    simulated_per_second: int
    simulated_microseconds: float
    share_of_live: float
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
        seconds, busy_seconds, peak_bytes, changes = await _simulated(line)
    return Result(
        activities,
        leads,
        live.per_second,
        live.microseconds("worker"),
        round(activities / seconds),
        round(busy_seconds / activities * 1e6, 1),
        round(activities / seconds / live.per_second, 2),
        peak_bytes,
        changes,
        machine,
    )


async def _simulated(line: Installation) -> tuple[float, float, int, int]:
    """Run the command; return its seconds, its processor's, its most bytes, and how many stage changes it found."""
    command = (sys.executable, "-m", "streams.cli", "scorecard", "simulate", str(SCORECARD), "--topics", "--json")
    before, begun_at = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = await asyncio.create_subprocess_exec(*command, env=line.environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    seconds, after = time.monotonic() - begun_at, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"the simulation ended with {process.returncode}; see above")
    busy_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, busy_seconds, after.ru_maxrss * 1024, json.loads(said)["stage_changes"]


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
