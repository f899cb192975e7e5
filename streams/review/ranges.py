"""Rows of ranges: company sizes as bands of points, visits as steps of a frequency. Where they overlap or leave a gap.

Ranges one within the other are a way to give more for the better part, and so are two that go up from two numbers. A
gap is doubted where one whole number (or one point) is left out, or where the row has no other.
"""

import math
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from scorer.rules.conditions import Range
from streams.review.doubt import Doubt
from streams.review.subject import Subject
from streams.scorecards.finding import quoted, shown
from streams.scorecards.loading import signal_name
from streams.scorecards.parts import Path

JOINTS_LEAST = 2
"""How many joints without a gap make a row in which one gap is no choice."""


_SOME = 2


class Stretch(NamedTuple):
    """A range of a criterion: its ends, which of them belong to it, and the path of either."""

    low: float
    has_low: bool
    high: float
    has_high: bool
    low_path: Path
    high_path: Path
    name: str


def ranges_overlap(subject: Subject) -> Iterator[Doubt]:
    """Doubt ranges of which each has values of its own and both have some."""
    for row, what in _rows(subject):
        for one, other in pairwise(sorted(row, key=lambda stretch: (stretch.low, stretch.high))):
            if _is_within(one, other) or _is_within(other, one) or not _have_common(one, other):
                continue
            shared = shown(other.low) if other.low == one.high else f"{shown(other.low)} to {shown(one.high)}"
            rule = f"{what} of {shared} is also in the range of criterion {quoted(one.name)}, so both count"
            fix = "let one range begin where the other ends: above beside at_most, or below beside at_least"
            yield Doubt("ranges_overlap", other.low_path, rule, fix)


def ranges_leave_gap(subject: Subject) -> Iterator[Doubt]:
    """Doubt gaps of one value, and the only gap of a row."""
    for row, what in _rows(subject):
        ordered = sorted(row, key=lambda stretch: (stretch.low, stretch.high))
        if any(_is_within(one, other) or _is_within(other, one) for one, other in combinations(ordered, 2)):
            continue
        joints = [(one, other, _gap(one, other)) for one, other in pairwise(ordered)]
        closed = sum(gap is None for _, _, gap in joints)
        gaps = [(one, other, gap) for one, other, gap in joints if gap is not None]
        for one, other, gap in gaps:
            if gap != 1 and not (len(gaps) == 1 and closed >= JOINTS_LEAST):
                continue
            rule = f"no range has {what} {_left_out(one, other)}, between {quoted(one.name)} and {quoted(other.name)}"
            fix = "let one range begin where the other ends"
            yield Doubt("ranges_leave_gap", other.low_path, rule, fix)


def _rows(subject: Subject) -> Iterator[tuple[list[Stretch], str]]:
    """Yield the ranges of each attribute, and of each signal's frequencies in one span; two at least."""
    for score_name in subject.scorecard.scores:
        rows: dict[tuple[object, ...], list[Stretch]] = {}
        for placed, on_profile in subject.on_profile(score_name):
            test, field = on_profile.condition.test, on_profile.condition.field
            if isinstance(test, Range) and on_profile.points:
                path = (*placed.path, "where", field)
                rows.setdefault(("fit", field), []).append(_stretch_of(test, path, on_profile.name))
        for placed, criterion in subject.on_signals(score_name):
            gate = criterion.frequency
            if gate is not None and criterion.points:
                counts = Range(at_least=gate.at_least, at_most=gate.at_most)
                stretch = _stretch_of(counts, (*placed.path, "frequency"), criterion.name)
                rows.setdefault((signal_name(criterion.signal), gate.window_ms, gate.is_award), []).append(stretch)
        for key, row in rows.items():
            if len(row) > 1:
                yield row, str(key[1]) if key[0] == "fit" else "a count"


def _stretch_of(test: Range, path: Path, name: str) -> Stretch:
    """Return the range of a test."""
    low = test.at_least if test.at_least is not None else test.above
    high = test.at_most if test.at_most is not None else test.below
    return Stretch(
        -math.inf if low is None else float(low),
        test.above is None,
        math.inf if high is None else float(high),
        test.below is None,
        (*path, "above" if test.above is not None else "at_least"),
        (*path, "below" if test.below is not None else "at_most"),
        name,
    )


def _is_within(one: Stretch, other: Stretch) -> bool:
    """Tell whether all of one range is in another."""
    is_low_in = one.low > other.low or (one.low == other.low and (other.has_low or not one.has_low))
    is_high_in = one.high < other.high or (one.high == other.high and (other.has_high or not one.has_high))
    return is_low_in and is_high_in


def _have_common(one: Stretch, other: Stretch) -> bool:
    """Tell whether some value is in both of two ranges, the one that begins lower first."""
    return other.low < one.high or (other.low == one.high and one.has_high and other.has_low)


def _gap(one: Stretch, other: Stretch) -> int | None:
    """Return how many whole numbers lie between two ranges; None without a gap, `_SOME` where the ends are not whole.

    Between ranges in whole numbers (at most 10, at least 11) nothing is missing.
    """
    if other.low < one.high or (other.low == one.high and (one.has_high or other.has_low)):
        return None
    if not (one.high.is_integer() and other.low.is_integer()):
        return _SOME
    first = one.high + 1 if one.has_high else one.high
    last = other.low - 1 if other.has_low else other.low
    return int(last - first + 1) or None


def _left_out(one: Stretch, other: Stretch) -> str:
    """Return the values between two ranges, for people."""
    low = shown(one.high) if not one.has_high else f"above {shown(one.high)}"
    high = shown(other.low) if not other.has_low else f"below {shown(other.low)}"
    return low if low == high else f"{low} and {high}"
