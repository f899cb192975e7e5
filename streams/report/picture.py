"""What all charts share: the picture with its name, the key to its series, and the figures behind it as a table.

Pictures are drawn for a width of 960 and shrink with the page. Colours are classes of the style sheet, which has them
for light, dark and paper; no colour is the only sign of anything: series are named beside their lines, or stand in the
order of the key.
"""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from streams.report.markup import element
from streams.report.sections import Series

WIDTH = 960
COLOURS = 6
"""Series that have a colour of their own; later ones take them again, and their lines are dashed."""

CHARACTER_WIDTH = 7.8
"""Of the 13 pixel type of pictures, on average in the widest of usual types; there is no ruler here."""

BOLD_CHARACTER_WIDTH = 8.8


def picture(height: float, told: str, *parts: Element) -> Element:
    """Return a picture; ``told`` is what it shows, for who cannot see it."""
    attributes = {"viewBox": f"0 0 {WIDTH} {round(height)}", "role": "img", "aria-label": told}
    return element("div", {"class": "chart"}, element("svg", attributes, *parts))


def label(x: float, y: float, text: str, kind: str = "") -> Element:
    """Return a text in a picture; ``kind`` are classes: ``end`` and ``middle`` align it, ``quiet`` is for axes."""
    return element("text", {"x": round(x, 1), "y": round(y, 1), "class": kind or "plain"}, text)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Element:
    """Return a straight line."""
    return element("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind})


def titled(shape: Element, title: str) -> Element:
    """Return a shape that tells what it is when it is pointed at."""
    shape.insert(0, element("title", None, title))
    return shape


def colour(place: int) -> str:
    """Return the class of a series' colour, by its place."""
    return f"c{place % COLOURS}" + (" again" if place >= COLOURS else "")


def key(series: Sequence[Series]) -> list[Element]:
    """Return the names of series with their colours; nothing for one alone, which the title names."""
    if len(series) < 2:
        return []
    names = (element("li", None, element("i", {"class": colour(place)}), one.label) for place, one in enumerate(series))
    return [element("ul", {"class": "key"}, *names)]


def behind(head: Sequence[str], rows: Iterable[Sequence[str]], summary: str = "The figures as a table") -> Element:
    """Return a chart's figures as a table that opens; the first column names the row."""
    heads = (element("th", {"scope": "col"}, name) for name in head)
    body = (
        element("tr", None, element("th", {"scope": "row"}, row[0]), *(element("td", None, cell) for cell in row[1:]))
        for row in rows
    )
    table = element(
        "table",
        {"class": "figures"},
        element("thead", None, element("tr", None, *heads)),
        element("tbody", None, *body),
    )
    return element("details", None, element("summary", None, summary), element("div", {"class": "wide"}, table))
