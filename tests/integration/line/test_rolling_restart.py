"""Workers of a group are restarted one after the other under load: nothing is done twice, and little waits."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from tests.integration.line.conftest import Install
from tests.line.comparison import first_of_each, require_all_as_recomputed
from tests.line.installation import Installation
from tests.line.worker_process import WorkerProcess

NAMES = ("one", "two", "three")
SESSION_SECONDS = 30.0
"""So long that also on a busy machine a worker comes back within it."""
STOP_SECONDS_MAX = 10.0
PARTITIONS = 6
PRODUCED_AT_ONCE = 40
PAUSE_SECONDS = 0.1
BETWEEN = 200
"""Records handled between two restarts."""
HANDLED = re.compile(r"worker_stopped records=(\d+)")


def started(line: Installation, **environment: str) -> WorkerProcess:
    """Start a worker with some more settings."""
    worker = line.worker(**environment)
    worker.start()
    return worker


def rolling(install: Install) -> Installation:
    """Return an installation with small batches, so that a stop finds work in hand."""
    return install(
        partitions=PARTITIONS, session_timeout_seconds=SESSION_SECONDS, heartbeat_seconds=1.0, batch_records_max=50
    )


async def shared_out(line: Installation, *workers: WorkerProcess) -> None:
    """Wait until some workers own all partitions between them."""

    async def owned() -> bool:
        counts = [worker.owned_count() for worker in workers]
        return sum(counts) == line.settings.partitions and all(counts)

    await line.until(owned, 60.0, "all partitions owned")


@asynccontextmanager
async def load(line: Installation) -> AsyncIterator[None]:
    """Produce page views for as long as the block runs. What is on its way at its end gets there, and is counted."""
    is_over = asyncio.Event()

    async def produce() -> None:
        seed = 100
        while not is_over.is_set():
            await line.produce_views(seed, PRODUCED_AT_ONCE)
            seed += 1
            await asyncio.sleep(PAUSE_SECONDS)

    producing = asyncio.create_task(produce())
    try:
        yield
    finally:
        is_over.set()
        await producing


def claims(worker: WorkerProcess) -> int:
    """Return how often a worker claimed a partition."""
    return worker.log().count("partition_claimed")


def instant(log: str, event: str) -> datetime:
    """Return when a log tells of an event first."""
    line = next(line for line in log.splitlines() if event in line)
    return datetime.fromisoformat(line.split()[0])


async def require_handled_once(line: Installation) -> None:
    """Require that all workers together handled each record once, that tables are right, and nothing was told twice."""
    logs = [worker.log() for worker in line.workers]
    assert sum(int(count) for log in logs for count in HANDLED.findall(log)) == line.ends.total()
    assert not [word for word in ("table_moved", "partition_lost", "input_jumped") if any(word in log for log in logs)]
    _, told = await require_all_as_recomputed(line, line.scorecard)
    assert len(first_of_each(told)) == len(told)


async def test_static_members_restarted_one_after_the_other_move_nothing_and_do_nothing_twice(
    install_on_kafka: Install,
) -> None:
    """Each is told to stop and started again under load, within its session: the others keep their partitions."""
    line = rolling(install_on_kafka)
    await line.create_topics()
    workers = {name: started(line, LEADSTREAM_INSTANCE_ID=name) for name in NAMES}
    await shared_out(line, *workers.values())
    stops: list[float] = []
    away: list[float] = []
    async with load(line):
        for name in NAMES:
            await line.handled(await line.handled_count() + BETWEEN)
            others = {worker: claims(worker) for other, worker in workers.items() if other != name}
            told_at = datetime.now(UTC)
            stops.append(await workers[name].terminate())
            workers[name] = started(line, LEADSTREAM_INSTANCE_ID=name)
            await shared_out(line, *workers.values())
            away.append((instant(workers[name].log(), "partition_claimed") - told_at).total_seconds())
            assert {worker: claims(worker) for worker in others} == others
        await line.handled(await line.handled_count() + BETWEEN)
    await line.settled()
    stops += [await worker.terminate() for worker in workers.values()]

    assert max(stops) < STOP_SECONDS_MAX
    assert max(away) < SESSION_SECONDS
    await require_handled_once(line)


async def test_a_worker_that_leaves_under_load_hands_over_without_double_work(install_on_kafka: Install) -> None:
    """Without a name of its own a stopped worker leaves the group at once: the others go on where its tables are."""
    line = rolling(install_on_kafka)
    await line.create_topics()
    workers = [started(line) for _ in NAMES]
    await shared_out(line, *workers)
    stops: list[float] = []
    async with load(line):
        for leaver in workers[:2]:
            await line.handled(await line.handled_count() + BETWEEN)
            stops.append(await leaver.terminate())
            await line.handled(line.ends.total())
    await shared_out(line, workers[-1])
    await line.settled()
    stops.append(await workers[-1].terminate())

    assert max(stops) < STOP_SECONDS_MAX
    await require_handled_once(line)
