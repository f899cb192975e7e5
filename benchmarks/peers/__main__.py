"""How fast leadstream is beside others that do the same work, or less, in one run on the same servers.

One after the other goes through the same topics: a bare loop that only decodes, Kafka Streams (exactly once) and stock
Faust with stores of their own, and leadstream with one worker process. Each ends when it is through, or after some
seconds; what counts is records a second from its first record on, and for how long the processors were busy for each.
Who does the work and went through all of it is held to what the plain code finds. Without Java, or without Maven, Kafka
Streams stays out.

    python -m benchmarks.peers --activities 200000 --leads 10000 --seconds 60
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
from benchmarks.peers.agreement import LEAST, Ends, agreement, ends_of, expected, told
from benchmarks.peers.contest import Contest, Mark, marks
from benchmarks.peers.java import streams_command
from benchmarks.results import Machine, note
from streams.sandbox.process import Child, SandboxError
from tests.faults.site import Site
from tests.line.installation import Installation

SEED = 1
POLL_SECONDS = 0.02
START_SECONDS_MAX = 90.0
COMMITTED_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A contestant beside ours: what starts it, and the topic, without the prefix, to which it tells stage changes."""

    name: str
    command: tuple[str, ...]
    changes: str | None = None


BARE = Peer("bare loop", (sys.executable, "-m", "benchmarks.peers.bare"))
FAUST = Peer(
    "stock Faust",
    (
        *(sys.executable, "-m", "faust", "-A", "benchmarks.peers.stock_faust", "worker"),
        *("--without-web", "-l", "error"),
    ),
    "stock-faust-changes",
)


def peers() -> list[Peer]:
    """Return who can take part on this machine; says who cannot, and why."""
    try:
        streams = [Peer("Kafka Streams", streams_command(), "kafka-streams-changes")]
    except SandboxError as error:
        print(f"Kafka Streams stays out: {error}")
        streams = []
    return [BARE, *streams, FAUST]


@dataclass(frozen=True, slots=True)
class Result:
    """What one contestant did. Microseconds are the processor's for each activity, of the process named.

    ``agreement``: the share of leads that it lets end where the plain code does; None if it did not go through all.
    """

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
    agreement: float | None
    servers: str
    machine: Machine


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a contestant came, and what it told of the leads."""

    span: Span
    changes: int
    agreement: float | None = None


async def measured(plan: LoadPlan, seconds_max: float, rounds: int, folder: Path) -> list[Result]:
    """Let each contestant go through the load, some rounds one after the other."""
    machine, results, contestants = Machine.here(), [], peers()
    for number in range(rounds):
        aside = folder / f"round-{number}"
        aside.mkdir()
        async with installed(aside) as (site, line):
            await filled(line, plan)
            servers, wanted = await site.versions(), await expected(line)
            outcomes = {peer.name: await _peer(peer, line, site, seconds_max, wanted) for peer in contestants}
            outcomes["leadstream"] = await _leadstream(line, site, seconds_max)
        for name, outcome in outcomes.items():
            results.append(_result(machine.measured_at, name, plan, outcome, servers, machine))
            note("peers", results[-1])
    return results


async def _peer(peer: Peer, line: Installation, site: Site, seconds_max: float, wanted: Ends) -> Outcome:
    """Let one peer go through the topics."""
    bootstrap = line.settings.kafka_bootstrap
    if peer.changes is not None:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(PREFIX + peer.changes, PARTITIONS, 1)])
        await admin.close()
    contest = Contest(bootstrap, PREFIX, PARTITIONS, line.ends.total(), seconds_max, str(line.folder))
    log = line.folder / f"{peer.name.replace(' ', '-')}.log"
    child = Child(peer.name, peer.command, log, {**contest.environment, "PYTHONPATH": str(Path(__file__).parents[2])})
    child.start(lambda: True, 5.0)
    servers = {"redis": site.redis.child.pid, "kafka": site.kafka.child.pid}
    try:
        begun, before = await _mark(child, 0), busy_seconds(servers)
        ended, after = await _mark(child, 1), busy_seconds(servers)
        same = None
        if peer.changes is not None and ended.records == line.ends.total():
            same = await _agreement(line, peer, ended.changes, wanted)
    finally:
        child.kill()
    spent = {server: after[server] - before[server] for server in servers}
    spent["worker"] = ended.cpu_seconds - begun.cpu_seconds
    return Outcome(Span(ended.records, ended.at - begun.at, spent), ended.changes, same)


async def _agreement(line: Installation, peer: Peer, count: int, wanted: Ends) -> float:
    """Return how far a peer's stage changes agree with the plain code's, once all of them can be read.

    Raises:
        AssertionError: If they are not told in time.
        ValueError: If it did other work.
    """
    topic = peer.changes or ""

    async def is_committed() -> bool:
        return len(await told(line, topic)) >= count

    await line.until(is_committed, COMMITTED_SECONDS_MAX, f"{count} stage changes of {peer.name} to be read")
    same = round(agreement(ends_of(await told(line, topic)), wanted), 4)
    if same < LEAST:
        raise ValueError(f"{peer.name} does other work than the plain code: {same:.1%} of the leads end as they should")
    return same


async def _mark(child: Child, number: int) -> Mark:
    """Wait until a peer said its first or its last line."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while len(found := marks(child.log_path.read_text(encoding="utf-8"))) <= number:
        if time.monotonic() > deadline or not child.is_running:
            raise TimeoutError(f"{child.name} said nothing:\n{child.log_path.read_text(encoding='utf-8')[-3000:]}")
        await asyncio.sleep(POLL_SECONDS)
    return found[number]


async def _leadstream(line: Installation, site: Site, seconds_max: float) -> Outcome:
    """Let one worker of ours go through the topics."""
    worker = line.started()
    span = await worked(line, site, [worker], seconds_max)
    changes = round(worker.metrics()["leadstream_stage_changes_total"])
    worker.kill()
    return Outcome(span, changes)


def _result(run: str, name: str, plan: LoadPlan, outcome: Outcome, servers: str, machine: Machine) -> Result:
    span = outcome.span
    result = Result(
        run,
        name,
        plan.activities,
        plan.leads,
        span.records,
        round(span.seconds, 2),
        span.per_second,
        round(outcome.changes / span.records, 4),
        span.microseconds("worker"),
        span.microseconds("redis"),
        span.microseconds("kafka"),
        outcome.agreement,
        servers,
        machine,
    )
    both = result.worker_microseconds + result.redis_microseconds
    same = (
        "" if result.agreement is None else f", {result.agreement:.1%} of the leads end where the plain code has them"
    )
    print(f"{name}: {result.per_second:,}/s, {both:.1f} us of its process and Redis an activity{same}")
    return result


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--activities", type=int, default=200_000)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each contestant, at most")
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    plan = LoadPlan(SEED, given.activities, given.leads, PARTITIONS)
    with tempfile.TemporaryDirectory(prefix="leadstream-peers-") as folder:
        asyncio.run(measured(plan, given.seconds, given.rounds, Path(folder)))


if __name__ == "__main__":
    main()
