"""Where leads stand by a scorecard and its challenger: counted, and the weightiest differences listed with reasons."""

from dataclasses import replace

from scorer import UNJUDGED, LeadState
from streams.comparison.beside import Beside
from streams.lead.lead import Challenge, Lead
from tests.builders.folding import Partition
from tests.builders.records import NOW, page_view
from tests.builders.scorecards import tiny_scorecard

CHAMPION, CHALLENGER = tiny_scorecard("tiny-1"), tiny_scorecard("tiny-2", pricing_points=35.0)


def judged(views: int) -> Lead:
    """Return a lead that looked at the prices so often, judged by both."""
    leads = []
    for scorecard in (CHAMPION, CHALLENGER):
        partition = Partition(scorecard)
        partition.handle(*(page_view("/pricing", offset=place, at=NOW + place) for place in range(views)))
        leads.append(partition.lead())
    return replace(leads[0], challenge=Challenge("tiny-2", leads[1].state.standings))


def test_leads_are_counted_by_both_stages() -> None:
    """One view is a lead by one and an MQL by the other; two are an MQL by both."""
    beside = Beside(CHAMPION, CHALLENGER, 10)

    beside.take("lead-ada", judged(1), NOW)
    beside.take("lead-bob", judged(2), NOW)

    (score,) = beside.scores
    assert dict(score.matrix) == {("lead", "mql"): 1, ("mql", "mql"): 1}
    assert (score.leads, score.same, score.higher, score.lower, score.agreement) == (2, 1, 1, 0, 0.5)
    (apart,) = beside.listed()
    assert (apart.lead_id, apart.champion, apart.challenger) == ("lead-ada", "lead", "mql")
    assert [mover.name for mover in apart.cause.movers] == ["pricing_viewed"]
    assert dict(score.movers) == {"pricing_viewed": 1}


def test_the_weightiest_are_listed() -> None:
    """By how many points they are worth more or less; the others are counted only."""
    beside = Beside(CHAMPION, CHALLENGER, 1)
    beside.take("lead-ada", judged(1), NOW)
    heavy = judged(3)
    standings = {"default": replace(heavy.state.standings["default"], stage="sql")}
    beside.take("lead-bob", replace(heavy, challenge=Challenge("tiny-2", standings)), NOW)

    assert [one.lead_id for one in beside.listed()] == ["lead-bob"]
    assert beside.scores[0].apart == 2


def test_who_was_not_judged_by_both_is_left_out() -> None:
    """By another challenger, by none, or by neither since its past became known."""
    beside = Beside(CHAMPION, CHALLENGER, 10)
    lead = judged(1)
    assert lead.challenge is not None

    beside.take("lead-ada", replace(lead, challenge=None), NOW)
    beside.take("lead-bob", replace(lead, challenge=replace(lead.challenge, version="tiny-0")), NOW)
    beside.take("lead-cay", replace(lead, state=replace(lead.state, judged_by=UNJUDGED)), NOW)
    beside.take("lead-dan", Lead(LeadState()), NOW)

    assert (beside.leads, beside.unjudged, beside.scores[0].leads) == (4, 4, 0)
    assert beside.scores[0].agreement is None
