"""One fault run: servers, workers, load and nemesis; then healing, an end to all work, and the check.

The page to read is `faulted`.
"""

import asyncio
import multiprocessing
import pickle
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.checker import checked
from tests.faults.conservation import check_conservation
from tests.faults.evidence import Evidence, gathered
from tests.faults.fleet import Fleet, LogTale
from tests.faults.load import Load, LoadPlan
from tests.faults.nemesis import PREFIX, Done, Nemesis
from tests.faults.report import Rebuild, Report
from tests.faults.schedule import Fault
from tests.faults.scorecards import FILE as SCORECARD
from tests.faults.scorecards import reigns_of
from tests.faults.settling import NeverSettled, settled
from tests.faults.site import Site
from tests.faults.verdict import Verdict, summed
from tests.faults.watch import Sample, Watch, recovery_seconds
from tests.line.installation import Installation
from tests.oracles.line import Rules

EVIDENCE = "evidence.pickle"
CHECKERS = 2
"""Processes that check; as many as the cores that a run is made for."""
OWNED_SECONDS_MAX = 60.0
STALL_SECONDS = 8.0
"""How long a worker may stand still."""
JOURNAL_ENTRIES = 4
"""A lead's journal hides what is handled twice; so it is short."""
ALONE_SECONDS = 11.0
"""A kill that no other fault followed within so long tells how soon it was made good."""
SAME_SECONDS = 0.05
"""The fault that is the kill itself begins so close to it."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What one run is to be. ``settle_seconds_max``: by when, after the time that activities take, all must be done.

    ``sabotage``: what is taken out of the workers, for a control. ``has_rebuild``: at the end the tables are emptied
    once more, and how long they take to come back is told.
    """

    load: LoadPlan
    schedule: Sequence[Fault]
    workers: int = 3
    partitions: int = 6
    session_seconds: float = 6.0
    settle_seconds_max: float = 120.0
    sabotage: str | None = None
    has_rebuild: bool = False


@dataclass(frozen=True, slots=True)
class _Worked:
    """What the work of a run left: what was done to it, what was seen, what stands on topics and in tables."""

    load: Load
    done: Done
    samples: Sequence[Sample]
    tale: LogTale
    heal_seconds: float
    evidence: Sequence[Evidence]
    servers: str
    rebuild: Rebuild | None


async def faulted(plan: RunPlan, folder: Path, say: Say) -> Report:
    """Do one run.

    Args:
        plan: What to do.
        folder: Takes data and logs; an empty one.
        say: Told how it goes.

    Raises:
        NeverSettled: If work was left undone in time.
    """
    begun_at = time.monotonic()
    async with Site(folder) as site:
        line = _installation(site, plan, folder)
        await line.create_topics()
        say(f"servers up and topics made after {time.monotonic() - begun_at:.1f} s")
        worked = await _worked(plan, site, line, folder, say)
    (folder / EVIDENCE).write_bytes(pickle.dumps(worked.evidence))
    say("checking")
    checked_at = time.monotonic()
    verdict = await asyncio.to_thread(check, worked.evidence)
    # What was forwarded is counted where it came, and once more where it went.
    stored = sum(count for fate, count in verdict.fates.items() if not fate.startswith(("ticks ", "repartition ")))
    sent, stored = sum(worked.load.acknowledged.values()), stored + verdict.erased
    verdict.note("lost_activities", worked.load.refused + max(0, sent - stored))
    verdict.note("effective_stale_commits", _effective(worked.tale.tokens, worked.evidence))
    now = time.monotonic()
    return _report(plan, worked, verdict, now - checked_at, now - begun_at)


async def _worked(plan: RunPlan, site: Site, line: Installation, folder: Path, say: Say) -> _Worked:
    """Let workers, load and nemesis loose, and have everything come to rest."""
    load = Load(plan.load, bootstrap=site.kafka.bootstrap, prefix=PREFIX, partitions=plan.partitions)
    watch = Watch(line, load)
    async with Fleet(folder, {**line.environment, **site.worker_environment}, plan.sabotage) as fleet:
        for _ in range(plan.workers):
            fleet.add(is_static=True)
        await line.until(lambda: _is_owned(line), OWNED_SECONDS_MAX, "every partition owned")
        nemesis = Nemesis(site, fleet, plan.partitions)
        watching = asyncio.create_task(watch.run())
        bound_seconds = plan.load.activities / plan.load.rate + plan.settle_seconds_max
        deadline = time.monotonic() + bound_seconds
        await _hurt(plan, load, nemesis, bound_seconds, say)
        await site.heal()
        fleet.release()
        rates = f"{load.activities_per_second:.0f}/s, asked for {plan.load.rate:.0f}/s"
        say(f"{load.sent} activities sent at {rates}; the faults are over")
        heal_seconds = await settled(line, deadline - time.monotonic(), fleet)
        say(f"settled after {heal_seconds:.1f} s")
        rebuild = await _rebuilt(plan, site, line, fleet, load) if plan.has_rebuild else None
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        last = [worker for worker in fleet.workers if worker.is_wanted]
        nemesis.done.stops += await asyncio.gather(*(fleet.dismiss(worker) for worker in last))
        say("workers stopped")
        left = (heal_seconds, await gathered(line), await site.versions(), rebuild)
        return _Worked(load, nemesis.done, watch.samples, fleet.log_tale(), *left)


