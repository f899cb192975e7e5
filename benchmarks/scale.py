"""What more leads cost, what leads cost of whom nothing is heard, and what more workers bring.

Before each run of the first two kinds the tables are filled with leads that did something an hour ago; then activities
come, of any of them, or of a few of them while the others are idle. Figures are of a backlog, as in `benchmarks.peers`:
there a batch holds many activities of a lead, if leads are few. Costs by leads are measured once more of activities
that come at a rate, of which a batch holds hardly two of one lead, however many leads there are.

    python -m benchmarks.scale --leads 10000 1000000 --idle 1000000 --rate 2000 --workers 1 2 4
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.line import PARTITIONS, filled, installed, lived, worked
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from benchmarks.rows import HOUR_MS, stored, usual_rows
from streams.table.keys import partition_keys

SEED = 1
FEW = 10_000
"""So many leads are active where it is not about them."""
ROWS, EACH = 1_000, 5
"""Of so many different leads the tables are filled, and what each of them did before."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured; microseconds are the processor's for each activity, of all workers together.

    ``leads``: in the tables, if they were filled before. ``active_leads``: of whom activities came.
    """

    activities: int
    leads: int
    active_leads: int
    workers: int
    records: int
    per_second: int
    worker_microseconds: float
    redis_microseconds: float
    worker_memory_mib: int
    servers: str
    machine: Machine


async def measured(
    plan: LoadPlan, leads: int, workers: int, seconds_max: float, folder: Path, rate: float = 0.0
) -> Result:
    """Let workers go through a load, over tables that hold so many leads, those of the load first; or none.

    The load is there when they start, or comes at a rate, in activities a second.
    """
    machine = Machine.here()
    async with installed(folder) as (site, line):
        if leads:
            rows = usual_rows(ROWS, EACH, time.time_ns() // 1_000_000 - HOUR_MS)
            client = Redis.from_url(site.redis.url)
            await stored(client, line.settings.redis_prefix, PARTITIONS, leads, rows)
            for number in range(PARTITIONS):
                # Else each table would be judged anew as a whole first, by a scorecard that it does not know.
                meta = partition_keys(line.settings.redis_prefix, number).meta
                await client.hset(meta, "scorecard", line.scorecard_fingerprint)
            await client.aclose()
            print(f"{leads:,} leads are in the tables")
        if not rate:
            await filled(line, plan)
        processes = [line.started() for _ in range(workers)]
        await line.joined(*processes)
        if rate:
            span = await lived(line, site, processes, plan, rate)
        else:
            span = await worked(line, site, processes, seconds_max)
        resident = sum(_resident_mib(process.pid) for process in processes)
        servers = await site.versions()
    costs = (span.microseconds("worker"), span.microseconds("redis"))
    return Result(
        plan.activities,
        leads,
        plan.leads,
        workers,
        span.records,
        span.per_second,
        costs[0],
        costs[1],
        resident,
        servers,
        machine,
    )


def _resident_mib(pid: int | None) -> int:
    """Return the memory of a process, as Linux counts what is resident."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) // 1024


def _run(name: str, plan: LoadPlan, leads: int, workers: int, seconds: float, rate: float = 0.0) -> None:
    with tempfile.TemporaryDirectory(prefix=f"leadstream-{name}-") as folder:
        result = asyncio.run(measured(plan, leads, workers, seconds, Path(folder), rate))
    note(name, result)
    cost = f"{result.worker_microseconds} us of workers and {result.redis_microseconds} us of Redis an activity"
    whose = f"{plan.leads:,} active leads, {leads:,} in the tables before, {workers} workers"
    print(f"{whose}: {result.per_second:,}/s, {cost}, {result.worker_memory_mib} MiB")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--leads", type=int, nargs="*", default=[10_000, 1_000_000], help="active, and in the tables")
    parser.add_argument("--idle", type=int, nargs="*", default=[1_000_000], help="in the tables, with 10,000 active")
    parser.add_argument("--rate", type=float, default=2_000, help="of activities that come while it works, a second")
    parser.add_argument("--rate-seconds", type=float, default=60.0, help="for how long they come; 0 for not at all")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=300.0, help="of each run, at most")
    given = parser.parse_args(arguments)
    for leads in given.leads:
        _run("leads", LoadPlan(SEED, given.activities, leads, PARTITIONS), leads, 1, given.seconds)
    for leads in given.leads if given.rate_seconds else ():
        coming = LoadPlan(SEED, round(given.rate * given.rate_seconds), leads, PARTITIONS)
        _run("live_leads", coming, leads, 1, given.seconds, given.rate)
    few = LoadPlan(SEED, given.activities, FEW, PARTITIONS)
    for leads in given.idle:
        _run("idle", few, leads, 1, given.seconds)
    for workers in given.workers:
        _run("workers", few, 0, workers, given.seconds)


if __name__ == "__main__":
    main()
