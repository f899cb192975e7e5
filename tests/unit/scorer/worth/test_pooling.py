"""Gains and penalties that fade alike are bounded by what is left of both; a clip that can act keeps them apart."""

import pytest

from scorer.rules.scorecard import Decay, Frequency, HalfLife, Linear, NoDecay, SignalCriterion, Step
from scorer.worth.valuation import pooled_bounds, view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, card_of, criterion, lead_of, score_of, side_of, viewed


def pooled_of(*criteria: SignalCriterion, days: tuple[float, float], cap: float | None = None) -> tuple[float, float]:
    """Return the pooled bounds of the engagement of a lead with two views, of which the first expires after 14 days."""
    score = score_of(side_of(*criteria, cap=cap), side_of())
    card = card_of(signals=[viewed(keep_ms=14 * DAY_MS, width_ms=1)], score=score)
    prepared = view(lead_of(card, NOON - 3 * HOUR_MS, NOON), card)
    found = pooled_bounds(prepared, score, *(NOON + int(day * DAY_MS) for day in days))
    return found.engagement_low, found.engagement_high


@pytest.mark.parametrize("decay", [HalfLife(DAY_MS), Linear(5 * DAY_MS), Step(DAY_MS, 0.25), NoDecay()])
@pytest.mark.parametrize("days", [(0, 1), (2, 30), (-1, 900)])
def test_gains_and_penalties_that_fade_alike_are_bounded_by_what_is_left_of_both(
    decay: Decay, days: tuple[float, float]
) -> None:
    """Ten points gained and lost by each view, and 40 that stay for good: 40, whatever fades, ends and expires."""
    rest = criterion("rest", points=40.0, frequency=Frequency(0, None, 30 * DAY_MS, is_award=True))
    gain, loss = criterion(decay=decay), criterion("loss", points=-10.0, decay=decay)

    assert pooled_of(rest, gain, loss, days=days) == (40.0, 40.0)


def test_what_fades_in_two_ways_is_not_pooled() -> None:
    """A gain that halves in a day, a penalty that halves in two: bounded apart."""
    gain, loss = criterion(decay=HalfLife(DAY_MS)), criterion("loss", points=-10.0, decay=HalfLife(2 * DAY_MS))

    assert pooled_of(gain, loss, days=(0, 1))[0] < -5.0


@pytest.mark.parametrize("cap", [12.0, 9.0])
def test_a_clip_that_can_act_keeps_gain_and_penalty_apart(cap: float) -> None:
    """A criterion that fades under its cap loses nothing at first, while the penalty fades."""
    gain, loss = criterion(decay=HalfLife(DAY_MS), cap=cap), criterion("loss", points=-10.0, decay=HalfLife(DAY_MS))

    low, high = pooled_of(gain, loss, days=(0, 2))

    assert low < cap - 19.0
    assert high > cap - 6.0
