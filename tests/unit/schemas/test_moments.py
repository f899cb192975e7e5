"""Instants and spans as people write them in case files."""

import pytest
from pydantic_core import PydanticCustomError

from schemas.moments import instant_of, moment_of, span_ms

NOW = 1_791_036_420_000  # 2026-10-03 14:07 UTC
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("text", "expected", "unit_ms"),
    [
        ("2026-10-03", NOW - 14 * HOUR - 7 * MINUTE, DAY),
        ("2026-10-03 14:07", NOW, MINUTE),
        ("2026-10-03T14:07Z", NOW, MINUTE),
        ("2026-10-03 14:07 UTC", NOW, MINUTE),
        ("2026-10-03 16:07 +02:00", NOW, MINUTE),
        ("2026-10-03 14:07:00", NOW, 1_000),
        ("2026-10-03 14:07:00.5", NOW + 500, 1),
        ("now", NOW, MINUTE),
        ("3 days before", NOW - 3 * DAY, DAY),
        ("3d before", NOW - 3 * DAY, DAY),
        ("1 day 12 hours before", NOW - 36 * HOUR, HOUR),
        ("1 week and 1 day after", NOW + 8 * DAY, DAY),
        ("2h after", NOW + 2 * HOUR, HOUR),
    ],
)
def test_an_instant_is_what_it_says(text: str, expected: int, unit_ms: int) -> None:
    """Dates, times with and without an offset, and spans before and after now; each stands for its smallest unit."""
    moment = moment_of(text)

    assert (moment.instant(NOW), moment.unit_ms) == (expected, unit_ms)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("tomorrow", "write a date"),
        ("2026-02-30", "there is no such day or time"),
        ("2026-10-03 25:00", "there is no such day or time"),
        ("0001-01-01 00:00 +14:00", "there is no such day or time"),
        ("1969-12-31", "give a date from 1970 to 2999"),
        ("3000-01-01", "give a date from 1970 to 2999"),
        ("4000 days before", "at most 3650 days"),
        ("999999999w after", "at most 3650 days"),
        ("3 months before", "write a date"),
        ("-3 days before", "write a date"),
        ("٣ days before", "write a date"),
        ("", "write a date"),
        (14, "write a date"),
        (None, "write a date"),
        ({}, "write a date"),
    ],
)
def test_what_is_no_instant_is_refused_with_the_way_out(text: object, fix: str) -> None:
    """No such day, out of range, another language."""
    with pytest.raises(PydanticCustomError, match=fix):
        moment_of(text)


def test_now_itself_is_a_date() -> None:
    """What `before` counts from cannot be before something else."""
    with pytest.raises(PydanticCustomError, match="write a date, or a date and a time"):
        instant_of("3 days before")


SPANS = [("22h", 22 * HOUR), ("1 day 12 hours", 36 * HOUR), ("90 minutes", 90 * MINUTE)]


@pytest.mark.parametrize(("text", "expected"), SPANS)
def test_a_span_is_what_it_says(text: str, expected: int) -> None:
    """Units short and in full."""
    assert span_ms(text) == expected


@pytest.mark.parametrize("text", ["0h", "1 month", "h", 7, None, "3650 days 1s", "1.5d"])
def test_what_is_no_span_is_refused(text: object) -> None:
    """Nothing, months, fractions, more than ten years."""
    with pytest.raises(PydanticCustomError):
        span_ms(text)
