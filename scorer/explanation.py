"""The terms of a score, as lines that add up to it."""

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """Where a line comes from: a criterion's own points, or what a clip or a weight changed."""

    CRITERION = "criterion"
    CRITERION_CLIP = "criterion_clip"
    GROUP_CLIP = "group_clip"
    SIDE_CLIP = "side_clip"
    SIDE_WEIGHT = "side_weight"
    TOTAL_CLIP = "total_clip"


@dataclass(frozen=True, slots=True)
class Line:
    """One term: ``points`` (unrounded) that ``name`` adds to the score; ``side`` is engagement, fit or total.

    ``group`` is empty on side and total lines. ``count`` is the weighted number of counts behind a criterion's line (0 elsewhere).
    """

    kind: LineKind
    side: str
    group: str
    name: str
    points: float
    count: float = 0.0
