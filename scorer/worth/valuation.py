"""What a lead is worth: a pure function of its cells, its profile, the scorecard and an instant.

A `View` is a lead under a scorecard with all that does not depend on the instant worked out; it answers for as many
instants as are asked. Terms, groups and sides are summed in one fixed order (cells by key, criteria and groups as in
the file), so the same cells give the same bits. Clips come in the order criterion, group, side, total. What is told is
rounded to nine decimals: a score that rests on a threshold rests there, whatever the last bits of its terms are, and is
not carried across it and back by them. Knows no stage.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scorer.facts.activity import Scalar
from scorer.facts.cells import mean_at
from scorer.facts.profile import attributes
from scorer.facts.state import LeadState
from scorer.rules.plan import CriterionPlan, Plan, SidePlan, plan_of
from scorer.rules.scorecard import InactivityCriterion, Score, Scorecard, SignalCriterion
from scorer.worth.clips import Interval, clipped
from scorer.worth.criteria import NOTHING, Constant, Idle, PreparedCriterion, Tally, prepared
from scorer.worth.fit import fit_points
from scorer.worth.grades import grade_of
from scorer.worth.pooling import is_opposed
from scorer.worth.side import (
    ClippedCriterion,
    PreparedGroup,
    PreparedSide,
    added_bounds_of,
    points_of,
    pooled_bounds_of,
)

_DECIMALS = 9


class Valuation(NamedTuple):
    """A named score's value, to nine decimals: ``engagement`` and ``fit`` are clipped and not yet weighted."""

    score: float
    engagement: float
    fit: float
    grade: str | None


class Bounds(NamedTuple):
    """What a named score and its engagement are never below and never above over a stretch of time; fit is constant."""

    score_low: float
    score_high: float
    engagement_low: float
    engagement_high: float
    fit: float


class PreparedScore(NamedTuple):
    """A named score with the lead's cells; ``fit_value`` is the fit side's value, which no instant changes."""

    engagement: PreparedSide
    fit: PreparedSide
    fit_value: float


class View(NamedTuple):
    """A lead under a scorecard, prepared once for all instants.

    ``scores`` is keyed by the named score. ``straddling_count`` is the number of cells that were left out of a view of
    the past because the instant lies inside their bucket.
    """

    scorecard: Scorecard
    scores: Mapping[str, PreparedScore]
    straddling_count: int


def view(state: LeadState, scorecard: Scorecard, past_at: int | None = None) -> View:
    """Return a lead under a scorecard, ready to be valued at any instant.

    Args:
        state: The lead.
        scorecard: What values its counts. Cells of signals that it does not know are worth nothing.
        past_at: For a view of the past: what is in buckets that start at or after this instant did not happen yet, and
            buckets that it lies inside are left out, as nobody knows what of them had happened. The profile is as
            known now.

    Returns:
        The view.
    """
    plan = plan_of(scorecard)
    tallies, straddling_count = _tallies(state, plan, scorecard.verdict_weights, past_at)
    known = attributes(state.profile)
    scores = {}
    for name, sides in plan.scores.items():
        fit = _prepared_side(sides.fit, tallies, known)
        scores[name] = PreparedScore(_prepared_side(sides.engagement, tallies, known), fit, points_of(fit, 0))
    return View(scorecard, scores, straddling_count)


