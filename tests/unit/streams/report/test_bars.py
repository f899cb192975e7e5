"""Bars are as long as their values, named, and numbered."""

from xml.etree.ElementTree import Element

from streams.report.bars import drawn
from streams.report.sections import Bars, Series


def rectangles(parts: list[Element]) -> list[Element]:
    """Return the bars that were drawn."""
    return [shape for part in parts for shape in part.iter("rect")]


def texts(parts: list[Element]) -> list[str]:
    """Return what the picture says."""
    return [shape.text or "" for part in parts for shape in part.iter("text")]


def cells(parts: list[Element]) -> list[str]:
    """Return the table behind the picture."""
    return [cell.text or "" for part in parts for cell in part.iter() if cell.tag in {"td", "th"}]


def test_lying_bars_begin_at_zero_and_are_as_long_as_their_values() -> None:
    """Twice the value is twice the length, to the left for what is below zero."""
    parts = drawn(Bars("Points", ("demo", "pricing", "jobs"), (Series("mean", (20, 10, -10)),), decimals=1))

    widths = [float(bar.get("width") or 0) for bar in rectangles(parts)]
    starts = [float(bar.get("x") or 0) for bar in rectangles(parts)]
    assert abs(widths[0] - 2 * widths[1]) <= 0.2
    assert abs(widths[1] - widths[2]) <= 0.2
    assert starts[0] == starts[1]
    assert abs(starts[2] + widths[2] - starts[0]) <= 0.2
    assert texts(parts) == ["demo", "20.0", "pricing", "10.0", "jobs", "−10.0"]


def test_upright_bars_stand_on_zero() -> None:
    """All have their foot at one height; each has its number while there is room."""
    bars = Bars("Score", ("0–10", "10–20"), (Series("leads", (300, 40)),), unit="leads", upright=True)

    parts = drawn(bars)

    feet = {round(float(bar.get("y") or 0) + float(bar.get("height") or 0), 1) for bar in rectangles(parts)}
    assert feet == {280.0}
    assert {"300", "40", "0–10", "10–20", "leads"} <= set(texts(parts))


def test_the_table_behind_has_every_figure() -> None:
    """Who cannot see the picture, or doubts it, reads the numbers."""
    series = (Series("2026-10", (1200, None)), Series("2026-11", (1100, 0)))

    parts = drawn(Bars("Hits", ("pricing", "demo"), series, unit="times"))

    expected = ["", "2026-10\u202f(times)", "2026-11\u202f(times)", "pricing", "1,200", "1,100", "demo", "–", "0"]
    assert cells(parts) == expected
    assert [item.get("class") for item in parts[0].iter("i")] == ["c0", "c1"]


def test_more_categories_than_an_eye_compares_are_in_the_table_only() -> None:
    """The picture says how many it leaves out; the table leaves out none."""
    names = tuple(f"criterion-{number}" for number in range(60))

    parts = drawn(Bars("Hits", names, (Series("hits", tuple(range(60))),)))

    assert len(rectangles(parts)) == 40
    assert "20 more are in the table." in [part.text for part in parts]
    assert set(names) <= set(cells(parts))


def test_nothing_to_show_is_said() -> None:
    """No axis without a value."""
    parts = drawn(Bars("Hits", ("demo",), (Series("hits", (None,)),)))

    assert [part.text for part in parts] == ["There is nothing to show."]
