"""The terms of a score, as lines that add up to it."""

from enum import StrEnum
from typing import NamedTuple


class LineKind(StrEnum):
    """Where a line comes from: a criterion's own points, or what a clip or a weight changed."""

    CRITERION = "criterion"
    CRITERION_CLIP = "criterion_clip"
    GROUP_CLIP = "group_clip"
    SIDE_CLIP = "side_clip"
    SIDE_WEIGHT = "side_weight"
    TOTAL_CLIP = "total_clip"

    @property
    def is_clip(self) -> bool:
        """Whether a cap, a floor or an end of the scale made the line."""
        return self not in (LineKind.CRITERION, LineKind.SIDE_WEIGHT)


class Line(NamedTuple):
    """One term: ``points`` (unrounded) that ``name`` adds to the score; ``side`` is engagement, fit or total.

    ``group`` is empty on side and total lines. ``count`` is the weighted number of counts behind a criterion's line (0
    elsewhere).
    """

    kind: LineKind
    side: str
    group: str
    name: str
    points: float
    count: float = 0.0  # type: ignore[assignment]  # hides tuple.count, which nobody asks of a line


class Explanation(NamedTuple):
    """A named score at an instant, and why.

    ``lines`` add up to ``score``. ``stage`` is where the lead stands by its last judgement; None before the first one
    and for an instant of the past (``is_past``). ``straddling_count``: cells left out of an explanation of the past
    because the instant lies inside their bucket.
    """

    score: float
    engagement: float
    fit: float
    grade: str | None
    stage: str | None
    at: int
    lines: tuple[Line, ...]
    is_past: bool
    straddling_count: int
