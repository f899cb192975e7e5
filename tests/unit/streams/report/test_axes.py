"""Axes: round numbers that hold all values, round instants of the calendar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.report.axes import Scale, decimals_of, is_whole, round_instants, round_numbers
from streams.report.wording import moment

MINUTE_MS = 60_000
DAY_MS = 86_400_000
MONDAY_AT = 1_790_553_600_000
"""2026-09-28 00:00 UTC."""


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_round_numbers_hold_all_values(one: float, other: float) -> None:
    """The axis begins at or below the lowest and ends at or above the highest, with few marks in even steps."""
    low, high = min(one, other), max(one, other)

    marks = round_numbers(low, high)

    slack = (abs(high) + abs(low) + 1e-9) * 1e-6
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack
    assert 2 <= len(marks) <= 7
    assert marks == sorted(set(marks))


@pytest.mark.parametrize(
    ("spread_ms", "labels"),
    [
        (5 * MINUTE_MS, ["28 Sep 2026", "00:01", "00:02", "00:03", "00:04", "00:05"]),
        (DAY_MS // 2, ["28 Sep 2026", "03:00", "06:00", "09:00", "12:00"]),
        (3 * DAY_MS, ["28 Sep 2026", "12:00", "29 Sep", "12:00", "30 Sep", "12:00", "1 Oct"]),
        (30 * DAY_MS, ["28 Sep 2026", "5 Oct", "12 Oct", "19 Oct", "26 Oct"]),
        (300 * DAY_MS, ["Nov 2026", "Jan 2027", "Mar 2027", "May 2027", "Jul 2027"]),
        (2_000 * DAY_MS, ["2027", "2028", "2029", "2030", "2031", "2032"]),
    ],
)
def test_round_instants_are_those_of_the_calendar(spread_ms: int, labels: list[str]) -> None:
    """A reader sees dates that a person would choose, and of which year they are."""
    marks = round_instants(MONDAY_AT, MONDAY_AT + spread_ms)

    assert [label for _, label in marks] == labels


@given(st.integers(0, 4 * 10**12), st.integers(0, 10**12))
def test_round_instants_stay_on_the_axis(first_at: int, spread_ms: int) -> None:
    """None lies outside, none comes twice, and there is room for their labels."""
    marks = [at for at, _ in round_instants(first_at, first_at + spread_ms)]

    assert marks == sorted(set(marks))
    assert len(marks) <= 13
    assert all(first_at <= at <= first_at + spread_ms for at in marks)
    assert all(moment(at).second == 0 for at in marks)


def test_a_scale_lays_values_on_the_picture() -> None:
    """Ends fall on ends; a stretch of no length falls on its beginning."""
    assert [Scale(0, 10, 300, 20).at(value) for value in (0, 5, 10)] == [300, 160, 20]
    assert Scale(3, 3, 50, 90).at(3) == 50


def test_counts_have_no_halves() -> None:
    """No axis of leads or changes has a mark between two whole numbers."""
    assert round_numbers(0, 9, is_whole=True) == [0, 5, 10]
    assert round_numbers(0, 1, wanted=2, is_whole=True) == [0, 1]
    assert [is_whole([0, 3, 2.0]), is_whole([0.5])] == [True, False]


def test_marks_are_told_apart_by_their_decimals() -> None:
    """As many as needed and no more."""
    assert [decimals_of(marks) for marks in ([0.0, 500.0], [0.0, 2.5], [0.0, 0.01])] == [0, 1, 2]
