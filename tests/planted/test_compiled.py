"""The comparison of compiled and plain modules goes red for each way in which machine code could differ."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from scorer.worth import criteria
from streams.lead import cell_columns
from streams.partition import decode
from tests.promises.compiled import Case, answers, difference
from tests.strategies.plays import lines, received, stored, told

Plant = Callable[[pytest.MonkeyPatch], None]


def whole_numbers_for_floats(planted: pytest.MonkeyPatch) -> None:
    """A weighted count is 2, not 2.0."""
    right = criteria.counted

    def wrong(*given: Any) -> float:
        total = right(*given)
        return int(total) if total.is_integer() else total

    planted.setattr(criteria, "counted", wrong)


def another_last_bit(planted: pytest.MonkeyPatch) -> None:
    """A sum is rounded the other way."""
    right = criteria.faded
    planted.setattr(criteria, "faded", lambda *given: math.nextafter(right(*given), math.inf))


def another_layout(planted: pytest.MonkeyPatch) -> None:
    """A column tells all its numbers: another row, which reads as the same lead."""
    planted.setattr(cell_columns, "some_of", lambda numbers, *, usual: [*numbers] or [usual][:0])


def headers_without_a_value_break_it(planted: pytest.MonkeyPatch) -> None:
    """A type that is looked at more closely than the plain module does."""
    right = decode.is_history

    def wrong(record: Any) -> bool:
        if any(value is None for _, value in record.headers):
            raise TypeError("tuple[str, bytes] object expected; got tuple[str, None]")
        return right(record)

    planted.setattr(decode, "is_history", wrong)


@pytest.mark.parametrize(
    ("plant", "make"),
    [
        (whole_numbers_for_floats, told),
        (another_last_bit, told),
        (another_layout, lines),
        (another_layout, stored),
        (headers_without_a_value_break_it, received),
    ],
)
def test_a_difference_is_found(
    plant: Plant, make: Callable[[int], list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is planted in this process differs from what it said before."""
    cases = make(12)
    before = answers(cases)
    assert difference(cases, before, answers(cases)) is None
    plant(monkeypatch)
    assert difference(cases, before, answers(cases)) is not None
