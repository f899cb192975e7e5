"""How fast workers go through a backlog, and how fast tables come back that were emptied under living workers.

Apache Kafka and a Redis with its file synced every second are started here, the topics are filled before any worker
starts, and what is timed ends when the tables hold every record. Seconds of the first pass include the start of the
workers; those of the rebuild include noticing that the tables are gone.

    python -m benchmarks.rebuild --activities 100000 --leads 5000 --workers 2
    python -m benchmarks.rebuild --activities 1000000 --leads 10000 --workers 2 --cache-mebibytes 512
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import PARTITIONS, busy_seconds, filled, installed
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from tests.line.installation import Installation
from tests.line.worker_process import WorkerProcess

SEED = 1
POLL_SECONDS = 0.5
SECONDS_MAX = 1_800.0


@dataclass(frozen=True, slots=True)
class Pass:
    """One way through all records: how long it took, and what the workers' processors were busy for each of them."""

    seconds: float
    activities_per_second: float
    worker_microseconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured, and on what."""

    activities: int
    leads: int
    workers: int
    cache_mebibytes: int
    changes_share: float
    first_pass: Pass
    rebuild: Pass
    servers: str
    machine: Machine


async def measured(activities: int, leads: int, workers: int, cache_mebibytes: int, folder: Path) -> Result:
    """Fill the topics, go through them, empty the tables, go through them again."""
    machine = Machine.here()
    async with installed(folder, cache_bytes_max=cache_mebibytes << 20) as (site, line):
        await filled(line, LoadPlan(SEED, activities, leads, PARTITIONS))
        processes = [line.started() for _ in range(workers)]
        first = await _timed("first pass", line, processes, activities)
        changes = sum(process.metrics()["leadstream_stage_changes_total"] for process in processes)
        await site.ask_redis("FLUSHALL")
        again = await _timed("rebuild", line, processes, activities)
        servers = await site.versions()
    share = round(changes / activities, 4)
    return Result(activities, leads, workers, cache_mebibytes, share, first, again, servers, machine)


async def _timed(name: str, line: Installation, workers: Sequence[WorkerProcess], activities: int) -> Pass:
    """Wait until the tables hold every record."""
    begun_at, busy = time.monotonic(), _busy_seconds(workers)
    while (handled := await line.handled_count()) < activities:
        seconds = time.monotonic() - begun_at
        if seconds > SECONDS_MAX:
            raise TimeoutError(
                f"{name}: {handled} of {activities} records after {seconds:.0f} s; see the workers' logs"
            )
        await asyncio.sleep(POLL_SECONDS)
    seconds = time.monotonic() - begun_at
    busy_microseconds = (_busy_seconds(workers) - busy) / activities * 1e6
    print(f"{name}: {seconds:.1f} s, {activities / seconds:.0f}/s, {busy_microseconds:.0f} us of a worker for each")
    return Pass(round(seconds, 1), round(activities / seconds), round(busy_microseconds))


def _busy_seconds(workers: Sequence[WorkerProcess]) -> float:
    """Return how long the processors were busy for some workers."""
    return sum(busy_seconds({worker.name: worker.pid for worker in workers}).values())


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rebuild", description=__doc__)
    parser.add_argument("--activities", type=int, default=100_000)
    parser.add_argument("--leads", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache-mebibytes", type=int, default=256, help="a worker's room for leads (256, the default)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadstream-rebuild-") as folder:
        wanted = (given.activities, given.leads, given.workers, given.cache_mebibytes)
        result = asyncio.run(measured(*wanted, Path(folder)))
    print(note("rebuild", result))


if __name__ == "__main__":
    main()