def value(state: LeadState, scorecard: Scorecard, at: int, score_name: str | None = None) -> Valuation:
    """Return what a lead is worth at an instant.

    Args:
        state: The lead; a new one is worth 0 clipped, never nothing.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch.
        score_name: Which named score; None for the default one.

    Returns:
        Score, engagement and fit, rounded to nine decimals, and the grade of the rounded two.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    score = scorecard.scores[scorecard.default_score if score_name is None else score_name]
    return valued(view(state, scorecard), score, at)


def valued(view: View, score: Score, at: int) -> Valuation:
    """Return what a prepared lead is worth at an instant in one named score (see `value`)."""
    lead = view.scores[score.name]
    raw_engagement = points_of(lead.engagement, at)
    total = _total(score, raw_engagement, lead.fit_value)
    engagement, fit = _rounded(raw_engagement), _rounded(lead.fit_value)
    return Valuation(total, engagement, fit, grade_of(score.grades, engagement=engagement, fit=fit))


def bounds(view: View, score: Score, from_at: int, to_at: int) -> Bounds:
    """Return bounds of score and engagement that hold at every instant of a stretch of time.

    They are those of each criterion (values at both ends, since each is monotone but for its gate), clipped, summed,
    weighted and rounded as the values are, which keeps order to the last bit (a weight is 0 or more): a value inside
    the stretch is never outside the bounds; of a single instant they are the value itself.

    Args:
        view: The prepared lead.
        score: Which named score.
        from_at: The first instant, in milliseconds since the epoch.
        to_at: The last instant, not before the first; it belongs to the stretch.

    Returns:
        The bounds; how wide they are depends on how much changes in the stretch.
    """
    if from_at >= to_at:
        total, engagement, fit, _ = valued(view, score, from_at)
        return Bounds(total, total, engagement, engagement, fit)
    lead = view.scores[score.name]
    return _bounds(lead, score, added_bounds_of(lead.engagement, from_at, to_at))


def pooled_bounds(view: View, score: Score, from_at: int, to_at: int) -> Bounds:
    """Return bounds as `bounds` does, closer ones where gains and penalties fade alike, for a few times the cost.

    What they lose together is taken off where no clip keeps them apart (`scorer.worth.pooling`). The noise that is
    left is below half of the last decimal for some thousands of points: what rests on a threshold is known to.

    Args:
        view: The prepared lead.
        score: Which named score.
        from_at: The first instant, in milliseconds since the epoch.
        to_at: The last instant, after the first; it belongs to the stretch.

    Returns:
        The bounds; those of `bounds` if the side is not opposed (`scorer.worth.side.PreparedSide`).
    """
    lead = view.scores[score.name]
    return _bounds(lead, score, pooled_bounds_of(lead.engagement, from_at, to_at))


def last_change_at(view: View, score: Score) -> int:
    """Return an instant after which a named score never changes again with no activity.

    Args:
        view: The prepared lead.
        score: Which named score.

    Returns:
        Milliseconds since the epoch; 0 if it never changes. With inactivity that repeats it is
        `scorer.worth.criteria.FAR_AT`, the end of the year 9999, and so it is with half-lives that outlast it.
    """
    groups = view.scores[score.name].engagement.groups
    return max((item.prepared.last_change_at() for group in groups for item in group.criteria), default=0)


def _tallies(
    state: LeadState, plan: Plan, weights: Sequence[float], past_at: int | None
) -> tuple[dict[str, list[Tally]], int]:
    """Return the cells that count, by signal and in the order of their keys, and how many straddle ``past_at``."""
    tallies: dict[str, list[Tally]] = {}
    straddling_count = 0
    for key, cell in sorted(state.cells.items()):
        signal, weight = plan.signals.get(key.signal), weights[key.verdict]
        if signal is None or weight <= 0 or cell.count <= 0:
            continue
        start_at = key.bucket * signal.width_ms
        if past_at is not None and start_at + signal.width_ms > past_at:
            straddling_count += start_at < past_at
            continue
        expires_at = signal.expires_at(key.bucket)
        tally = Tally(
            mean_at(key, cell, signal.width_ms),
            weight,
            cell.count,
            cell.measure,
            start_at,
            math.inf if expires_at is None else expires_at,
        )
        tallies.setdefault(key.signal, []).append(tally)
    return tallies, straddling_count


def _prepared_side(side: SidePlan, tallies: Mapping[str, list[Tally]], known: Mapping[str, Scalar]) -> PreparedSide:
    groups = []
    for group, plans, group_floor, group_cap in side.groups:
        criteria = []
        for plan in plans:
            criterion = _prepared(plan, tallies, known)
            # Adding 0 to a sum changes no bit of it, so what can never be anything else is left out.
            if criterion is not NOTHING or plan.floor > 0 or plan.cap < 0:
                criteria.append(ClippedCriterion(plan.criterion, criterion, plan.floor, plan.cap))
        groups.append(PreparedGroup(group, tuple(criteria), group_floor, group_cap))
    opposed = is_opposed(item.prepared for group in groups for item in group.criteria)
    return PreparedSide(tuple(groups), side.floor, side.cap, opposed)


def _prepared(
    plan: CriterionPlan, tallies: Mapping[str, list[Tally]], known: Mapping[str, Scalar]
) -> PreparedCriterion:
    criterion = plan.criterion
    if isinstance(criterion, SignalCriterion):
        return prepared(plan, criterion, tallies.get(criterion.signal, ()))
    if isinstance(criterion, InactivityCriterion):
        last_at = max((tally.mean_at for name in criterion.signals for tally in tallies.get(name, ())), default=None)
        return NOTHING if last_at is None else Idle(criterion, last_at)
    points = fit_points(criterion, known)
    return Constant(points) if points else NOTHING


def _bounds(lead: PreparedScore, score: Score, engagement: Interval) -> Bounds:
    low, high = engagement
    return Bounds(
        _total(score, low, lead.fit_value),
        _total(score, high, lead.fit_value),
        _rounded(low),
        _rounded(high),
        _rounded(lead.fit_value),
    )


def _total(score: Score, engagement: float, fit: float) -> float:
    raw = score.engagement.weight * engagement + score.fit.weight * fit
    return _rounded(clipped(raw, score.lowest, score.highest))


def _rounded(points: float) -> float:
    return round(points, _DECIMALS) + 0.0  # no -0.0
