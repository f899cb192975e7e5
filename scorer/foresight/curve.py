"""A lead's score over time, past and to come: points where it bends, and bounds of what lies between them.

Every point is what the core says of that instant. What is to come is sampled where it matters: the stretch over which
the score may differ most is cut first, at an instant where something can jump, else in the middle, until every
stretch is tight or the points are used up. Between two points the score is never outside the bounds that the earlier
one has (`scorer.worth.valuation.bounds` proves it). The past is what is known of it now (`scorer.worth.explain`): it
grows at the ends of time buckets, so the points are there; nothing is said of what lies between.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice, pairwise

from scorer.facts.state import LeadState
from scorer.foresight.course import Course
from scorer.foresight.purse import LOOKS_OF_A_VIEW, Purse
from scorer.rules.decay import Step
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.criteria import Counted, Idle, PreparedCriterion
from scorer.worth.valuation import bounds, valued
from scorer.worth.view import View, view

POINTS_MAX = 240
"""Points of what is to come; more than a picture shows."""
PAST_POINTS_MAX = 120
PAST_GRID = 24
JUMPS_MAX = 20_000
"""Instants at which something can jump that are looked at: a lead of thousands of cells has more."""
TIGHT_SHARE = 1 / 100
"""A stretch is tight when the score moves less than this share of the scale in it."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The score at an instant.

    ``stage`` is None of the past, and of what is not known of the future. ``low`` and ``high`` bound the score from
    here up to the next point, both included; None of the past and of the last point. ``straddling_count``: cells that
    are left out of a point of the past, because the instant lies inside their bucket.
    """

    at: int
    score: float
    stage: str | None
    grade: str | None
    is_past: bool
    straddling_count: int
    low: float | None = None
    high: float | None = None


def curve(
    state: LeadState,
    scorecard: Scorecard,
    way: Course,
    from_at: int,
    to_at: int,
    *,
    marks: Sequence[int] = (),
    purse: Purse | None = None,
    points_max: int = POINTS_MAX,
) -> tuple[CurvePoint, ...]:
    """Return a lead's score from one instant to another, if nothing more happens.

    Args:
        state: The lead as it was judged last; what lies before that is the past.
        scorecard: What values it.
        way: The way that it goes in the named score that is meant; its changes of stage are among the points.
        from_at: The first instant, in milliseconds since the epoch.
        to_at: The last one, after the first.
        marks: Instants that have to be among the points.
        purse: What may be spent on it; a new one if none is given.
        points_max: How many points of what is to come, besides the marks and the changes of stage.

    Returns:
        Points in order of time.

    Raises:
        ValueError: If the last instant is not after the first.
    """
    if to_at <= from_at:
        raise ValueError(f"a curve is from one instant to a later one; not from {from_at} to {to_at}")
    purse = purse or Purse()
    points: list[CurvePoint] = []
    if to_at >= state.judged_at:
        known_at = max(from_at, state.judged_at)
        turns = [turn.changed_at for turn in way.turns]
        fixed = {at for at in (*marks, *turns, *(at - 1 for at in turns)) if known_at <= at <= to_at}
        sampler = _Sampler(view(state, scorecard), scorecard.scores[way.score_name], way, len(state.cells), purse)
        points += sampler.points(sorted({known_at, to_at, *fixed}), points_max)
    past = _past(state, scorecard, from_at, min(to_at, state.judged_at - 1), marks)
    rest = Purse() if purse.is_spent else purse
    for at in past:
        if rest.is_spent:
            break
        rest.pay(len(state.cells), LOOKS_OF_A_VIEW)
        points.append(point_at(state, scorecard, way.score_name, at))
    return tuple(sorted(points, key=lambda point: point.at))


def point_at(state: LeadState, scorecard: Scorecard, score_name: str, at: int) -> CurvePoint:
    """Return the score at an instant, past or to come; its stage is not looked for."""
    is_past = at < state.judged_at
    seen = view(state, scorecard, at if is_past else None)
    worth = valued(seen, scorecard.scores[score_name], at)
    return CurvePoint(at, worth.score, None, worth.grade, is_past, seen.straddling_count)


def _past(state: LeadState, scorecard: Scorecard, from_at: int, to_at: int, marks: Sequence[int]) -> Sequence[int]:
    """Return instants of the past to look at, the latest first: its ends, where buckets end, and some in between."""
    if to_at < from_at:
        return ()
    signals = plan_of(scorecard).signals
    widths = {(key.bucket, signals[key.signal].width_ms) for key in state.cells if key.signal in signals}
    ends = {end for bucket, width_ms in widths if from_at < (end := (bucket + 1) * width_ms) <= to_at}
    grid = {from_at + (to_at - from_at) * part // PAST_GRID for part in range(PAST_GRID + 1)}
    wanted = sorted(ends | grid)
    thinned = {wanted[place * len(wanted) // PAST_POINTS_MAX] for place in range(PAST_POINTS_MAX)}
    return sorted(thinned | {from_at, to_at} | {at for at in marks if from_at <= at <= to_at}, reverse=True)


class _Sampler:
    """Samples what is to come, the loosest stretch first."""

    def __init__(self, seen: View, score: Score, way: Course, cells: int, purse: Purse) -> None:
        self._view = seen
        self._score = score
        self._way = way
        self._cells = cells
        self._purse = purse

    def points(self, fixed: Sequence[int], points_max: int) -> Iterator[CurvePoint]:
        """Yield points in order of time: those that are fixed, and as many more as are of use."""
        jumps = sorted(set(self._jumps(fixed[0], fixed[-1])))
        tight = TIGHT_SHARE * (self._score.highest - self._score.lowest)
        # The loosest on top: how loose, its ends, its bounds.
        stretches: list[tuple[float, int, int, float, float]] = []
        for from_at, to_at in pairwise(fixed):
            heappush(stretches, self._stretch(from_at, to_at))
        left = points_max
        while left > 0 and stretches and -stretches[0][0] > tight and not self._purse.is_spent:
            _, from_at, to_at, _, _ = heappop(stretches)
            cuts = _cuts(from_at, to_at, jumps)
            left -= len(cuts)
            edges = [from_at, *cuts, to_at]
            for one, other in pairwise(edges):
                heappush(stretches, self._stretch(one, other))
        for _, at, _, low, high in sorted(stretches, key=lambda stretch: stretch[1]):
            yield self._point(at, low, high)
        yield self._point(fixed[-1], None, None)

    def _stretch(self, from_at: int, to_at: int) -> tuple[float, int, int, float, float]:
        self._purse.pay(self._cells)
        within = bounds(self._view, self._score, from_at, to_at)
        # There is nothing between two neighbouring milliseconds.
        spread = within.score_high - within.score_low if to_at - from_at > 1 else 0.0
        return -spread, from_at, to_at, within.score_low, within.score_high

    def _point(self, at: int, low: float | None, high: float | None) -> CurvePoint:
        worth = valued(self._view, self._score, at)
        stage = self._way.stage_at(at)
        return CurvePoint(at, worth.score, stage, worth.grade, is_past=False, straddling_count=0, low=low, high=high)

    def _jumps(self, from_at: int, to_at: int) -> Iterator[int]:
        """Yield instants of a stretch at which something can jump, `JUMPS_MAX` of them at most."""
        groups = self._view.scores[self._score.name].engagement.groups
        found = (at for group in groups for item in group.criteria for at in _jumps_of(item.prepared, from_at, to_at))
        yield from islice((at for at in found if from_at < at <= to_at), JUMPS_MAX)


def _cuts(from_at: int, to_at: int, jumps: Sequence[int]) -> list[int]:
    """Return where to cut a stretch: around the middle one of its jumps, or in the middle; never at its ends."""
    first, last = bisect_right(jumps, from_at), bisect_left(jumps, to_at)
    inside = jumps[first : last + 1 if last < len(jumps) and jumps[last] == to_at else last]
    jump = inside[len(inside) // 2] if inside else (from_at + to_at) // 2 + 1
    cuts = sorted({at for at in (jump - 1, jump) if from_at < at < to_at}) if inside else []
    return cuts or [(from_at + to_at) // 2]


def _jumps_of(criterion: PreparedCriterion, from_at: int, to_at: int) -> Iterator[int]:
    """Yield the first milliseconds at which a criterion can jump, of a stretch and about it."""
    if isinstance(criterion, Idle):
        at = from_at
        while (at := criterion.next_change_at(at)) <= to_at:
            yield at
    if not isinstance(criterion, Counted):
        return
    frequency, decay = criterion.criterion.frequency, criterion.criterion.decay
    for term in criterion.terms:
        ends = [term.mean_at + criterion.window_ms, term.expires_at]
        yield from (math.ceil(end) for end in ends if end < math.inf)
        if isinstance(decay, Step):
            first = max(1, int((from_at - term.mean_at) // decay.period_ms))
            last = min(math.ceil(1 / decay.share), int((to_at - term.mean_at) // decay.period_ms) + 1)
            yield from (math.ceil(term.mean_at + count * decay.period_ms) for count in range(first, last + 1))
    if frequency is not None:
        yield from (math.ceil(term.mean_at + frequency.window_ms) for term in criterion.gate)
