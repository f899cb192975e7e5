"""Servers, an installation on them with a load on its topics, and how fast its workers go through that."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.kernel import SCORECARD
from benchmarks.load import LoadPlan
from benchmarks.sending import Sender
from tests.faults.site import Site
from tests.line.installation import Installation
from tests.line.worker_process import WorkerProcess

PARTITIONS = 8
PREFIX = "bench-"
POLL_SECONDS = 0.25
"""How often the tables are asked how far they are: each look costs Redis and this process a little."""
START_SECONDS_MAX = 60.0
START_POLL_SECONDS = 0.02
CLAIMED = "partition_claimed"
"""What a worker's log says before it reads anything of a partition."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of work: how many records in how many seconds, and for how long which processes were busy meanwhile."""

    records: int
    seconds: float
    busy_seconds: Mapping[str, float]

    @property
    def per_second(self) -> int:
        """Records a second."""
        return round(self.records / self.seconds)

    def microseconds(self, name: str) -> float:
        """Return for how long a process was busy for each record."""
        return round(self.busy_seconds[name] / self.records * 1e6, 1)


@asynccontextmanager
async def installed(folder: Path, **settings: Any) -> AsyncIterator[tuple[Site, Installation]]:  # noqa: ANN401 - any field
    """Start Kafka and a Redis whose file is synced every second, and make an installation on them."""
    async with Site(folder) as site:
        given: dict[str, Any] = {
            "kafka_bootstrap": site.kafka.bootstrap,
            "redis_url": site.redis.url,
            "redis_prefix": PREFIX.strip("-"),
            "topic_prefix": PREFIX,
            "group": f"{PREFIX}group",
            "scorecard": SCORECARD,
            "partitions": PARTITIONS,
            # What an operator gets who sets nothing.
            "merge_wait_seconds": 1.0,
            "score_interval_seconds": 60,
            **settings,
        }
        with Installation(folder, is_apache=True, **given) as line:
            await line.create_topics()
            yield site, line


async def filled(line: Installation, plan: LoadPlan) -> None:
    """Put a load on the topics."""
    begun_at, sender = time.monotonic(), Sender(line.settings.kafka_bootstrap, line.settings.topic_prefix)
    await sender.send(plan)
    line.ends.update(sender.sent)
    print(f"{plan.activities:,} activities are on the topics after {time.monotonic() - begun_at:.1f} s")


async def worked(line: Installation, site: Site, workers: Sequence[WorkerProcess], seconds_max: float) -> Span:
    """Let workers, which were just started, go through what is on the topics, for some seconds or until all is done.

    The stretch begins when a worker has claimed its first partition, so the workers' start is not in it, and all that
    is handled counts: of a backlog one commit may hold tens of thousands of records, so what is done when the first one
    is seen says little.
    """
    processes, started_at = _processes(site, workers), time.monotonic()
    while not any(CLAIMED in worker.log() for worker in workers):
        if time.monotonic() - started_at > START_SECONDS_MAX:
            raise TimeoutError(f"nothing claimed after {START_SECONDS_MAX:g} s:\n{workers[0].log()[-3000:]}")
        await asyncio.sleep(START_POLL_SECONDS)
    begun_at, busy = time.monotonic(), busy_seconds(processes)
    handled = await line.handled_count()
    while handled < line.ends.total() and time.monotonic() - begun_at < seconds_max:
        await asyncio.sleep(POLL_SECONDS)
        handled = await line.handled_count()
    return Span(handled, time.monotonic() - begun_at, _together(busy, busy_seconds(processes)))


async def lived(line: Installation, site: Site, workers: Sequence[WorkerProcess], plan: LoadPlan, rate: float) -> Span:
    """Let workers, which have their partitions, live on a load that comes at so many activities a second."""
    processes, begun_at = _processes(site, workers), time.monotonic()
    busy, sender = busy_seconds(processes), Sender(line.settings.kafka_bootstrap, line.settings.topic_prefix)
    await sender.send_at(plan, rate)
    line.ends.update(sender.sent)
    await line.handled(line.ends.total())
    return Span(plan.activities, time.monotonic() - begun_at, _together(busy, busy_seconds(processes)))


def _processes(site: Site, workers: Sequence[WorkerProcess]) -> dict[str, int | None]:
    processes = {f"worker-{number}": worker.pid for number, worker in enumerate(workers)}
    return processes | {"redis": site.redis.child.pid, "kafka": site.kafka.child.pid}


def busy_seconds(processes: Mapping[str, int | None]) -> dict[str, float]:
    """Return for how long the processors were busy for processes, as Linux counts it."""
    busy = {}
    for name, pid in processes.items():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        busy[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return busy


def _together(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Return what was spent by server, and by all workers together."""
    spent = {"worker": 0.0}
    for name, seconds in after.items():
        kind = name.partition("-")[0]
        spent[kind] = spent.get(kind, 0.0) + seconds - before[name]
    return spent
