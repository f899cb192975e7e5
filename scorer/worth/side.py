"""A side of a score with the cells of one lead: its points at an instant and their bounds over a stretch of time.

Criteria and groups are summed in the order of the file, each sum clipped: criterion, group, side. Knows no score.
"""

from typing import NamedTuple

from scorer.rules.scorecard import Criterion, Group
from scorer.worth.clips import Interval, clipped
from scorer.worth.criteria import PreparedCriterion
from scorer.worth.pooling import Pool


class ClippedCriterion(NamedTuple):
    """A criterion of a group with the lead's cells, and its clips."""

    criterion: Criterion
    prepared: PreparedCriterion
    floor: float
    cap: float


class PreparedGroup(NamedTuple):
    """A group of a side with the lead's cells, and its clips."""

    group: Group
    criteria: tuple[ClippedCriterion, ...]
    floor: float
    cap: float


class PreparedSide(NamedTuple):
    """A side of a score with the lead's cells, and its clips; what is worth 0 at every instant is left out.

    ``is_opposed``: it has gains and penalties of one decay, which tell more of each other than each by itself.
    """

    groups: tuple[PreparedGroup, ...]
    floor: float
    cap: float
    is_opposed: bool


def points_of(side: PreparedSide, at: int) -> float:
    """Return a side's points at an instant."""
    total = 0.0
    for _, criteria, floor, cap in side.groups:
        subtotal = 0.0
        for _, criterion, criterion_floor, criterion_cap in criteria:
            subtotal += clipped(criterion.points(at), criterion_floor, criterion_cap)
        total += clipped(subtotal, floor, cap)
    return clipped(total, side.floor, side.cap)


def added_bounds_of(side: PreparedSide, from_at: int, to_at: int) -> Interval:
    """Return bounds of a side's points in [from_at, to_at]: those of its criteria, clipped and added."""
    low = high = 0.0
    for _, criteria, floor, cap in side.groups:
        group_low = group_high = 0.0
        for _, criterion, criterion_floor, criterion_cap in criteria:
            interval = criterion.interval(from_at, to_at)
            group_low += clipped(interval.low, criterion_floor, criterion_cap)
            group_high += clipped(interval.high, criterion_floor, criterion_cap)
        low += clipped(group_low, floor, cap)
        high += clipped(group_high, floor, cap)
    return Interval(low, high).clipped(side.floor, side.cap)


def pooled_bounds_of(side: PreparedSide, from_at: int, to_at: int) -> Interval:
    """Return bounds of a side's points in [from_at, to_at] without what gains and penalties take back of each other."""
    total = Pool(from_at, to_at)
    for _, criteria, floor, cap in side.groups:
        subtotal = Pool(from_at, to_at)
        for _, criterion, criterion_floor, criterion_cap in criteria:
            subtotal.add(criterion, criterion_floor, criterion_cap)
        total.merge(subtotal, floor, cap)
    return total.bounds().clipped(side.floor, side.cap)
