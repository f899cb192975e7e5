"""Spans of time as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from schemas.duration import DURATION_MS_MAX, duration_ms, duration_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("45s", 45_000), ("30m", 1_800_000), ("12h", 43_200_000), ("7d", 604_800_000), ("2w", 1_209_600_000)],
)
def test_a_span_is_a_number_and_a_unit(text: str, expected: int) -> None:
    """Seconds, minutes, hours, days and weeks."""
    assert duration_ms(text) == expected


@pytest.mark.parametrize("value", ["", "7", 7, "d", "7 d", "7D", "1.5d", "-1d", "1d12h", "1mo", "1y", None, True, "٧d"])
def test_what_is_no_span_is_refused_with_examples(value: object) -> None:
    """The refusal shows how a span is written, and what a month is."""
    with pytest.raises(PydanticCustomError, match="such as 30m, 12h or 7d"):
        duration_ms(value)


def test_zero_and_more_than_ten_years_are_refused() -> None:
    """A span of nothing is a mistake, and so is one that no scorecard outlives."""
    with pytest.raises(PydanticCustomError, match="above 0 or remove the key"):
        duration_ms("0d")
    assert duration_ms("3650d") == DURATION_MS_MAX
    with pytest.raises(PydanticCustomError, match="at most 3650d"):
        duration_ms("3651d")


@given(st.integers(1, DURATION_MS_MAX // 1000))
def test_a_span_is_written_as_it_is_read(seconds: int) -> None:
    """Text and milliseconds are two forms of one span."""
    assert duration_ms(duration_text(seconds * 1000)) == seconds * 1000
