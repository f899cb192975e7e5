"""One run from a seed: the load and the nemesis for a while, then peace, then liveness and the verdict."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

import pytest

from streams.partition import correction, owner, pages
from tests.simulation import worker
from tests.simulation.chance import dice, seeded
from tests.simulation.load import load
from tests.simulation.loop import SimulatedLoop, run
from tests.simulation.nemesis import appease, unleash
from tests.simulation.scorecard import quick_challenger, quick_scorecard
from tests.simulation.verdict import Findings, judged
from tests.simulation.worker import METRICS
from tests.simulation.world import Event, World

LOAD_SECONDS = 10.0
CALM_SECONDS_MAX = 120.0
"""Within this much virtual time after the last fault everything is to be handled."""
QUIET_SECONDS = 1.5
"""Longer than an idle owner needs to notice that its table was rolled back."""
ORDER_POLL_SECONDS = 0.05
"""How often an owner asks its merge again: less often than in earnest, because rounds cost and change little here."""
LEAD_ROOMS_BYTES = (12_000, 100_000)
"""For two leads or so, shared by the partitions of a worker, so that most are forgotten and loaded again; or for all,
so that their outlooks and streaks are of use."""
SCORECARD, CHALLENGER = quick_scorecard(), quick_challenger()
CHALLENGED_OF = 8
"""In one of so many seeds a challenger judges too, from the beginning: it costs a third more."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a seed came to."""

    seed: int
    trace: tuple[Event, ...]
    findings: Findings
    calm_seconds: float
    counts: Mapping[str, int]

    @property
    def digest(self) -> str:
        """A checksum of the whole trace."""
        return blake2b("\n".join(map(str, self.trace)).encode(), digest_size=16).hexdigest()

    def __str__(self) -> str:
        """Return what went wrong, for whoever has to find out why."""
        again = f"python -m tests.simulation --seed {self.seed} --verbose"
        told = [str(event) for event in self.trace if not event.what.startswith("commit ")]
        return "\n".join(
            (
                f"seed {self.seed}: {len(self.findings.violations)} violations",
                *(f"  {violation[:600]}" for violation in self.findings.violations[:8]),
                f"what happened, but for commits (all of it: {again}):",
                *(f"  {line[:160]}" for line in told[-60:]),
            )
        )


def play(seed: int, *, is_told: bool = False, plant: Callable[[pytest.MonkeyPatch], None] = lambda _: None) -> Played:
    """Play a seed to its end, and look at what it came to.

    Args:
        seed: Decides all.
        is_told: Print what happens.
        plant: Puts a bug into the line, for as long as its workers run.
    """
    made: list[World] = []
    calm_seconds: list[float] = []

    async def played(loop: SimulatedLoop) -> None:
        challenger = CHALLENGER if seed % CHALLENGED_OF == CHALLENGED_OF - 1 else None
        world = World(seed, loop, SCORECARD, challenger, is_told=is_told)
        made.append(world)
        calm_seconds.append(await _played(world))

    moved_before = METRICS.rollbacks._value.get()
    with seeded(seed), _without_logs(is_told), pytest.MonkeyPatch.context() as planted:
        planted.setattr(owner, "ORDER_POLL_SECONDS", ORDER_POLL_SECONDS)
        _bound(dice(seed, "bounds"), planted)
        plant(planted)
        try:
            run(played)
        except _Stuck as stuck:
            made[0].chronicle.violations.append(str(stuck))
    if METRICS.rollbacks._value.get() > moved_before and not made[0].rollbacks:
        made[0].chronicle.violations.append("an owner began again although its table had not moved")
    world = made[0]
    findings = judged(world) if calm_seconds else Findings(list(world.chronicle.violations))
    calm = calm_seconds[0] if calm_seconds else CALM_SECONDS_MAX
    played_so = Played(seed, tuple(world.trace), findings, calm, _counts(world, findings))
    world.dissolve()
    return played_so


def _bound(chance: Random, planted: pytest.MonkeyPatch) -> None:
    """Let small numbers reach bounds that in earnest only large ones reach: of a commit, a page, the leads at hand."""
    planted.setattr(owner, "WAKE_UPS_MAX", chance.choice((1, 2, 500)))
    page = chance.choice((1, 2, 500))
    planted.setattr(pages, "PAGE_LEADS", page)
    planted.setattr(correction, "PAGE_LEADS", page)
    planted.setattr(worker, "LEAD_ROOM_BYTES", chance.choice(LEAD_ROOMS_BYTES))


def _counts(world: World, findings: Findings) -> dict[str, int]:
    """Return how much happened, by name."""
    return {
        "records": findings.records,
        "stage_changes": findings.stage_changes,
        "repeats": findings.repeats,
        "either_order": findings.either_order,
        "changed_decisions": findings.changed_decisions,
        "rebalances": world.group.rebalances,
        "rollbacks": world.rollbacks,
        "stale_commits_refused": world.chronicle.stale_commits_refused,
        "lost_answers": world.chronicle.repeats,
        "stale_runs": sum(worker.input.stale_runs for worker in world.workers),
    }


class _Stuck(Exception):
    """The line did not become current again."""


async def _played(world: World) -> float:
    """Let load and faults come, make peace, and wait until nothing is left to do; returns how long that took."""
    for at, message in load(dice(world.seed, "load"), partitions=world.partitions, seconds=LOAD_SECONDS):
        world.loop.later(at, world.kafka.append, message)
    for _ in range(world.worker_count):
        world.start_worker()
    world.keep_snapshots()
    unleash(world, dice(world.seed, "nemesis"), LOAD_SECONDS + 2.0)
    await _elapse(world.loop, LOAD_SECONDS + 2.5)
    world.say("nemesis", "stops")
    appease(world)
    return await _calm(world)


async def _calm(world: World) -> float:
    """Wait until all is quiet, and stays so for a moment."""
    began, quiet_since = world.now, None
    while quiet_since is None or world.now - quiet_since < QUIET_SECONDS:
        if world.now - began > CALM_SECONDS_MAX:
            raise _Stuck(f"not current {CALM_SECONDS_MAX:g} s after the last fault")
        await _elapse(world.loop, 0.25)
        if not world.is_quiet():
            quiet_since = None
        elif quiet_since is None:
            quiet_since = world.now
    return (quiet_since or world.now) - began


async def _elapse(loop: SimulatedLoop, seconds: float) -> None:
    """Let virtual time pass."""
    done = loop.create_future()
    loop.later(seconds, lambda: done.set_result(None))
    await done


class _without_logs:  # noqa: N801 - reads as what it does
    """Keep the line's own log out of the way, unless a seed is replayed for somebody to read."""

    def __init__(self, is_told: bool) -> None:
        self._level = logging.NOTSET if is_told else logging.CRITICAL

    def __enter__(self) -> None:
        self._before = logging.root.manager.disable
        logging.disable(self._level)

    def __exit__(self, *_: object) -> None:
        logging.disable(self._before)
