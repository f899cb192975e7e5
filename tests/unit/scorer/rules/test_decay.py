"""Decay: the share that is left at an age."""

import math
from collections.abc import Callable

import pytest

from scorer.rules.decay import HALF_LIVES_TO_ZERO, Decay, HalfLife, Linear, NoDecay, Step, factor_of, settled_age_ms
from tests.examples.scorecards import DAY_MS


@pytest.mark.parametrize(
    ("decay", "age_ms", "factor"),
    [
        (NoDecay(), 10**15, 1.0),
        (HalfLife(7 * DAY_MS), 7 * DAY_MS, 0.5),
        (HalfLife(7 * DAY_MS), 14 * DAY_MS, 0.25),
        (HalfLife(7 * DAY_MS), 3.5 * DAY_MS, 0.5**0.5),
        (HalfLife(1), 10**15, 0.0),
        (Linear(10 * DAY_MS), 4 * DAY_MS, 0.6),
        (Linear(10 * DAY_MS), 10 * DAY_MS, 0.0),
        (Linear(10 * DAY_MS), 11 * DAY_MS, 0.0),
        (Step(DAY_MS, 0.25), DAY_MS - 1, 1.0),
        (Step(DAY_MS, 0.25), DAY_MS, 0.75),
        (Step(DAY_MS, 0.25), 2.5 * DAY_MS, 0.5),
        (Step(DAY_MS, 0.25), 4 * DAY_MS, 0.0),
        (Step(DAY_MS, 0.7), 2 * DAY_MS, 0.0),
    ],
)
def test_a_factor_at_an_age(decay: Decay, age_ms: float, factor: float) -> None:
    """Shares of linear and step decay are of the original points; nothing goes below nothing."""
    assert factor_of(decay)(age_ms) == pytest.approx(factor, abs=1e-15)


@pytest.mark.parametrize("decay", [NoDecay(), HalfLife(DAY_MS), Linear(DAY_MS), Step(DAY_MS, 0.5)])
@pytest.mark.parametrize("age_ms", [0, -1, -DAY_MS * 9.5])
def test_an_age_of_zero_or_below_keeps_all(decay: Decay, age_ms: float) -> None:
    """An activity from the future counts as if it happened now."""
    assert factor_of(decay)(age_ms) == 1.0


def test_the_power_function_is_the_one_of_the_core_to_the_last_bit() -> None:
    """Same bits everywhere: 0.5 ** x, and neither exp2 nor exp of the logarithm, which differ from it."""
    ages = [number * 7_777_777 for number in range(1, 2_000)]
    factor = factor_of(HalfLife(7 * DAY_MS))

    assert all(factor(age) == 0.5 ** (age / (7 * DAY_MS)) for age in ages)
    assert any(factor(age) != math.exp(-math.log(2) * age / (7 * DAY_MS)) for age in ages)


@pytest.mark.parametrize("decay", [NoDecay(), HalfLife(DAY_MS), Linear(DAY_MS), Step(DAY_MS, 0.3), Step(DAY_MS, 1 / 3)])
def test_a_factor_never_grows(decay: Decay) -> None:
    """What all bounds rest on; looked at closely where steps and ends are."""
    factor = factor_of(decay)
    ages = sorted({shift + days * DAY_MS for days in range(6) for shift in (-1, -0.25, 0, 0.25, 1, 7, 40_000_000)})

    factors = [factor(age) for age in ages]

    assert factors == sorted(factors, reverse=True)
    assert all(0 <= one <= 1 for one in factors)


@pytest.mark.parametrize("decay", [NoDecay(), HalfLife(DAY_MS), Linear(DAY_MS), Step(DAY_MS, 0.3), Step(DAY_MS, 1.0)])
def test_nothing_changes_from_the_settled_age_on(decay: Decay) -> None:
    """Not by a bit, and a half-life is told as exactly as the others."""
    settled_ms = settled_age_ms(decay)

    assert factor_of(decay)(settled_ms) == factor_of(decay)(settled_ms * 2 + DAY_MS)
    assert 0.5 ** (HALF_LIVES_TO_ZERO - 2) > 0


@pytest.mark.parametrize(
    "refused",
    [lambda: HalfLife(0), lambda: Linear(-1), lambda: Step(0, 0.5), lambda: Step(1, 0.0), lambda: Step(1, 1.01)],
)
def test_a_decay_without_a_span_or_a_share_is_refused(refused: Callable[[], Decay]) -> None:
    """There is nothing that it could mean."""
    with pytest.raises(ValueError, match="above 0"):
        refused()
