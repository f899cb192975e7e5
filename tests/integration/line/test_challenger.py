"""A challenger on real servers, with a worker killed while it judges: it tells what it would have told in force."""

from dataclasses import replace

from schemas.scorecard_activation import ScorecardActivation
from streams.cli.scorecard_compare import read_beside
from streams.comparison.beside import Beside
from streams.scorecards.contest import contest_of
from streams.scorecards.loading import load
from streams.scorecards.registry import Reign
from streams.scorecards.releasing import known_scorecards
from streams.translation.translate import instant
from tests.integration.line.conftest import Install
from tests.integration.line.test_activation import (
    FIRST,
    SECOND,
    is_judged_by,
    is_sweeping,
    told_so_far,
    traffic_until_a_sweep,
    viewed,
)
from tests.line.comparison import Told, first_of_each, require_same_leads, require_same_moves, told_changes
from tests.line.installation import AHEAD_MS, Installation, now_ms
from tests.line.topics import Produced
from tests.oracles.line import recomputed
from tests.oracles.reigns import Reigns
from tests.servers.fixtures import ONCE_ON_KAFKA

LEADS = 700


@ONCE_ON_KAFKA
async def test_a_challenger_tells_what_it_would_in_force(install: Install) -> None:
    """From its instant on, with a worker killed meanwhile; the champion's leads and stage changes are as without it."""
    line = install(scorecard=FIRST, session_timeout_seconds=6.0)
    await line.create_topics()
    begun_at = now_ms() - 2_000
    await line.produce([viewed(number, begun_at) for number in range(LEADS)])
    workers = [line.started() for _ in range(2)]
    await line.joined(*workers)
    await line.settled()

    reign = await challenged(line)
    await traffic_until_a_sweep(line, workers, LEADS)
    killed = next(worker for worker in workers if is_sweeping(worker))
    killed.kill()
    workers.append(line.started())
    stamp = now_ms() + (0 if line.is_apache else AHEAD_MS)
    await line.produce([viewed(number, stamp, "again") for number in range(0, LEADS, 7)])
    await line.settled()
    await line.until(lambda: is_judged_by(line, reign.in_force.name), 60.0, "every lead judged by the challenger")
    await line.settled()
    for worker in workers:
        if worker is not killed:
            await worker.terminate()

    await require_champion_as_ever(line)
    told = first_of_each(await challenger_told(line))
    await require_challenger_as_in_force(line, reign, told)
    await require_comparison(line, reign)


async def challenged(line: Installation) -> Reign:
    """Let the second scorecard challenge the file; return what is in force from then on."""
    said = ScorecardActivation(
        type="scorecard_challenge",
        version="slow-2",
        text=SECOND.read_text(encoding="utf-8"),
        published_at=instant(now_ms()),
        published_by="test",
    )
    ends = line.ends.copy()
    await line.produce([Produced("scorecards", b"key", said.model_dump_json().encode(), partition=0)])
    line.ends.clear()
    line.ends.update(ends)  # no input: nobody waits for it to be handled
    (challenge,) = (known := (await known_scorecards(line.settings)).registry).challenges
    return known.reign_at(challenge.active_at)


async def require_champion_as_ever(line: Installation) -> None:
    """Require that stage changes and leads are those of the champion alone."""
    expected = recomputed(await line.handled_input(), load(FIRST).scorecard)
    require_same_moves(first_of_each(await told_so_far(line)), expected.moves)
    leads = await line.leads()
    require_same_leads({name: lead.state for name, lead in leads.items()}, expected, load(FIRST).scorecard)


async def require_challenger_as_in_force(line: Installation, reign: Reign, told: list[Told]) -> None:
    """Require that the challenger told, and has, what it would in force from its instant on."""
    since = reign.in_force.since or 0
    reigns = Reigns(load(FIRST).scorecard, ((since, load(SECOND).scorecard),))
    expected = recomputed(await line.handled_input(), reigns)
    require_same_moves(told, [move for move in expected.moves if move.at >= since])
    assert {one.scorecard_version for one in told} == {"slow-2"}
    leads = await line.leads()
    beside = {
        name: replace(lead.state, standings=lead.challenge.standings, judged_by=lead.challenge.version)
        for name, lead in leads.items()
        if lead.challenge is not None
    }
    require_same_leads(beside, expected, load(SECOND).scorecard)


async def require_comparison(line: Installation, reign: Reign) -> None:
    """Require that all leads are compared, and those that stand apart are told with their reasons."""
    contest = contest_of(reign.champion, load(SECOND).scorecard)
    beside = Beside(reign.champion, contest.challenger, 5)
    awaited = await read_beside(line.settings, beside, reign.in_force.name)
    leads = await line.leads()
    assert (beside.leads, beside.unjudged, awaited) == (len(leads), 0, 0)
    (score,) = beside.scores
    assert score.leads == len(leads)
    assert score.same + score.higher + score.lower <= score.leads
    assert score.apart > 0
    assert all(one.cause.movers for one in beside.listed() if one.cause.is_score)


async def challenger_told(line: Installation) -> list[Told]:
    """Return all stage changes of the challenger, repeats too."""
    records = await line.read("challenger-stage-changes")
    return told_changes((record.value for record in records), topic_prefix=line.settings.topic_prefix)
