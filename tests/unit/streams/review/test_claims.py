"""What a doubt tells in figures is what the core reckons: when a ladder is left, what one count brings."""

from dataclasses import replace

import pytest

from scorer import Activity, Scorecard, value
from scorer.rules.decay import Decay, HalfLife, Linear
from scorer.rules.scorecard import Criterion, SignalCriterion, Stage
from streams.review.review import doubts
from tests.builders.scorecards import DAY, tiny_scorecard
from tests.strategies.leads import counted

HOUR = DAY // 24
START = 20_000 * DAY


def changed(decay: Decay, points: float, *, cap: float | None = None, leave_below: float = 28.0) -> Scorecard:
    """Return the tiny scorecard with another criterion on prices alone, and mql from 30 on."""
    scorecard = tiny_scorecard()
    score = scorecard.scores[scorecard.default_score]
    group = score.engagement.groups[0]
    pricing: Criterion = group.criteria[0]
    assert isinstance(pricing, SignalCriterion)
    alone = replace(group, criteria=(replace(pricing, decay=decay, points=points, cap=cap),))
    stages = (score.stages[0], Stage("mql", 30.0, leave_below, 0))
    one = replace(score, engagement=replace(score.engagement, groups=(alone,)), stages=stages)
    return replace(scorecard, scores={score.name: one})


def worth(scorecard: Scorecard, views: int, age_ms: int) -> float:
    """Return the score of a lead that viewed prices some times, so long ago."""
    viewed = [Activity(number, "ada", "page_view", START, {"path": "/pricing"}) for number in range(1, views + 1)]
    return value(counted(viewed, scorecard), scorecard, START + age_ms).score


def told(scorecard: Scorecard, code: str) -> list[str]:
    """Return what is said by doubts of a kind."""
    return [doubt.rule for doubt in doubts(scorecard) if doubt.code == code]


@pytest.mark.parametrize(
    ("decay", "leave_below", "hours"),
    [(HalfLife(DAY), 28.0, 3), (HalfLife(7 * DAY), 28.5, 13), (Linear(10 * DAY), 28.1, 16)],
)
def test_a_ladder_is_left_when_it_is_said_to_be(decay: Decay, leave_below: float, hours: int) -> None:
    """A lead at the threshold by what it did is below the lower one at the hour that is told, not the hour before."""
    scorecard = changed(decay, 10.0, leave_below=leave_below)

    (rule,) = told(scorecard, "ladder_flaps")
    assert rule.endswith(f"leaves after {hours}h at the latest")
    assert worth(scorecard, 3, 0) >= 30.0
    assert worth(scorecard, 3, hours * HOUR) < leave_below <= worth(scorecard, 3, (hours - 1) * HOUR)


def test_a_ladder_without_hysteresis_is_left_at_once() -> None:
    """After a second already."""
    scorecard = changed(HalfLife(DAY), 10.0, leave_below=30.0)

    assert told(scorecard, "ladder_flaps")[0].endswith("leaves at once")
    assert worth(scorecard, 3, 1_000) < 30.0


def test_a_cap_cuts_a_single_count() -> None:
    """One view brings the cap and no more."""
    scorecard = changed(HalfLife(DAY), 20.0, cap=12.0)

    assert told(scorecard, "cap_below_points") == ["cap is 12, and one count brings 20"]
    assert worth(scorecard, 1, 0) == 12.0


def test_one_count_is_worth_two_ladders() -> None:
    """One view lifts a new lead to twice the highest threshold."""
    scorecard = changed(HalfLife(DAY), 60.0)

    assert told(scorecard, "points_exceed_ladder") == ["one count brings 60, and the highest stage begins at 30"]
    assert worth(scorecard, 1, 0) == 60.0
