"""Floors and caps, of a number and of an interval of numbers. Knows nothing that is clipped."""

from typing import NamedTuple


class Interval(NamedTuple):
    """What a value is never below and never above over a stretch of time."""

    low: float
    high: float

    def clipped(self, floor: float, cap: float) -> "Interval":
        """Return the interval of what clipping makes of its numbers."""
        return Interval(clipped(self.low, floor, cap), clipped(self.high, floor, cap))

    def is_inside(self, floor: float, cap: float) -> bool:
        """Whether clipping changes none of its numbers."""
        return self.low >= floor and self.high <= cap


def clipped(points: float, floor: float, cap: float) -> float:
    """Return points, not below ``floor`` and not above ``cap``."""
    return floor if points < floor else min(points, cap)
