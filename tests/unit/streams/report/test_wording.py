"""How numbers and instants are written."""

import pytest

from streams.report.wording import clipped, figure, instant, number, with_unit


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1_234_567, 0, "1,234,567"),
        (-0.5, 1, "−0.5"),
        (-0.04, 1, "0.0"),
        (62.05, 1, "62.0"),
        (None, 0, "–"),
        (float("nan"), 0, "–"),
        (float("-inf"), 2, "–"),
    ],
)
def test_a_number_is_legible(value: float | None, decimals: int, text: str) -> None:
    """Thousands stand apart, minus is a minus, zero has no sign, and what is no number is a dash."""
    assert number(value, decimals) == text


def test_a_figure_is_short() -> None:
    """Whole numbers have no decimals, others one, and texts stay."""
    assert [figure(value) for value in (12_480, 31.25, 4.0, "1 in 9")] == ["12,480", "31.2", "4", "1 in 9"]


@pytest.mark.parametrize("at", [None, -1, 10**18, float("nan")])
def test_what_is_no_instant_is_a_dash(at: float | None) -> None:
    """Instants outside the calendar are never guessed."""
    assert instant(at) == "–"


def test_an_instant_is_shown_in_utc() -> None:
    """To the minute, aligned, whatever the machine's time zone."""
    assert instant(1_790_000_000_000) == "2026-09-21 14:13"


def test_a_long_name_is_cut_with_a_sign() -> None:
    """Who reads it knows that there is more."""
    assert (clipped("pricing_page_viewed", 8), clipped("demo", 8)) == ("pricing…", "demo")


def test_a_unit_stands_at_its_number() -> None:
    """No unit leaves no space."""
    assert (with_unit("12", "%"), with_unit("12", "")) == ("12\u202f%", "12")
