"""P8 and P9 on real servers: a scorecard comes into force under traffic, a worker dies in the middle of its sweep."""

import asyncio
from collections import Counter

from schemas.scorecard_activation import ScorecardActivation
from streams.lead.lead import Lead
from streams.scorecards.activation import Activation
from streams.scorecards.loading import load
from streams.scorecards.releasing import known_scorecards
from streams.translation.translate import instant
from tests.integration.line.conftest import DATA, Install
from tests.line.activities import record
from tests.line.comparison import Told, first_of_each, require_same_leads, require_same_moves, told_changes
from tests.line.installation import AHEAD_MS, Installation, now_ms
from tests.line.topics import Produced
from tests.line.worker_process import WorkerProcess
from tests.oracles.line import Expected, recomputed
from tests.oracles.reigns import Reigns
from tests.servers.fixtures import ONCE_ON_KAFKA

FIRST, SECOND = DATA / "slow_1.yaml", DATA / "slow_2.yaml"
LEADS = 2_000
PAUSE_SECONDS = 0.005


@ONCE_ON_KAFKA
async def test_a_scorecard_in_force_under_traffic_with_a_worker_killed(install: Install) -> None:
    """Every lead is judged anew once, whoever does it, and a replay into empty tables decides the same.

    What Kafka stored before is the old version's, what came after the new one's; a bad version changes nothing.
    """
    line = install(scorecard=FIRST, session_timeout_seconds=6.0)
    await line.create_topics()
    begun_at = now_ms() - 2_000
    await line.produce([viewed(number, begun_at) for number in range(LEADS)])
    workers = [line.started() for _ in range(2)]
    await line.joined(*workers)
    await line.settled()

    activation = await published(line, load(SECOND).path.read_text(encoding="utf-8"))
    await traffic_until_a_sweep(line, workers)
    killed = next(worker for worker in workers if is_sweeping(worker))
    killed.kill()
    workers.append(line.started())
    await line.produce(
        [viewed(number, now_ms() + (0 if line.is_apache else AHEAD_MS), "again") for number in range(0, LEADS, 7)]
    )
    await line.settled()
    await line.until(lambda: is_judged_by(line, activation.in_force.name), 60.0, "every partition judged anew")
    await line.settled()
    for worker in workers:
        if worker is not killed:
            await worker.terminate()

    told = first_of_each(await told_so_far(line))
    expected = await expected_across(line, activation)
    require_same_moves(told, expected.moves)
    leads = await line.leads()
    require_same_leads({name: lead.state for name, lead in leads.items()}, expected, load(SECOND).scorecard)
    assert {lead.state.judged_by for lead in leads.values()} == {"slow-2"}
    assert {one.scorecard_version for one in told if one.move.at >= activation.active_at} == {"slow-2"}
    assert {one.scorecard_version for one in told if one.move.at < activation.active_at} == {"slow-1"}
    by_scorecard = Counter(one.move.lead_id for one in told if isinstance(one.move.cause, str))
    assert len(by_scorecard) > LEADS / 2
    assert max(by_scorecard.values()) == 1, "a lead was judged anew twice"

    await require_same_again(line, told, leads, activation)


async def require_same_again(
    line: Installation, told: list[Told], leads: dict[str, Lead], activation: Activation
) -> None:
    """Read everything again into empty tables, and require the same decisions and the same leads."""
    again = line.changed(redis_prefix=f"{line.settings.redis_prefix}-again", group=f"{line.settings.group}-again")
    worker = again.started()
    await again.settled()
    await again.until(lambda: is_judged_by(again, activation.in_force.name), 60.0, "every partition judged anew")
    await worker.terminate()

    replayed = await again.leads()
    assert replayed.keys() == leads.keys()
    different = [name for name, lead in leads.items() if facts_of(replayed[name]) != facts_of(lead)]
    assert different == []
    assert sorted(first_of_each(await told_so_far(line)), key=lambda one: one.id) == sorted(
        told, key=lambda one: one.id
    ), "the replay told what the live run did not"


def facts_of(lead: Lead) -> tuple[object, ...]:
    """Return what must not depend on when a lead was looked at."""
    state = lead.state
    return (state.judged_by, dict(state.standings), dict(state.cells), state.journal, state.profile)


async def published(line: Installation, text: str) -> Activation:
    """Publish two bad records and a good one; return what the registry makes of the latter."""
    said = ScorecardActivation(version="slow-2", text=text, published_at=instant(now_ms()), published_by="test")
    bad = said.model_copy(update={"text": text.replace("points: 2", "points: two")})
    values = [b"{", bad.model_dump_json().encode(), said.model_dump_json().encode()]
    ends = line.ends.copy()
    await line.produce(
        [Produced("scorecards", f"key-{place}".encode(), value, partition=0) for place, value in enumerate(values)]
    )
    line.ends.clear()
    line.ends.update(ends)  # no input: nobody waits for it to be handled
    registry = (await known_scorecards(line.settings)).registry
    assert [refused.reason.value for refused in registry.refused] == ["unreadable", "scorecard"]
    (activation,) = registry.activations
    return activation


async def traffic_until_a_sweep(line: Installation, workers: list[WorkerProcess], leads: int = LEADS) -> None:
    """Go on producing until a worker is in the middle of judging a partition's leads anew."""
    producing = asyncio.create_task(_traffic(line, leads))

    async def is_one_sweeping() -> bool:
        await asyncio.sleep(PAUSE_SECONDS)
        return any(is_sweeping(worker) for worker in workers)

    try:
        await line.until(is_one_sweeping, 60.0, "a sweep goes on")
    finally:
        producing.cancel()
        await asyncio.gather(producing, return_exceptions=True)


async def _traffic(line: Installation, leads: int) -> None:
    place = 0
    while True:
        place += 1
        stamp = now_ms() if line.is_apache else now_ms() + AHEAD_MS
        # Shielded: what the broker has is waited for afterwards, so it has to be counted.
        await asyncio.shield(
            line.produce([viewed((place * 31 + number) % leads, stamp, f"t{place}") for number in range(20)])
        )
        await asyncio.sleep(0.1)


def viewed(number: int, stamp: int, what: str = "first") -> Produced:
    """Return a view of the prices or a request for a demo, by one lead."""
    lead_id, at = f"lead-{number}", stamp
    if number % 2:
        return record("page-views", lead_id, at, stamp, id=f"{what}-{number}", url="https://example.com/pricing")
    return record("form-fills", lead_id, at, stamp, id=f"{what}-{number}", form_id="demo")


def is_sweeping(worker: WorkerProcess) -> bool:
    """Tell whether a worker has begun a sweep by the second version that it has not ended."""
    log = worker.log()
    return log.count("sweep_began partition=") > log.count("sweep_ended partition=") and "scorecard=slow-2" in log


async def is_judged_by(line: Installation, name: str) -> bool:
    """Tell whether all tables were judged by an activation."""
    return {fact.scorecard for fact in (await line.facts()).values()} == {name}


async def told_so_far(line: Installation) -> list[Told]:
    """Return all stage changes, repeats too."""
    records = await line.read("stage-changes")
    return told_changes((record.value for record in records), topic_prefix=line.settings.topic_prefix)


async def expected_across(line: Installation, activation: Activation) -> Expected:
    """Work out what both versions must have made of their stretches of the input."""
    reigns = Reigns(load(FIRST).scorecard, ((activation.active_at, load(SECOND).scorecard),))
    expected = recomputed(await line.handled_input(), reigns)
    assert expected.clocks == {number: fact.clock for number, fact in (await line.facts()).items()}
    return expected
