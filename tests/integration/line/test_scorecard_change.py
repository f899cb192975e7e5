"""Another scorecard: every lead is judged anew on the old counts, and told so; back again likewise."""

from schemas.lead_score import LeadScore
from scorer.rules.scorecard import Scorecard
from tests.integration.line.conftest import DATA, Install
from tests.line.activities import crowd
from tests.line.comparison import Told, require_same_leads, require_same_moves, told_changes
from tests.line.installation import Installation, now_ms
from tests.oracles.line import Expected, recomputed
from tests.servers.fixtures import ONCE_ON_KAFKA

FIRST, SECOND = DATA / "slow_1.yaml", DATA / "slow_2.yaml"


async def told_so_far(line: Installation) -> list[Told]:
    """Return all stage changes, repeats too."""
    records = await line.read("stage-changes")
    return told_changes((record.value for record in records), topic_prefix=line.settings.topic_prefix)


async def judged_by(line: Installation, expected: Expected) -> Scorecard:
    """Let a worker with this installation's scorecard judge the tables anew, and require that it did, and only that."""
    earlier = len(await told_so_far(line))
    worker = line.started()
    await line.settled()
    await line.until(lambda: is_swept(line), 30.0, "every partition judged anew")
    await line.settled()
    await worker.terminate()

    scorecard = line.scorecard
    facts = await line.facts()
    moves_before = len(expected.moves)
    for lead_id, life in expected.lives.items():
        life.value_by(scorecard, expected.clocks[expected.partition_of[lead_id]])
        life.pass_time(facts[expected.partition_of[lead_id]].clock)
    expected.clocks = {number: facts[number].clock for number in expected.clocks}
    told = await told_so_far(line)
    require_same_moves(told, expected.moves)
    assert len(told) - earlier == len(expected.moves) - moves_before
    require_same_leads({name: lead.state for name, lead in (await line.leads()).items()}, expected, scorecard)
    latest = {}
    for record in await line.read("lead-scores"):
        latest[record.key] = LeadScore.model_validate_json(record.value or b"")
    assert {score.scorecard_version for score in latest.values()} == {scorecard.version}
    return scorecard


async def is_swept(line: Installation) -> bool:
    """Return whether all tables were judged by this installation's scorecard."""
    facts = await line.facts()
    return {fact.scorecard for fact in facts.values()} == {line.scorecard_fingerprint}


@ONCE_ON_KAFKA
async def test_every_lead_is_judged_anew_and_back_again(install: Install) -> None:
    """Each worker judges by its own version all that the one before counted; each change says by which."""
    line = install(scorecard=FIRST)
    await line.create_topics()
    began_at = now_ms()
    await line.produce(crowd(9, leads=60, activities=400, from_at=began_at - 60_000, to_at=began_at))
    worker = line.started()
    await line.settled()
    await worker.terminate()
    expected = recomputed(await line.handled_input(), line.scorecard)
    require_same_moves(await told_so_far(line), expected.moves)

    await judged_by(line.changed(scorecard=SECOND), expected)
    await judged_by(line, expected)
    await judged_by(line.changed(scorecard=SECOND), expected)

    told = await told_so_far(line)
    by_scorecard = [one for one in told if isinstance(one.move.cause, str)]
    assert {one.scorecard_version for one in by_scorecard} == {"slow-1", "slow-2"}
    assert len(by_scorecard) > 60
    assert len({one.id for one in told}) == len(told), "two decisions share an id: a consumer would drop the second"
