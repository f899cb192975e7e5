"""Caps and floors that take part of every count, or that nothing ever meets."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from scorer.rules.scorecard import Criterion, FitCriterion, SignalCriterion
from streams.review.doubt import Doubt
from streams.review.reach import SLACK, Reach
from streams.review.subject import PlacedGroup, Subject
from streams.scorecards.finding import quoted, shown
from streams.scorecards.parts import Path


class Clip(NamedTuple):
    """A cap and a floor: where they stand, what they bound, and the most and least that one count of it brings.

    ``one_most`` is infinite where nobody can say.
    """

    path: Path
    cap: float | None
    floor: float | None
    bounded: Reach
    one_most: float
    one_least: float
    of: str


def cap_below_points(subject: Subject) -> Iterator[Doubt]:
    """Doubt caps that cut a single count, where nothing below 0 is summed with it."""
    for clip in _clips(subject):
        if clip.cap is not None and 0 < clip.cap < clip.one_most - SLACK and clip.bounded.low >= 0:
            rule = f"cap is {shown(clip.cap)}, and one count{clip.of} brings {shown(clip.one_most)}"
            yield Doubt("cap_below_points", (*clip.path, "cap"), rule, "raise the cap, or lower the points")


def floor_above_points(subject: Subject) -> Iterator[Doubt]:
    """Doubt floors that cut a single count, where nothing above 0 is summed with it."""
    for clip in _clips(subject):
        if clip.floor is not None and 0 > clip.floor > clip.one_least + SLACK and clip.bounded.high <= 0:
            rule = f"floor is {shown(clip.floor)}, and one count{clip.of} takes {shown(-clip.one_least)}"
            yield Doubt("floor_above_points", (*clip.path, "floor"), rule, "lower the floor, or take fewer points")


def cap_never_reached(subject: Subject) -> Iterator[Doubt]:
    """Doubt caps above all that they bound."""
    for clip in _clips(subject):
        most = clip.bounded.high
        if clip.cap is not None and 0 < most < clip.cap - SLACK:
            rule = f"cap is {shown(clip.cap)}, and it can never be more than {shown(math.ceil(most * 100) / 100)}"
            yield Doubt("cap_never_reached", (*clip.path, "cap"), rule, "lower the cap, or remove it")


def floor_never_reached(subject: Subject) -> Iterator[Doubt]:
    """Doubt floors below all that they bound."""
    for clip in _clips(subject):
        least = clip.bounded.low
        if clip.floor is not None and 0 > least > clip.floor + SLACK:
            rule = f"floor is {shown(clip.floor)}, and it can never be less than {shown(math.floor(least * 100) / 100)}"
            yield Doubt("floor_never_reached", (*clip.path, "floor"), rule, "raise the floor, or remove it")


def one_count(criterion: Criterion) -> float:
    """Return what one count of a criterion brings, after its own cap and floor; 0 where that depends on a measure."""
    points = _one_raw(criterion)
    if isinstance(criterion, FitCriterion):
        return points
    floor = -math.inf if criterion.floor is None else criterion.floor
    cap = math.inf if criterion.cap is None else criterion.cap
    return min(cap, max(floor, points))


def _one_raw(criterion: Criterion) -> float:
    return 0.0 if isinstance(criterion, SignalCriterion) and criterion.is_per_measure else criterion.points


def _clips(subject: Subject) -> Iterator[Clip]:
    """Yield every cap and floor: of criteria, groups, sides."""
    for placed in subject.criteria:
        criterion = placed.criterion
        if isinstance(criterion, FitCriterion) or (criterion.cap is None and criterion.floor is None):
            continue
        raw = subject.reaches_of_all.of_criterion(criterion)
        one = _one_raw(criterion)
        yield Clip(placed.path, criterion.cap, criterion.floor, raw, one, one, "")
    for within in subject.groups:
        if within.group.cap is not None or within.group.floor is not None:
            yield _clip_of_group(within, subject)
    yield from _clips_of_sides(subject)


def _clip_of_group(placed: PlacedGroup, subject: Subject) -> Clip:
    raw = subject.reaches_of_all.of_group(placed.group)
    most = max(placed.group.criteria, key=one_count)
    least = min(placed.group.criteria, key=one_count)
    # The name tells which of them; where both ends are cut it is that of the greatest.
    of = f" of {quoted(most.name if one_count(most) > 0 else least.name)}"
    return Clip(placed.path, placed.group.cap, placed.group.floor, raw, one_count(most), one_count(least), of)


def _clips_of_sides(subject: Subject) -> Iterator[Clip]:
    for name, score in subject.scorecard.scores.items():
        for side_name, side in (("engagement", score.engagement), ("fit", score.fit)):
            if not side.groups or (side.cap is None and side.floor is None):
                continue
            raw = subject.reaches_of_all.of_side(side)
            yield Clip(("scores", name, side_name), side.cap, side.floor, raw, 0.0, 0.0, "")
