"""Bars: lying ones with names and numbers beside them, upright ones for ranges in order. All begin at zero."""

from xml.etree.ElementTree import Element

from streams.report.axes import Scale, decimals_of, is_whole, round_numbers
from streams.report.markup import element
from streams.report.picture import CHARACTER_WIDTH, WIDTH, behind, colour, key, label, line, picture, titled
from streams.report.sections import Bars
from streams.report.wording import clipped, number, with_unit

CATEGORIES_DRAWN_MAX = 40
"""Of lying bars; nobody compares more by eye. The table behind them has all."""

NAME_CHARACTERS_MAX = 46
_HEIGHT_UPRIGHT = 280
_FOOT = 34
_HEAD = 30
UNITS_ASIDE = ("", "%", "€", "$")
"""Units that stand beside each number; longer words stand once, above."""

_ROOM_FOR_NUMBERS = 110
_NUMBERED_MAX = 14


def drawn(bars: Bars) -> list[Element]:
    """Return the key, the picture and the table of bars."""
    values = [value for one in bars.series for value in one.values if value is not None]
    if not values:
        return [element("p", {"class": "note"}, "There is nothing to show.")]
    shown = _upright(bars, values) if bars.upright else _lying(bars, values)
    left_out = len(bars.categories) - CATEGORIES_DRAWN_MAX
    more = [] if bars.upright or left_out <= 0 else [_of_the_rest(left_out)]
    head = ["", *(with_unit(one.label, f"({bars.unit})") if bars.unit else one.label for one in bars.series)]
    rows = (
        (name, *(number(one.values[place], bars.decimals) for one in bars.series))
        for place, name in enumerate(bars.categories)
    )
    return [*key(bars.series), shown, *more, behind(head, rows)]


def _of_the_rest(count: int) -> Element:
    return element("p", {"class": "note"}, f"{number(count)} more are in the table.")


def _told(bars: Bars) -> str:
    return f"Bar chart: {bars.title}. The table after it has the figures."


def _lying(bars: Bars, values: list[int | float]) -> Element:
    """Draw one category below the other."""
    names = [clipped(name, NAME_CHARACTERS_MAX) for name in bars.categories[:CATEGORIES_DRAWN_MAX]]
    left = max(len(name) for name in names) * CHARACTER_WIDTH + 16
    thick = 16
    slot = thick * len(bars.series) + 10
    head = 0 if bars.unit in UNITS_ASIDE else _HEAD
    room = _ROOM_FOR_NUMBERS if min(values) < 0 else 0
    scale = Scale(min(0, *values), max(0, *values), left + room, WIDTH - _ROOM_FOR_NUMBERS)
    parts = [label(0, 12, bars.unit, "quiet")] if head else []
    for place, name in enumerate(names):
        top = head + place * slot + 5
        named = label(left - 10, top + (slot - 10) / 2 + 4.5, name, "end")
        parts.append(titled(named, bars.categories[place]) if name != bars.categories[place] else named)
        for which, one in enumerate(bars.series):
            parts += _lying_bar(bars, one.values[place], scale, top + which * thick, (thick, which))
    height = head + len(names) * slot
    return picture(height, _told(bars), *parts, line(scale.at(0), head, scale.at(0), height, "base"))


def _lying_bar(bars: Bars, value: int | float | None, scale: Scale, top: float, of: tuple[int, int]) -> list[Element]:
    """Return a bar and its number; ``of`` is how thick it is and which series it is of."""
    thick, which = of
    text = with_unit(number(value, bars.decimals), bars.unit if bars.unit in UNITS_ASIDE and value is not None else "")
    zero, end = scale.at(0), scale.at(value or 0)
    size = {"x": min(zero, end), "y": top, "width": round(abs(end - zero), 1), "height": thick - 1}
    aside = label(end - 6, top + thick - 3.5, text, "end value") if end < zero else None
    return [
        element("rect", {**size, "class": colour(which)}),
        aside if aside is not None else label(end + 6, top + thick - 3.5, text, "value"),
    ]


def _upright(bars: Bars, values: list[int | float]) -> Element:
    """Draw one category beside the other, over an axis."""
    marks = round_numbers(min(0, *values), max(0, *values), is_whole=is_whole(values))
    decimals = decimals_of(marks)
    texts = [number(mark, decimals) for mark in marks]
    left = max(len(text) for text in texts) * CHARACTER_WIDTH + 12
    scale = Scale(marks[0], marks[-1], _HEIGHT_UPRIGHT, _HEAD)
    parts = [label(0, 10, bars.unit, "quiet")] if bars.unit else []
    for mark, text in zip(marks, texts, strict=True):
        y = scale.at(mark)
        parts += [line(left, y, WIDTH, y, "base" if mark == 0 else "rule"), label(left - 8, y + 4.5, text, "end quiet")]
    slot = (WIDTH - left) / len(bars.categories)
    longest = max(len(name) for name in bars.categories) * CHARACTER_WIDTH + 10
    every = max(1, -(-int(longest) // max(1, int(slot))))
    for place, name in enumerate(bars.categories):
        middle = left + slot * (place + 0.5)
        parts += _standing(bars, place, scale, (middle, slot))
        if place % every == 0:
            parts.append(label(middle, _HEIGHT_UPRIGHT + 20, name, "middle quiet"))
    return picture(_HEIGHT_UPRIGHT + _FOOT, _told(bars), *parts)


def _standing(bars: Bars, place: int, scale: Scale, room: tuple[float, float]) -> list[Element]:
    """Return the bars of one category; ``room`` is its middle and its width."""
    middle, slot = room
    wide = min(56.0, slot * 0.8 / len(bars.series))
    begin = middle - wide * len(bars.series) / 2
    parts = []
    for which, one in enumerate(bars.series):
        value = one.values[place]
        if value is None:
            continue
        zero, end = scale.at(0), scale.at(value)
        size = {"x": round(begin + which * wide, 1), "y": min(zero, end), "width": round(wide - 1, 1)}
        bar = element("rect", {**size, "height": round(abs(end - zero), 1), "class": colour(which)})
        text = number(value, bars.decimals)
        parts.append(titled(bar, f"{bars.categories[place]}, {one.label}: {with_unit(text, bars.unit)}"))
        if len(bars.series) == 1 and len(bars.categories) <= _NUMBERED_MAX:
            parts.append(label(middle, min(zero, end) - 6, text, "middle value"))
    return parts
