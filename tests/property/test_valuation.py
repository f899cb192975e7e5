"""What a lead is worth equals the design, read a second time; its bounds hold; cells age nearly as activities do."""

import math
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from scorer import Activity, LeadState, ProfileUpdate, Scorecard
from scorer.rules.decay import factor_of
from scorer.rules.retention import derived_keep_ms, derived_width_ms
from scorer.rules.scorecard import Group, HalfLife, Score, Side, Signal, SignalCriterion, Stage
from scorer.worth.valuation import bounds, last_change_at, valued
from scorer.worth.view import view
from tests.oracles import valuation as oracle
from tests.strategies.histories import SPAN_MS, START_AT, histories, instants
from tests.strategies.leads import counted
from tests.strategies.scorecards import DAY_MS, HOUR_MS, decays, scorecards

AGES_MS = st.integers(0, 30 * DAY_MS)


@given(scorecards(), histories(), instants(4 * SPAN_MS))
def test_the_value_is_what_the_design_says(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], at: int
) -> None:
    """An oracle that shares no code comes to the same score, engagement and fit within 1e-9."""
    lead = counted(history, scorecard)
    prepared = view(lead, scorecard)

    for score in scorecard.scores.values():
        valuation = valued(prepared, score, at)
        expected = oracle.points_of(lead, scorecard, score, at)
        for ours, theirs in zip(valuation[:3], expected, strict=True):
            assert math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """Return the first and the last instant of a stretch of time, and some in it."""
    from_at, length_ms = draw(instants(3 * SPAN_MS)), draw(st.integers(0, 3 * DAY_MS))
    return from_at, from_at + length_ms, draw(st.lists(st.integers(from_at, from_at + length_ms), max_size=8))


@given(scorecards(), histories(), stretches())
def test_no_value_of_a_stretch_is_outside_its_bounds(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], stretch: tuple[int, int, list[int]]
) -> None:
    """Not by one bit, at its ends and wherever one looks inside."""
    prepared = view(counted(history, scorecard), scorecard)
    from_at, to_at, inside = stretch

    for score in scorecard.scores.values():
        around = bounds(prepared, score, from_at, to_at)
        for at in (from_at, to_at, *inside):
            valuation = valued(prepared, score, at)
            assert around.score_low <= valuation.score <= around.score_high
            assert around.engagement_low <= valuation.engagement <= around.engagement_high
            assert around.fit == valuation.fit


@given(scorecards(), histories(), instants(3 * SPAN_MS))
def test_the_bounds_of_an_instant_are_its_value(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], at: int
) -> None:
    """So a search that cuts stretches in two always ends."""
    prepared = view(counted(history, scorecard), scorecard)

    for score in scorecard.scores.values():
        valuation = valued(prepared, score, at)
        expected = (valuation.score, valuation.score, valuation.engagement, valuation.engagement, valuation.fit)
        assert bounds(prepared, score, at, at) == expected


@given(scorecards(), histories(), st.lists(AGES_MS, min_size=1, max_size=6))
def test_nothing_changes_after_the_last_change(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], ages_ms: list[int]
) -> None:
    """The horizon that is told is one: engagement and score stay, to the last bit."""
    prepared = view(counted(history, scorecard), scorecard)

    for score in scorecard.scores.values():
        last_at = last_change_at(prepared, score)
        rest = valued(prepared, score, last_at)
        assert all(
            valued(prepared, score, last_at + age_ms) == rest for age_ms in ages_ms if last_at < 250_000_000_000_000
        )


@st.composite
def lone_criteria(draw: st.DrawFn) -> SignalCriterion:
    """Return a criterion that may fade and have a window, with nothing else."""
    periods_ms = (6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
    decay, window_ms = draw(decays(periods_ms)), draw(st.none() | st.sampled_from(periods_ms))
    return SignalCriterion("viewed", "viewed", 1.0, False, decay, window_ms, None, None, None, None)


def alone(criterion: SignalCriterion) -> Scorecard:
    """Return a scorecard of one criterion, with buckets as wide as are derived."""
    signal = Signal("viewed", "page_view", (), None, derived_width_ms([criterion]), derived_keep_ms([criterion]))
    nothing = Side((), None, None, 0.0)
    engagement = Side((Group("web", (criterion,), None, None),), None, None, 1.0)
    ground = Stage("subscriber", -math.inf, -math.inf, 0)
    score = Score("platform", engagement, nothing, -math.inf, math.inf, None, (ground,))
    return Scorecard("2026-03", {"viewed": signal}, {"platform": score}, "platform", (1.0, 0.0, 0.0))


def lead_of(ages_ms: list[int], scorecard: Scorecard) -> LeadState:
    """Return a lead that viewed a page so many milliseconds after the start."""
    views = [Activity(number, "ada", "page_view", START_AT + age_ms, {}) for number, age_ms in enumerate(ages_ms)]
    return counted(views, scorecard)


@given(lone_criteria(), st.lists(AGES_MS, min_size=1, max_size=20), st.integers(0, 60 * DAY_MS))
def test_cells_age_like_activities_on_a_clock_that_is_off_by_less_than_a_bucket(
    criterion: SignalCriterion, ages_ms: list[int], age_ms: int
) -> None:
    """Ageing one by one gives no more than cells a bucket's width earlier, no less than cells a width later."""
    scorecard = alone(criterion)
    width_ms, at = scorecard.signals["viewed"].width_ms, START_AT + 30 * DAY_MS + age_ms
    assume(width_ms <= DAY_MS)
    prepared, score = view(lead_of(ages_ms, scorecard), scorecard), scorecard.scores["platform"]
    factor, window_ms = factor_of(criterion.decay), criterion.window_ms or math.inf
    ages = [at - START_AT - after_ms for after_ms in ages_ms]
    one_by_one = sum(factor(age) for age in ages if age < window_ms)

    earlier, later = (valued(prepared, score, at + shift_ms).score for shift_ms in (-width_ms, width_ms))

    # What a cell is kept less than for ever, 14 half-lives say, is worth less than 1e-4 of each count.
    assert later - 1e-9 <= one_by_one <= earlier + 1e-4 * len(ages_ms)


@given(st.sampled_from((DAY_MS, 7 * DAY_MS, 30 * DAY_MS)), st.lists(AGES_MS, min_size=1, max_size=20), AGES_MS)
def test_half_lives_in_cells_are_one_in_ten_thousand_off_at_most(
    half_life_ms: int, ages_ms: list[int], age_ms: int
) -> None:
    """The width is derived from exactly this bound: (rate x width) ** 2 / 8 <= 1e-4."""
    decay = HalfLife(half_life_ms)
    scorecard = alone(SignalCriterion("viewed", "viewed", 1.0, False, decay, None, None, None, None, None))
    everlasting = replace(scorecard, signals={"viewed": replace(scorecard.signals["viewed"], keep_ms=None)})
    at = START_AT + 31 * DAY_MS + age_ms
    one_by_one = sum(factor_of(decay)(at - START_AT - after_ms) for after_ms in ages_ms)

    prepared = view(lead_of(ages_ms, everlasting), everlasting)

    valuation = valued(prepared, everlasting.scores["platform"], at)
    assert math.isclose(valuation.score, one_by_one, rel_tol=1.03e-4)
