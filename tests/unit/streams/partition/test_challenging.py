"""A challenger beside the champion: on the same cells, at the same instants, on a topic of its own."""

from dataclasses import replace
from functools import partial

import pytest

import streams.partition.challenging
import streams.partition.pages
from streams.lead.lead import Lead
from streams.partition.challenging import stands
from streams.partition.changes import Stands
from streams.partition.fold import Fold
from streams.partition.records import Ordered, Taken
from streams.scorecards.contest import contest_of
from tests.builders.folding import CHALLENGER_CHANGES, LEAD_SCORES, STAGE_CHANGES, decoder, outputs, rules
from tests.builders.owning import Worker
from tests.builders.records import DAY, NOW, SECOND, Record, form_fill, page_view
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, in_virtual_time
from tests.promises.activations import ACTIVE_AT, views
from tests.promises.challenging import CHALLENGER, CHAMPION, book, check_challenger


@pytest.mark.parametrize("crash_after", [None, 3, 5])
@in_virtual_time
async def test_a_challenger_decides_what_it_would_in_force(
    crash_after: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else becomes another thing; also after a crash at any commit of its first look at all leads."""
    await check_challenger(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"), crash_after=crash_after)


@in_virtual_time
async def test_nothing_is_left_of_a_challenger_that_was_withdrawn() -> None:
    """Rows are as without one; what it told stays told, and it tells no more."""
    withdrawn_at = ACTIVE_AT + SECOND
    worker = Worker(kafka=views(), scorecards=book((ACTIVE_AT, CHALLENGER), (withdrawn_at, None)))
    worker.kafka.store(page_view("/pricing", lead="lead-3", offset=20, at=withdrawn_at + SECOND))
    async with worker.working():
        await worker.caught_up()
        await elapse(1)

    assert worker.said(CHALLENGER_CHANGES)
    assert {change["scorecard_version"] for change in worker.said(STAGE_CHANGES)} == {CHAMPION.version}
    for name in ("lead-0", "lead-3", "lead-new"):
        assert (await worker.lead(name)).challenge is None


@in_virtual_time
async def test_another_challenger_begins_where_the_champion_has_the_leads() -> None:
    """Not where the one before it had them."""
    strict = tiny_scorecard("tiny-3", lead_at=30.0)
    worker = Worker(kafka=views(), scorecards=book((ACTIVE_AT, CHALLENGER), (ACTIVE_AT + SECOND, strict)))
    worker.kafka.store(page_view("/blog", lead="lead-8", offset=20, at=ACTIVE_AT + 2 * SECOND))
    async with worker.working():
        await worker.caught_up()
        await elapse(1)

    lead = await worker.lead("lead-5")
    assert lead.challenge is not None
    assert (lead.challenge.version, lead.challenge.standings["default"].stage) == ("tiny-3", "subscriber")
    told = [change for change in worker.said(CHALLENGER_CHANGES) if change["lead_id"] == "lead-5"]
    assert [change["scorecard_version"] for change in told] == ["tiny-2"]


def folded(leads: dict[str, Lead], *records: Record, lead_at: float | None = 25.0) -> Fold:
    """Fold records under the tiny scorecard, and a challenger that asks for more; None for no challenger."""
    other = None if lead_at is None else tiny_scorecard("tiny-2", lead_at=lead_at)
    by = replace(rules(tiny_scorecard()), challenger=other)
    fold = Fold(leads, (), 0, by, outputs(tiny_scorecard()))
    for item in decoder().decoded([Ordered(record.timestamp, record) for record in records]):
        assert isinstance(item, Taken)
        leads.setdefault(item.lead_id, Lead())
        fold.take(item)
    return fold


def test_each_tells_on_its_own_topic() -> None:
    """The first view makes a lead by the champion only, the second one an MQL by both."""
    fold = folded({}, page_view("/pricing"), page_view("/pricing", offset=1, at=NOW + SECOND))

    changes = fold.changes()

    topics = [message.topic for message in changes.messages]
    assert topics == [STAGE_CHANGES, LEAD_SCORES, STAGE_CHANGES, LEAD_SCORES, CHALLENGER_CHANGES]
    assert [tally.stands for tally in changes.tally.challenges] == [
        (("default", Stands.LOWER),),
        (("default", Stands.SAME),),
    ]


def test_a_lead_is_woken_for_whoever_changes_first() -> None:
    """The challenger lets it fall below 15 points, the champion later."""
    without, with_one = (
        folded({}, page_view("/pricing"), lead_at=lead_at).changes().due["lead-ada"] for lead_at in (None, 15.0)
    )

    assert without is not None
    assert with_one is not None
    assert with_one < without


def test_without_a_challenger_a_row_is_as_it_was() -> None:
    """Nothing of one is in it."""
    views_ = [page_view("/pricing", offset=place, at=NOW + place) for place in range(3)]
    leads: dict[str, Lead] = {}
    folded(leads, *views_, lead_at=None).changes()

    assert leads["lead-ada"].challenge is None


def test_what_it_alone_counted_stays_counted_when_it_is_promoted() -> None:
    """In the champion's cells, from the challenge on: forms in buckets that the champion does not know."""
    champion = tiny_scorecard()
    (group,) = champion.scores["default"].engagement.groups
    signal = replace(champion.signals["form_sent"], name="form_sent@1h", width_ms=3_600_000)
    criteria = (group.criteria[0], replace(group.criteria[1], signal=signal.name))  # type: ignore[call-arg]  # it values a signal
    score = champion.scores["default"]
    score = replace(score, engagement=replace(score.engagement, groups=(replace(group, criteria=criteria),)))
    other = replace(
        champion, version="tiny-2", signals={**champion.signals, signal.name: signal}, scores={"default": score}
    )
    contest = contest_of(champion, other)
    leads = {"lead-ada": Lead()}
    by = replace(rules(contest.champion), challenger=contest.challenger)
    fold = Fold(leads, (), 0, by, outputs(champion))
    for item in decoder().decoded([Ordered(NOW, form_fill())]):
        fold.take(item)
    fold.changes()

    promoted = Fold(leads, (), NOW, rules(other), outputs(other))
    promoted.rescore("lead-ada")
    promoted.changes()

    assert contest.fresh == ("form_sent",)
    assert [lead.state.standings["default"].stage for lead in leads.values()] == ["mql"]
    assert leads["lead-ada"].challenge is None
    assert leads["lead-ada"].state.judged_by == "tiny-2"


def test_what_breaks_by_a_challenger_breaks_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record counts, the champion tells what it has to, and the lead is tried again a day later."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(streams.partition.challenging, "challenged", broken)
    leads: dict[str, Lead] = {}
    changes = folded(leads, page_view("/pricing")).changes()

    assert [message.topic for message in changes.messages] == [STAGE_CHANGES, LEAD_SCORES]
    assert [tally.is_failed for tally in changes.tally.challenges] == [True]
    assert (changes.due["lead-ada"] or 0) <= NOW + DAY


@pytest.mark.parametrize(
    ("champion", "challenger", "where"),
    [
        ("lead", "lead", Stands.SAME),
        ("lead", "mql", Stands.HIGHER),
        ("lead", "subscriber", Stands.LOWER),
        ("lead", "hot", Stands.ELSEWHERE),
    ],
)
def test_where_a_challenger_has_a_lead(champion: str, challenger: str, where: Stands) -> None:
    """By the champion's ladder."""
    assert stands(["subscriber", "lead", "mql"], champion, challenger) is where
