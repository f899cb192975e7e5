"""Lines over time, each named at its end; names that would lie on each other make way."""

from itertools import groupby
from math import isfinite
from xml.etree.ElementTree import Element

from streams.report.axes import Scale, decimals_of, is_whole, round_instants, round_numbers
from streams.report.markup import element
from streams.report.picture import (
    BOLD_CHARACTER_WIDTH,
    CHARACTER_WIDTH,
    WIDTH,
    behind,
    colour,
    label,
    line,
    picture,
    titled,
)
from streams.report.sections import Curve, Series
from streams.report.wording import clipped, instant, number, with_unit

NAME_CHARACTERS_MAX = 24
_HEIGHT = 300
_HEAD = 30
_FOOT = 34
_LINE_HEIGHT = 17.0


def drawn(curve: Curve) -> list[Element]:
    """Return the picture and the table of lines."""
    values = [value for one in curve.series for value in one.values if value is not None and isfinite(value)]
    if not values:
        return [element("p", {"class": "note"}, "There is nothing to show.")]
    marks = round_numbers(min(0, *values), max(0, *values), is_whole=is_whole(values))
    decimals = decimals_of(marks)
    texts = [number(mark, decimals) for mark in marks]
    names = [_end_name(curve, one) for one in curve.series]
    left = max(len(text) for text in texts) * CHARACTER_WIDTH + 12
    right = WIDTH - max(len(name) for name in names) * BOLD_CHARACTER_WIDTH - 16
    across = Scale(curve.instants[0], curve.instants[-1], left, right)
    up = Scale(marks[0], marks[-1], _HEIGHT, _HEAD)
    parts = [label(0, 10, curve.unit, "quiet")] if curve.unit else []
    for mark, text in zip(marks, texts, strict=True):
        y = up.at(mark)
        parts += [line(left, y, right, y, "base" if mark == 0 else "rule"), label(left - 8, y + 4.5, text, "end quiet")]
    parts += _calendar(curve, across)
    for place, one in enumerate(curve.series):
        shape = element("path", {"d": _path(curve, one, across, up), "class": f"line {colour(place)}"})
        parts.append(titled(shape, one.label))
    parts += _names(curve, names, up, right)
    told = f"Line chart over time: {curve.title}. The table after it has the figures."
    return [picture(_HEIGHT + _FOOT, told, *parts), table(curve)]


def table(curve: Curve) -> Element:
    """Return the values of all instants as a table that opens."""
    head = ["at (UTC)", *(f"{one.label} ({curve.unit})" if curve.unit else one.label for one in curve.series)]
    rows = (
        (instant(at), *(number(one.values[place], curve.decimals) for one in curve.series))
        for place, at in enumerate(curve.instants)
    )
    return behind(head, rows)


def _calendar(curve: Curve, across: Scale) -> list[Element]:
    parts = []
    for at, text in round_instants(curve.instants[0], curve.instants[-1]):
        x = across.at(at)
        parts += [line(x, _HEIGHT, x, _HEIGHT + 5, "base"), label(x, _HEIGHT + 21, text, "middle quiet")]
    return parts


def _path(curve: Curve, one: Series, across: Scale, up: Scale) -> str:
    """Return the way of a line, broken at its gaps."""
    ways = []
    points = zip(curve.instants, one.values, strict=True)
    for is_there, run in groupby(points, key=lambda point: point[1] is not None and isfinite(point[1])):
        if not is_there:
            continue
        way = ""
        for at, value in run:
            x, y = across.at(at), up.at(value or 0)
            if not way:
                way = f"M{x} {y}"
            else:
                way += f"H{x}V{y}" if curve.steps else f"L{x} {y}"
        # A point alone is a line of no length, which round ends make visible.
        ways.append(way if way.count("L") + way.count("H") else f"{way}h0")
    return "".join(ways)


def _last(one: Series) -> int | float | None:
    return next((value for value in reversed(one.values) if value is not None and isfinite(value)), None)


def _end_name(curve: Curve, one: Series) -> str:
    text = with_unit(number(_last(one), curve.decimals), curve.unit if curve.unit == "%" else "")
    return f"{clipped(one.label, NAME_CHARACTERS_MAX)} {text}"


def _names(curve: Curve, names: list[str], up: Scale, right: float) -> list[Element]:
    """Return the names at the lines' ends, moved apart where they would touch."""
    wanted = sorted((up.at(last), place) for place, one in enumerate(curve.series) if (last := _last(one)) is not None)
    heights = apart([y for y, _ in wanted], _LINE_HEIGHT, _HEAD - 12, max(_HEIGHT, _LINE_HEIGHT * len(wanted)))
    return [
        label(right + 8, y + 4.5, names[place], f"named {colour(place)}")
        for y, (_, place) in zip(heights, wanted, strict=True)
    ]


def apart(wanted: list[float], distance: float, low: float, high: float) -> list[float]:
    """Return places near the wanted ones, in the same order, at least a distance from each other and within bounds.

    Example:
        >>> apart([10, 11, 40], 17, 0, 100)
        [10, 27, 44]
        >>> apart([95, 96], 17, 0, 100)
        [83, 100]
    """
    places: list[float] = []
    for place in wanted:
        places.append(max(place, low if not places else places[-1] + distance))
    ceiling = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - distance
    return places
