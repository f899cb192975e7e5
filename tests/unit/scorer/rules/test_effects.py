"""What one more count of a signal can do under a scorecard."""

from dataclasses import replace
from math import inf, log

import pytest

from scorer.rules.decay import Decay, HalfLife, Linear, NoDecay, Step
from scorer.rules.effects import CountEffect, SignalEffects, effects_of
from scorer.rules.scorecard import (
    Criterion,
    Frequency,
    Group,
    InactivityCriterion,
    Limit,
    Measure,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)

HOUR = 3_600_000
DAY = 24 * HOUR
PLAIN = SignalCriterion("pricing", "pricing_viewed", 8.0, False, NoDecay(), None, None, None, None, None)


def effects(*criteria: Criterion) -> SignalEffects:
    """Return the effects of a view of the prices, in buckets of an hour, under some criteria."""
    signal = Signal("pricing_viewed", "page_view", (), Measure("seconds", 10), HOUR, None)
    side = Side((Group("web", criteria, None, None),), None, None, 1.0)
    fit = Side((), None, None, 1.0)
    score = Score("platform", side, fit, 0.0, 100.0, None, (Stage("subscriber", -inf, -inf, 0),))
    scorecard = Scorecard("2026-03", {signal.name: signal}, {score.name: score}, score.name, (1.0, 0.5, 0.0))
    return effects_of(scorecard).by_signal[signal.name]


def effect(criterion: SignalCriterion) -> CountEffect:
    """Return what a count does to one criterion."""
    (only,) = effects(criterion).counts
    return only


@pytest.mark.parametrize(
    ("decay", "stretch", "jump"),
    [
        (NoDecay(), 0.0, 0.0),
        (HalfLife(10 * HOUR), log(2) / 10, 0.0),
        (Linear(10 * HOUR), 0.1, 0.0),
        (Step(DAY, 0.25), 0.0, 0.25),
        (Step(HOUR // 2, 0.25), 0.0, 0.5),
    ],
)
def test_a_mean_that_moves_within_its_bucket_changes_little(decay: Decay, stretch: float, jump: float) -> None:
    """By no more than a decay changes over a bucket's width: a share that it loses at most, or so many steps."""
    found = effect(replace(PLAIN, decay=decay))

    assert (found.points, found.stretch, found.jump) == (8.0, pytest.approx(stretch), jump)


def test_a_criterion_on_a_measure_knows_its_scale() -> None:
    """A criterion on counts has none."""
    assert effect(PLAIN).scale == 0
    assert effect(replace(PLAIN, is_per_measure=True)).scale == 10


def test_limits_are_told_apart() -> None:
    """A later count takes from the others under a limit per window, and brings nothing after the first time."""
    assert (effect(PLAIN).limit, effect(PLAIN).is_first_only) == (inf, False)
    per_day, first = effect(replace(PLAIN, limit=Limit(2, DAY))), effect(replace(PLAIN, limit=Limit(1, None)))
    assert (per_day.limit, per_day.is_first_only) == (2, False)
    assert (first.limit, first.is_first_only) == (inf, True)


def test_counts_of_one_window_differ_by_what_fades_in_its_time() -> None:
    """With a smooth decay; by all of their points where it goes by steps, or where a window takes some of them out."""
    limited = replace(PLAIN, limit=Limit(2, DAY), decay=Linear(10 * DAY))

    assert effect(limited).fade == pytest.approx(0.1)
    assert effect(replace(limited, decay=Step(10 * DAY, 0.5))).fade == 1.0
    assert effect(replace(limited, window_ms=5 * DAY)).fade == 1.0


def test_gates_have_places_of_their_own() -> None:
    """The second gate is not the first, and a criterion without a frequency has none."""
    often = replace(PLAIN, frequency=Frequency(3, None, DAY, is_award=True))
    found = effects(often, PLAIN, replace(often, name="again", points=1.0))

    assert [count.gate for count in found.counts] == [0, -1, 1]
    assert [count.window_ms for count in found.counts] == [DAY, inf, DAY]


@pytest.mark.parametrize(
    "criterion",
    [
        replace(PLAIN, is_per_measure=True, limit=Limit(2, DAY)),
        replace(PLAIN, frequency=Frequency(1, 3, DAY, is_award=False)),
        replace(PLAIN, frequency=Frequency(0, None, DAY, is_award=True)),
    ],
)
def test_what_has_no_bound_says_so(criterion: SignalCriterion) -> None:
    """A limit that shares measures out, a range with an end, a gate that is open from the start."""
    assert not effects(criterion).is_bounded
    assert effects(PLAIN).is_bounded


def test_a_sign_of_life_lasts_for_the_period_less_its_bucket() -> None:
    """Its cell's mean may lie a bucket before it."""
    silent = InactivityCriterion("silent", ("pricing_viewed",), DAY, -5.0, False, None, None)

    (idle,) = effects(silent).idles
    assert idle.reach_ms == DAY - HOUR - 1
