"""Crossings: the first millisecond at which time alone changes a stage or a grade, or an honest bound before it."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from scorer import LeadState, Scorecard, advance, next_crossing, record, value
from scorer.facts.state import Standing
from scorer.judging import crossing
from scorer.rules.scorecard import Frequency, HalfLife, InactivityCriterion, Linear, Step
from scorer.worth.valuation import bounds, valued
from tests.examples.ladders import LADDER, LEAD, MATRIX, MQL, SUBSCRIBER, laddered, page_view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion

FADING = criterion(points=40.0, decay=HalfLife(DAY_MS))
FADED_MS = math.ceil(math.log2(40 / 15) * DAY_MS)
"""When of 40 points, half of which go in a day, less than 15 are left."""


def viewed_at(scorecard: Scorecard, *instants: int) -> LeadState:
    """Return a lead that was judged at each of its views."""
    state = LeadState()
    for at in instants:
        state = record(state, page_view(at), scorecard, at).state
    return state


def is_told(state: LeadState, scorecard: Scorecard, at: int) -> bool:
    """Return whether a judgement at an instant would tell a change."""
    outcome = advance(state, scorecard, at)
    return bool(outcome.stage_changes or outcome.grade_changes)


def test_a_half_life_crosses_where_its_inverse_says() -> None:
    """40 points, of which half goes in a day, are below 15 after log2(40 / 15) days, not a millisecond before."""
    scorecard = laddered(FADING)
    state = viewed_at(scorecard, NOON)

    crossing_at = next_crossing(state, scorecard, NOON)

    assert crossing_at == NOON + FADED_MS
    assert value(state, scorecard, crossing_at).score < 15.0 <= value(state, scorecard, crossing_at - 1).score


@pytest.mark.parametrize(
    ("decay", "expected_ms"),
    [(Linear(DAY_MS), 0.625 * DAY_MS + 1), (Step(DAY_MS, 0.25), 3 * DAY_MS)],
)
def test_other_decays_cross_where_arithmetic_says(decay: Linear | Step, expected_ms: float) -> None:
    """Linear: the first millisecond below 15 of 40; steps: when the third quarter goes."""
    scorecard = laddered(replace(FADING, decay=decay))

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) == NOON + expected_ms


def test_a_window_s_end_is_a_crossing() -> None:
    """A count is in its window while its age is below the window."""
    scorecard = laddered(criterion(points=40.0, window_ms=DAY_MS))

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) == NOON + DAY_MS


def test_a_penalty_that_fades_lifts_a_lead() -> None:
    """Time promotes, too: two terms with different rates cross on the way up."""
    gain, loss = criterion("gain", points=30.0), criterion("loss", points=-20.0, decay=HalfLife(HOUR_MS))
    scorecard = laddered(gain, loss)
    state = viewed_at(scorecard, NOON)

    crossing_at = next_crossing(state, scorecard, NOON)

    assert crossing_at == NOON + HOUR_MS
    (change,) = advance(state, scorecard, crossing_at).stage_changes
    assert (change.from_stage, change.to_stage) == ("subscriber", "lead")


def test_silence_can_open_a_gate_for_a_moment() -> None:
    """Of two views within the window one is left for 10 s, which is when `exactly one` holds; no look in between."""
    scorecard = laddered(criterion(points=30.0, frequency=Frequency(1, 1, DAY_MS, is_award=True)))
    state = viewed_at(scorecard, NOON, NOON + 10_000)
    told = []

    while (at := next_crossing(state, scorecard, state.judged_at)) is not None:
        outcome = advance(state, scorecard, at)
        told += [(change.changed_at - NOON, change.to_stage) for change in outcome.stage_changes]
        state = outcome.state

    assert told == [(DAY_MS, "lead"), (DAY_MS + 10_000, "subscriber")]


def test_the_end_of_a_dwell_is_a_crossing_though_nothing_else_changes_then() -> None:
    """The score is below long before and does not move any more when the dwell ends."""
    patient = (SUBSCRIBER, replace(LEAD, dwell_ms=9 * DAY_MS))
    scorecard = laddered(criterion(points=40.0, window_ms=DAY_MS), stages=patient)

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) == NOON + 9 * DAY_MS


def test_a_grade_crosses_by_itself() -> None:
    """Engagement falls out of its band while the stage stays."""
    scorecard = laddered(replace(FADING, points=80.0), stages=(SUBSCRIBER,), grades=MATRIX)
    state = viewed_at(scorecard, NOON)

    assert state.standings["platform"].grade == "B1"
    assert next_crossing(state, scorecard, NOON) == NOON + DAY_MS + 1
    assert advance(state, scorecard, NOON + DAY_MS + 1).state.standings["platform"].grade == "B2"


def test_inactivity_that_repeats_is_foreseen() -> None:
    """Each further day costs 10 points; the third brings the lead down."""
    idle = InactivityCriterion("idle", ("viewed",), DAY_MS, -10.0, is_repeated=True, cap=None, floor=None)
    scorecard = laddered(criterion(points=40.0), idle)

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) == NOON + 3 * DAY_MS


@pytest.mark.parametrize("points", [10.0, 40.0])
def test_what_never_changes_never_crosses(points: float) -> None:
    """Nobody is woken for nothing: counts that do not fade, below or above a threshold."""
    scorecard = laddered(criterion(points=points))

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) is None


def test_the_bottom_stage_is_not_left_by_fading() -> None:
    """A lead that can only lose points, and has no stage to lose, is quiet for ever."""
    scorecard = laddered(replace(FADING, points=10.0))

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON) is None


def test_a_lead_without_a_standing_differs_at_once() -> None:
    """Not judged yet, or in a stage that a new scorecard does not know: the next millisecond tells."""
    scorecard = laddered(FADING)
    renamed = replace(viewed_at(scorecard, NOON), standings={"platform": Standing("prospect", NOON, None)})

    assert next_crossing(LeadState(), scorecard, NOON) == NOON + 1
    assert next_crossing(renamed, scorecard, NOON) == NOON + 1


def test_of_several_scores_the_first_to_cross_counts() -> None:
    """A lead is woken for whichever of its stages changes next."""
    scorecard = laddered(FADING)
    platform = scorecard.scores["platform"]
    easier = tuple(replace(stage, leave_below=min(stage.leave_below, 5.0)) for stage in LADDER)
    both = replace(
        scorecard, scores={"services": replace(platform, name="services", stages=easier), "platform": platform}
    )

    assert next_crossing(viewed_at(both, NOON), both, NOON) == NOON + FADED_MS


@pytest.mark.parametrize("after_ms", [0, 1, 60_000, 100_000_000, FADED_MS - 1])
def test_the_crossing_is_the_same_from_wherever_one_starts(after_ms: int) -> None:
    """Asked later, the answer stands, as long as it lies ahead."""
    scorecard = laddered(FADING)

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON + after_ms) == NOON + FADED_MS


def test_a_search_that_stops_early_is_early_and_gets_there() -> None:
    """Each answer is in the future, none is too late, and asking on from it leads to the crossing, in a few steps."""
    scorecard = laddered(
        FADING, criterion("loss", points=-4.0, decay=HalfLife(HOUR_MS)), stages=(SUBSCRIBER, LEAD, MQL)
    )
    state = viewed_at(scorecard, NOON)
    crossing_at = next_crossing(state, scorecard, NOON)
    asked = [NOON]

    while asked[-1] != crossing_at:
        at = next_crossing(state, scorecard, asked[-1], 6)
        assert at is not None
        asked.append(at)

    assert all(earlier < later for earlier, later in pairwise(asked))
    assert asked[1] - NOON > (crossing_at - NOON) / 3
    assert not any(is_told(state, scorecard, at) for at in asked[1:-1])


def test_a_search_with_one_evaluation_still_moves_on() -> None:
    """The least purse buys the next millisecond."""
    scorecard = laddered(FADING)

    assert next_crossing(viewed_at(scorecard, NOON), scorecard, NOON, 1) == NOON + 1


def test_a_search_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """About fifty looks find a crossing days away to the millisecond; a purse is never overdrawn by much."""
    scorecard = laddered(FADING)
    state = viewed_at(scorecard, NOON)
    looks: list[str] = []

    def counted(name: str, look: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *asked: looks.append(name) or look(*asked)

    monkeypatch.setattr(crossing, "bounds", counted("bounds", bounds))
    monkeypatch.setattr(crossing, "valued", counted("valued", valued))

    next_crossing(state, scorecard, NOON)
    thorough = len(looks)
    next_crossing(state, scorecard, NOON, 6)

    assert thorough <= 60
    assert len(looks) - thorough <= 7
