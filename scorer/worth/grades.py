"""The fit x engagement matrix: which cell of it a lead is in. Knows no lead, only the two numbers."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a grade axis: its label and the least value that belongs to it."""

    label: str
    at_least: float


@dataclass(frozen=True, slots=True)
class GradeMatrix:
    """The fit x engagement matrix: a grade is the fit band's label followed by the engagement band's.

    Bands are ordered from the highest ``at_least`` down; the last one takes everything below.
    """

    fit: tuple[Band, ...]
    engagement: tuple[Band, ...]

    def __post_init__(self) -> None:
        """Refuse an axis without bands, or with bands that are not in order."""
        for bands in (self.fit, self.engagement):
            least = [band.at_least for band in bands]
            if not least or least != sorted(least, reverse=True):
                raise ValueError(f"bands go from the highest down, one at least; not {least!r}")


def grade_of(matrix: GradeMatrix | None, *, engagement: float, fit: float) -> str | None:
    """Return the grade: the fit band's label followed by the engagement band's.

    Args:
        matrix: The two axes; None for a score without grades.
        engagement: The value of the side that decays, clipped, before its weight.
        fit: The value of the side that does not.

    Returns:
        A label such as ``"A1"``; None without a matrix.
    """
    if matrix is None:
        return None
    return band_of(matrix.fit, fit).label + band_of(matrix.engagement, engagement).label


def band_of(bands: tuple[Band, ...], value: float) -> Band:
    """Return the highest band whose least value is met, else the last one, which takes everything below."""
    for band in bands:
        if value >= band.at_least:
            return band
    return bands[-1]


def distances(bands: tuple[Band, ...], low: float, high: float) -> tuple[float, float]:
    """Return how far values may rise, exclusive, and fall, inclusive, and still be of the band that all of them are in.

    Args:
        bands: The axis.
        low: The least of the values.
        high: The greatest of them.

    Returns:
        Two distances of 0 or more, the first above it; both minus infinity if the values are of several bands.
    """
    place = len(bands) - 1
    for known, band in enumerate(bands):
        if low >= band.at_least:
            place = known
            break
    above = bands[place - 1].at_least if place else math.inf
    if high >= above:
        return -math.inf, -math.inf
    is_last = place == len(bands) - 1
    return above - high, math.inf if is_last else low - bands[place].at_least
