"""How fast leadstream is beside others that do the same work, or less, in one run on the same servers.

One after the other goes through the same topics: a bare loop that only decodes, stock Faust with its own table, and
leadstream with one worker process. Each ends when it is through, or after some seconds; what counts is records a second
from its first record on, and for how long the processors were busy for each.

    python -m benchmarks.peers --activities 200000 --leads 10000 --seconds 20
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.line import PARTITIONS, PREFIX, Span, busy_seconds, filled, installed, worked
from benchmarks.load import LoadPlan
from benchmarks.peers.contest import Contest, Mark, marks
from benchmarks.results import Machine, note
from streams.sandbox.process import Child
from tests.faults.site import Site
from tests.line.installation import Installation

SEED = 1
POLL_SECONDS = 0.02
START_SECONDS_MAX = 90.0
FAUST_CHANGES = f"{PREFIX}stock-faust-changes"
PEERS = {
    "bare loop": (sys.executable, "-m", "benchmarks.peers.bare"),
    "stock Faust": (
        *(sys.executable, "-m", "faust", "-A", "benchmarks.peers.stock_faust", "worker"),
        *("--without-web", "-l", "error"),
    ),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What one contestant did. Microseconds are the processor's for each activity, of the process named."""

    run: str
    contestant: str
    activities: int
    leads: int
    records: int
    seconds: float
    per_second: int
    changes_share: float
    worker_microseconds: float
    redis_microseconds: float
    kafka_microseconds: float
    servers: str
    machine: Machine


async def measured(plan: LoadPlan, seconds_max: float, rounds: int, folder: Path) -> list[Result]:
    """Let each contestant go through the load, some rounds one after the other."""
    machine, results = Machine.here(), []
    for number in range(rounds):
        aside = folder / f"round-{number}"
        aside.mkdir()
        async with installed(aside) as (site, line):
            await filled(line, plan)
            servers = await site.versions()
            outcomes = {name: await _peer(name, line, site, seconds_max) for name in PEERS}
            outcomes["leadstream"] = await _leadstream(line, site, seconds_max)
        for name, (span, changes) in outcomes.items():
            results.append(_result(machine.measured_at, name, plan, span, changes, servers, machine))
            note("peers", results[-1])
    return results


async def _peer(name: str, line: Installation, site: Site, seconds_max: float) -> tuple[Span, int]:
    """Let one peer go through the topics."""
    bootstrap = line.settings.kafka_bootstrap
    if name == "stock Faust":
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(FAUST_CHANGES, PARTITIONS, 1)])
        await admin.close()
    contest = Contest(bootstrap, PREFIX, PARTITIONS, line.ends.total(), seconds_max, str(line.folder))
    log = line.folder / f"{name.replace(' ', '-')}.log"
    child = Child(name, PEERS[name], log, {**contest.environment, "PYTHONPATH": str(Path(__file__).parents[2])})
    child.start(lambda: True, 5.0)
    servers = {"redis": site.redis.child.pid, "kafka": site.kafka.child.pid}
    try:
        begun, before = await _mark(child, 0), busy_seconds(servers)
        ended, after = await _mark(child, 1), busy_seconds(servers)
    finally:
        child.kill()
    spent = {server: after[server] - before[server] for server in servers}
    spent["worker"] = ended.cpu_seconds - begun.cpu_seconds
    return Span(ended.records, ended.at - begun.at, spent), ended.changes


async def _mark(child: Child, number: int) -> Mark:
    """Wait until a peer said its first or its last line."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while len(found := marks(child.log_path.read_text(encoding="utf-8"))) <= number:
        if time.monotonic() > deadline or not child.is_running:
            raise TimeoutError(f"{child.name} said nothing:\n{child.log_path.read_text(encoding='utf-8')[-3000:]}")
        await asyncio.sleep(POLL_SECONDS)
    return found[number]


async def _leadstream(line: Installation, site: Site, seconds_max: float) -> tuple[Span, int]:
    """Let one worker of ours go through the topics."""
    worker = line.started()
    span = await worked(line, site, [worker], seconds_max)
    changes = round(worker.metrics()["leadstream_stage_changes_total"])
    worker.kill()
    return span, changes


def _result(run: str, name: str, plan: LoadPlan, span: Span, changes: int, servers: str, machine: Machine) -> Result:
    result = Result(
        run,
        name,
        plan.activities,
        plan.leads,
        span.records,
        round(span.seconds, 2),
        span.per_second,
        round(changes / span.records, 4),
        span.microseconds("worker"),
        span.microseconds("redis"),
        span.microseconds("kafka"),
        servers,
        machine,
    )
    print(f"{name}: {result.per_second:,}/s, {result.worker_microseconds} us of its process an activity")
    return result


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each contestant, at most")
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    plan = LoadPlan(SEED, given.activities, given.leads, PARTITIONS)
    with tempfile.TemporaryDirectory(prefix="leadstream-peers-") as folder:
        asyncio.run(measured(plan, given.seconds, given.rounds, Path(folder)))


if __name__ == "__main__":
    main()
