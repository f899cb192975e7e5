"""Panels: a small picture for each series, all on one scale."""

from xml.etree.ElementTree import Element

from streams.report.panels import drawn
from streams.report.sections import Curve, Series

DAY_MS = 86_400_000


def shapes(parts: list[Element], tag: str) -> list[Element]:
    """Return all shapes of a kind."""
    return [shape for part in parts for shape in part.iter(tag)]


def test_series_stand_apart_on_one_scale() -> None:
    """The same value is as high in each picture, and where there is none, or zero, nothing is drawn."""
    series = (Series("MQL", (4, 0, None)), Series("SQL", (None, 2, 4)))

    parts = drawn(Curve("Changes", (0, DAY_MS, 2 * DAY_MS), series, unit="changes", panels=True))

    heights = [float(bar.get("height") or 0) for bar in shapes(parts, "rect")]
    assert heights == [heights[0], heights[0] / 2, heights[0]]
    assert [title.text for title in shapes(parts, "title")] == [
        "1970-01-01 00:00: 4\u202fchanges",
        "1970-01-02 00:00: 2\u202fchanges",
        "1970-01-03 00:00: 4\u202fchanges",
    ]
    assert [text.text for text in shapes(parts, "text") if text.get("class") == "strong"] == ["MQL", "SQL"]


def test_the_table_behind_has_every_instant() -> None:
    """As that of a curve."""
    parts = drawn(Curve("Changes", (0, DAY_MS), (Series("MQL", (4, None)),), panels=True))

    assert [cell.text for cell in shapes(parts, "td")] == ["4", "–"]


def test_nothing_to_show_is_said() -> None:
    """No axis without a value."""
    assert [part.text for part in drawn(Curve("Changes", (), (), panels=True))] == ["There is nothing to show."]
