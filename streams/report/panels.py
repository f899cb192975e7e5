"""Values over time that jump, such as counts a day: a small picture for each series, below each other, on one scale."""

from math import isfinite
from xml.etree.ElementTree import Element

from streams.report.axes import Scale, decimals_of, is_whole, round_instants, round_numbers
from streams.report.curve import table
from streams.report.markup import element
from streams.report.picture import CHARACTER_WIDTH, WIDTH, label, line, picture, titled
from streams.report.sections import Curve, Series
from streams.report.wording import instant, number, with_unit

_PANEL = 62
_HEAD = 30
_FOOT = 30
_UNIT = 12
_WIDE_MAX = 16.0


def drawn(curve: Curve) -> list[Element]:
    """Return the pictures, as one, and the table of values."""
    values = [value for one in curve.series for value in one.values if value is not None and isfinite(value)]
    if not values:
        return [element("p", {"class": "note"}, "There is nothing to show.")]
    marks = round_numbers(min(0, *values), max(0, *values), wanted=2, is_whole=is_whole(values))
    decimals = decimals_of(marks)
    left = max(len(number(mark, decimals)) for mark in marks) * CHARACTER_WIDTH + 12
    slot = (WIDTH - left) / len(curve.instants)
    across = Scale(curve.instants[0], curve.instants[-1], left + slot / 2, WIDTH - slot / 2)
    parts = [label(0, 10, curve.unit, "quiet")] if curve.unit else []
    top = _UNIT if curve.unit else 0
    for place, one in enumerate(curve.series):
        foot = top + (place + 1) * (_PANEL + _HEAD)
        up = Scale(marks[0], marks[-1], foot, foot - _PANEL)
        parts.append(label(left, foot - _PANEL - 7, one.label, "strong"))
        for mark in (marks[0], marks[-1], 0.0):
            y = up.at(mark)
            parts.append(line(left, y, WIDTH, y, "base" if mark == 0 else "rule"))
            parts.append(label(left - 8, y + 4.5, number(mark, decimals), "end quiet"))
        parts += _sticks(curve, one, across, up, min(slot * 0.8, _WIDE_MAX))
    low = top + len(curve.series) * (_PANEL + _HEAD)
    for at, text in round_instants(curve.instants[0], curve.instants[-1]):
        x = across.at(at)
        parts += [line(x, low, x, low + 5, "base"), label(x, low + 21, text, "middle quiet")]
    told = f"Bar charts over time, one for each series: {curve.title}. The table after them has the figures."
    return [picture(low + _FOOT, told, *parts), table(curve)]


def _sticks(curve: Curve, one: Series, across: Scale, up: Scale, wide: float) -> list[Element]:
    """Return a bar for each instant that has a value other than zero."""
    parts = []
    for at, value in zip(curve.instants, one.values, strict=True):
        if not value or not isfinite(value):
            continue
        zero, end = up.at(0), up.at(value)
        size = {"x": round(across.at(at) - wide / 2, 1), "y": min(zero, end), "width": round(wide, 1)}
        bar = element("rect", {**size, "height": round(abs(end - zero), 1), "class": "c0"})
        parts.append(titled(bar, f"{instant(at)}: {with_unit(number(value, curve.decimals), curve.unit)}"))
    return parts
