"""How wide buckets are and how long cells are kept, worked out from the criteria."""

import math

import pytest

from scorer.rules.retention import (
    KEEP_LEAST_MS,
    WIDTH_FOR_EVER_MS,
    WIDTHS_MS,
    Valuer,
    derived_keep_ms,
    derived_width_ms,
)
from scorer.rules.scorecard import Frequency, HalfLife, InactivityCriterion, Limit, Linear, NoDecay, Step
from tests.examples.scorecards import DAY_MS, HOUR_MS, MINUTE_MS, NOON, criterion

SILENCE = InactivityCriterion("silent", ("viewed",), 30 * DAY_MS, -5.0, False, None, None)
FIRST = Limit(1, None)


@pytest.mark.parametrize(
    ("valuer", "width_ms"),
    [
        (criterion(decay=HalfLife(7 * DAY_MS)), 6 * HOUR_MS),
        (criterion(decay=HalfLife(DAY_MS)), 30 * MINUTE_MS),
        (criterion(decay=HalfLife(MINUTE_MS)), MINUTE_MS),
        (criterion(decay=Linear(30 * DAY_MS)), 3 * HOUR_MS),
        (criterion(decay=Step(10 * DAY_MS, 0.5)), HOUR_MS),
        (criterion(window_ms=HOUR_MS), MINUTE_MS),
        (criterion(window_ms=365 * DAY_MS), DAY_MS),
        (criterion(decay=HalfLife(7 * DAY_MS), window_ms=DAY_MS), 5 * MINUTE_MS),
        (criterion(frequency=Frequency(15, None, 30 * DAY_MS, False)), 3 * HOUR_MS),
        (SILENCE, 3 * HOUR_MS),
        (criterion(limit=Limit(3, DAY_MS), decay=HalfLife(365 * DAY_MS)), DAY_MS),
        (criterion(limit=Limit(3, 5 * HOUR_MS), decay=HalfLife(365 * DAY_MS)), HOUR_MS),
        (criterion(limit=Limit(3, 7 * MINUTE_MS), decay=HalfLife(365 * DAY_MS)), MINUTE_MS),
        (criterion(limit=FIRST, decay=HalfLife(7 * DAY_MS)), 6 * HOUR_MS),
        (criterion(limit=FIRST, is_per_measure=True), DAY_MS),
        (criterion(limit=FIRST), WIDTH_FOR_EVER_MS),
        (criterion(), WIDTH_FOR_EVER_MS),
    ],
)
def test_a_width_is_the_greatest_that_the_rule_allows(valuer: Valuer, width_ms: int) -> None:
    """(rate x width) ** 2 / 8 <= 1e-4 for a half-life, a 240th of a period, a divisor of a limit's window."""
    assert derived_width_ms([valuer]) == width_ms


def test_the_half_life_rule_is_met_and_the_next_width_would_break_it() -> None:
    """For any half-life above half an hour (below, a minute is the least)."""
    for half_life_ms in (HOUR_MS, 5 * HOUR_MS, DAY_MS, 11 * DAY_MS, 24 * DAY_MS):
        width_ms = derived_width_ms([criterion(decay=HalfLife(half_life_ms))])
        wider_ms = WIDTHS_MS[WIDTHS_MS.index(width_ms) + 1]

        errors = [(math.log(2) / half_life_ms * width) ** 2 / 8 for width in (width_ms, wider_ms)]

        assert errors[0] <= 1e-4 < errors[1]


def test_the_strictest_criterion_decides_the_width() -> None:
    """All criteria of a signal look at the same cells."""
    strict, loose = criterion(window_ms=2 * DAY_MS), criterion(decay=HalfLife(30 * DAY_MS))

    assert derived_width_ms([loose, strict]) == derived_width_ms([strict]) == 10 * MINUTE_MS
    assert derived_width_ms([criterion(), SILENCE]) == 3 * HOUR_MS


def test_one_bucket_for_ever_takes_every_instant() -> None:
    """Up to the year 9999, which the wire ends with."""
    assert {at // WIDTH_FOR_EVER_MS for at in (0, NOON, 253_402_300_799_999)} == {0}
    assert derived_width_ms([]) == WIDTH_FOR_EVER_MS


def test_widths_divide_a_day() -> None:
    """So buckets never straddle midnight."""
    assert all(DAY_MS % width_ms == 0 for width_ms in WIDTHS_MS)
    assert list(WIDTHS_MS) == sorted(WIDTHS_MS)


def test_a_limit_that_no_bucket_divides_is_refused() -> None:
    """With its name, its window and what to give instead."""
    with pytest.raises(ValueError, match=r'"views".* 90500 ms.*whole minutes'):
        derived_width_ms([criterion(limit=Limit(3, 90_500), decay=HalfLife(DAY_MS))])


@pytest.mark.parametrize(
    ("valuer", "keep_ms"),
    [
        (criterion(decay=HalfLife(7 * DAY_MS)), 98 * DAY_MS),
        (criterion(decay=Linear(30 * DAY_MS)), 30 * DAY_MS),
        (criterion(decay=Step(10 * DAY_MS, 0.25)), 40 * DAY_MS),
        (criterion(decay=Step(10 * DAY_MS, 0.3)), 40 * DAY_MS),
        (criterion(decay=Step(10 * DAY_MS, 0.33333)), 30 * DAY_MS),
        (criterion(decay=Step(10 * DAY_MS, 1.0)), 10 * DAY_MS),
        (criterion(window_ms=90 * DAY_MS), 90 * DAY_MS),
        (criterion(window_ms=90 * DAY_MS, limit=Limit(3, DAY_MS)), 90 * DAY_MS),
        (criterion(decay=HalfLife(7 * DAY_MS), window_ms=20 * DAY_MS), 20 * DAY_MS),
        (criterion(frequency=Frequency(3, None, 60 * DAY_MS, False), decay=HalfLife(DAY_MS)), 60 * DAY_MS),
        (criterion(frequency=Frequency(3, None, 60 * DAY_MS, True), limit=FIRST), 60 * DAY_MS),
        (criterion(decay=HalfLife(HOUR_MS)), KEEP_LEAST_MS),
        (criterion(limit=FIRST), KEEP_LEAST_MS),
        (SILENCE, KEEP_LEAST_MS),
        (criterion(), None),
    ],
)
def test_a_keep_is_as_long_as_the_criterion_needs(valuer: Valuer, keep_ms: int | None) -> None:
    """And never less than the lateness that is allowed; for ever if nothing fades."""
    assert derived_keep_ms([valuer]) == keep_ms


def test_the_longest_keep_of_all_criteria_decides() -> None:
    """For ever is longer than any."""
    month, year = criterion(window_ms=30 * DAY_MS), criterion(window_ms=365 * DAY_MS)

    assert derived_keep_ms([month, year, SILENCE]) == 365 * DAY_MS
    assert derived_keep_ms([month, criterion()]) is None
    assert derived_keep_ms([]) == KEEP_LEAST_MS


def test_undecaying_counts_under_a_limit_need_a_keep_of_their_own() -> None:
    """Nobody but the author knows how long; the message names three ways out."""
    with pytest.raises(ValueError, match=r'"views" of signal "viewed".*a keep.*a decay or a window'):
        derived_keep_ms([criterion(decay=NoDecay(), limit=Limit(3, DAY_MS))])
