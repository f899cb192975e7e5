"""Which way a lead goes by time alone is worked out as a worker would come to it."""

from dataclasses import replace

import pytest

from scorer import Activity, LeadState, advance, record
from scorer.foresight.course import course
from scorer.foresight.purse import Purse
from scorer.rules.scorecard import InactivityCriterion
from tests.builders.scorecards import DAY, tiny_scorecard

CARD = tiny_scorecard()


@pytest.fixture
def keen() -> LeadState:
    """A lead that looked at prices twice on day 0: 40 points, which halve every day."""
    state = LeadState()
    for fingerprint in (1, 2):
        state = record(state, Activity(fingerprint, "", "page_view", 0, {"path": "/pricing"}), CARD, 1_000).state
    return state


@pytest.mark.parametrize(
    ("day", "stage"), [(0.5, "mql"), (1, "lead"), (2.5, "lead"), (3.5, "subscriber"), (9_000, "subscriber")]
)
def test_a_lead_falls_rung_by_rung(keen: LeadState, day: float, stage: str) -> None:
    """40 points are mql down to 25 and lead down to 5, so days later it stands lower, though nobody judged it since."""
    at = int(day * DAY)

    then = course(keen, CARD, "default").lead_at(at, CARD)

    assert then is not None
    assert then.standings["default"].stage == stage
    assert advance(keen, CARD, at).state.standings["default"].stage == stage


def test_each_fall_has_its_instant(keen: LeadState) -> None:
    """40 points are below 25 after log2(1.6) days, and below 5 after 3."""
    turns = course(keen, CARD, "default").turns

    assert [(turn.from_stage, turn.to_stage) for turn in turns] == [("mql", "lead"), ("lead", "subscriber")]
    assert turns[0].changed_at == pytest.approx(0.678072 * DAY, abs=1_000)
    assert turns[1].changed_at == pytest.approx(3 * DAY, abs=2)


def test_a_walk_that_is_too_long_is_not_walked(keen: LeadState) -> None:
    """Steps and looks are bounded: beyond them the stage is not known, and none is made up."""
    for way in (course(keen, CARD, "default", steps_max=1), course(keen, CARD, "default", purse=Purse(1))):
        assert way.is_cut_short
        assert way.stage_at(9_000 * DAY) is None
        assert way.stage_at(way.known_until) is not None
        assert way.lead_at(9_000 * DAY, CARD) is None


def test_what_lies_before_the_last_judgement_is_not_told(keen: LeadState) -> None:
    """A stage remembers its path, which is not kept."""
    assert course(keen, CARD, "default").stage_at(keen.judged_at - 1) is None


def test_a_lead_of_four_thousand_wake_ups_is_answered(keen: LeadState) -> None:
    """A penalty each minute for ever would wake it millions of times: the walk ends, and says up to when it knows."""
    (group, *_) = CARD.scores["default"].engagement.groups
    penalty = InactivityCriterion("silence", ("pricing_viewed",), 60_000, -0.001, True, None, None)
    score = CARD.scores["default"]
    side = replace(score.engagement, groups=(replace(group, criteria=(*group.criteria, penalty)),))
    card = replace(CARD, scores={"default": replace(score, engagement=side, lowest=-1e9)})

    way = course(keen, card, "default")

    assert way.stage_at(5 * DAY) == "subscriber"