async def _is_owned(line: Installation) -> bool:
    """Tell whether somebody has begun with every partition; before that there is nothing to hurt."""
    return all(fact.scorecard for fact in (await line.facts()).values())


async def _hurt(plan: RunPlan, load: Load, nemesis: Nemesis, seconds_max: float, say: Say) -> None:
    """Send all activities while the nemesis does all faults."""
    try:
        async with asyncio.timeout(seconds_max):
            # A fault that cannot be done ends the load too, while there is a Kafka to end it with.
            async with asyncio.TaskGroup() as group:
                group.create_task(load.run())
                group.create_task(nemesis.work(plan.schedule, say))
    except TimeoutError:
        message = f"load and faults not done in time: {load.sent} activities, {len(nemesis.done.faults)} faults"
        raise NeverSettled(message) from None


async def _rebuilt(plan: RunPlan, site: Site, line: Installation, fleet: Fleet, load: Load) -> Rebuild:
    """Empty the tables, and return how long the workers take to make them again."""
    await site.ask_redis("FLUSHALL")
    return Rebuild(load.sent, round(await settled(line, plan.settle_seconds_max, fleet), 2))


def check(evidence: Sequence[Evidence]) -> Verdict:
    """Check all partitions, in processes of their own."""
    context = multiprocessing.get_context("spawn")
    biggest_first = sorted(evidence, key=lambda one: -len(one.inputs))
    with ProcessPoolExecutor(CHECKERS, mp_context=context) as pool:
        verdict = summed(pool.map(_checked, biggest_first))
    check_conservation(evidence, verdict)
    return verdict


def _checked(evidence: Evidence) -> Verdict:
    """Check one partition; scorecards are read where they are used, because they do not travel between processes."""
    return checked(evidence, reigns_of(evidence.activations), Rules(journal_entries_max=JOURNAL_ENTRIES))


def _installation(site: Site, plan: RunPlan, folder: Path) -> Installation:
    return Installation(
        folder,
        is_apache=True,
        kafka_bootstrap=site.kafka.bootstrap,
        redis_url=site.redis.url,
        redis_prefix=PREFIX.strip("-"),
        topic_prefix=PREFIX,
        group=f"{PREFIX}group",
        scorecard=SCORECARD,
        partitions=plan.partitions,
        session_timeout_seconds=plan.session_seconds,
        stall_seconds_max=STALL_SECONDS,
        journal_entries_max=JOURNAL_ENTRIES,
        score_interval_seconds=10,
    )


def _effective(tokens: frozenset[str], evidence: Sequence[Evidence]) -> int:
    """Return how many outputs come from a commit that was refused."""
    outputs = (record for one in evidence for records in one.outputs.values() for record in records)
    positions = (value for record in outputs for name, value in record.headers if name == "leadstream_positions")
    return sum(any(token.encode() in value for token in tokens) for value in positions) if tokens else 0


def _recoveries(done: Done, samples: Sequence[Sample], *, is_alone: bool) -> list[float]:
    """Return how long kills took to be made good: of those that nothing else was near, or of the others."""
    begun = [(at, at + fault.seconds) for fault, at in done.faults]
    found = []
    for killed_at in done.killed_at:
        near = [end for at, end in begun if abs(at - killed_at) > SAME_SECONDS and _is_near(killed_at, at, end)]
        if bool(near) != is_alone:
            seconds = recovery_seconds(killed_at, samples)
            found.append(round(seconds, 2) if seconds is not None else float("inf"))
    return found


def _is_near(killed_at: float, at: float, end: float) -> bool:
    return at < killed_at + ALONE_SECONDS and end > killed_at


def _report(plan: RunPlan, worked: _Worked, verdict: Verdict, check_seconds: float, total_seconds: float) -> Report:
    done, tale, load = worked.done, worked.tale, worked.load
    quiet = [stop.process_id for stop in done.stops if stop.is_quiet]
    return Report(
        seed=plan.load.seed,
        activities=sum(load.acknowledged.values()),
        workers=plan.workers,
        session_seconds=plan.session_seconds,
        faults=dict(Counter(fault.kind.value for fault, _ in done.faults)),
        pauses_beyond_session=done.pauses,
        stale_commits=tale.refused,
        table_rollbacks=tale.rollbacks,
        worker_ends=tale.ends,
        recovery_seconds=_recoveries(done, worked.samples, is_alone=True),
        crowded_recovery_seconds=_recoveries(done, worked.samples, is_alone=False),
        stop_seconds=[round(stop.seconds, 2) for stop in done.stops],
        quiet_stops=len(quiet),
        folded_in_vain=sum(tale.in_vain.get(process_id, 0) for process_id in quiet),
        standstill_seconds=[round(seconds, 2) for seconds in done.standstill_seconds],
        rate_asked=round(plan.load.rate, 1),
        activities_per_second=round(load.activities_per_second, 1),
        heal_seconds=round(worked.heal_seconds, 2),
        rebuild=worked.rebuild,
        check_seconds=round(check_seconds, 1),
        total_seconds=round(total_seconds, 1),
        servers=worked.servers,
        verdict=verdict,
    )
