"""Figures as cases expect them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.figures import Figure, FigureRules, decimals_of

FIGURE: TypeAdapter[FigureRules] = TypeAdapter(Figure)


@pytest.mark.parametrize(
    ("written", "holds", "fails", "text"),
    [
        (62, (61.5, 62.0, 62.49999, 62.5), (61.49, 62.51), "62"),
        (62.0, (61.95, 62.05), (61.94, 62.06), "62.0"),
        (0.25, (0.245, 0.2549), (0.24, 0.256), "0.25"),
        (-18, (-18.0, -17.6), (-17.4, 18.0), "-18"),
        ("60 to 65", (60.0, 65.0), (59.99, 65.01), "60 to 65"),
        ("62 +- 2", (60.0, 64.0), (59.9, 64.1), "60 to 64"),
        ("62 ± 0.5", (61.5, 62.5), (61.4,), "61.5 to 62.5"),
        ({"at_least": 60}, (60.0, 1e9), (59.999,), "at least 60"),
        ({"above": 60, "below": 61}, (60.5,), (60.0, 61.0), "above 60 and below 61"),
        ({"at_most": 3}, (3.0, 2.9999999999 + 1e-10), (3.01,), "at most 3"),
    ],
)
def test_a_figure_holds_for_what_it_says(
    written: object, holds: tuple[float, ...], fails: tuple[float, ...], text: str
) -> None:
    """A bare number holds for what rounds to it, with as many decimals as it is written with."""
    figure = FIGURE.validate_python(written)

    assert all(figure.holds(value) for value in holds)
    assert not any(figure.holds(value) for value in fails)
    assert figure.text() == text


@pytest.mark.parametrize(
    "written", ["sixty", "65 to 60", "60-65", {}, {"atleast": 6}, True, None, [60, 65], float("nan"), 1e300, "1 to"]
)
def test_what_is_no_figure_is_refused(written: object) -> None:
    """Words, ranges that go down, truth values, unknown keys."""
    with pytest.raises(ValidationError):
        FIGURE.validate_python(written)


def test_decimals_are_those_that_are_written() -> None:
    """Very small and very large numbers have some too."""
    assert [decimals_of(figure) for figure in (62, 62.0, 0.25, 1e-12, 1e22)] == [0, 1, 2, 9, 0]
