"""What a lead is worth: a pure function of its cells, its profile, the scorecard and an instant.

A `View` is a lead under a scorecard with all that does not depend on the instant worked out; it answers for as many
instants as are asked. Terms, groups and sides are summed in one fixed order (cells by key, criteria and groups as in
the file), so the same cells give the same bits. Clips come in the order criterion, group, side, total. Knows no stage.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scorer.facts.activity import Scalar
from scorer.facts.cells import mean_at
from scorer.facts.profile import attributes
from scorer.facts.state import LeadState
from scorer.rules.plan import CriterionPlan, Plan, SidePlan, plan_of
from scorer.rules.scorecard import (
    Criterion,
    Group,
    InactivityCriterion,
    Score,
    Scorecard,
    SignalCriterion,
)
from scorer.worth.criteria import NOTHING, Constant, Idle, PreparedCriterion, prepared
from scorer.worth.fit import fit_points
from scorer.worth.grades import grade_of
from scorer.worth.terms import Tally


class Valuation(NamedTuple):
    """A named score's value: ``engagement`` and ``fit`` are clipped and not yet weighted."""

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
    """A side of a score with the lead's cells, and its clips; what is worth 0 at every instant is left out."""

    groups: tuple[PreparedGroup, ...]
    floor: float
    cap: float


class PreparedFit(NamedTuple):
    """The fit side of a score with the lead's profile, and its value, which no instant changes."""

    side: PreparedSide
    value: float


class PreparedProfile(NamedTuple):
    """A profile under a scorecard: its merged attributes, and the fit of each named score."""

    attributes: Mapping[str, Scalar]
    fits: Mapping[str, PreparedFit]


class PreparedScore(NamedTuple):
    """A named score with the lead's cells and profile."""

    engagement: PreparedSide
    fit: PreparedFit


class View(NamedTuple):
    """A lead under a scorecard, prepared once for all instants.

    ``scores`` is keyed by the named score. ``straddling_count`` is the number of cells that were left out of a view of
    the past because the instant lies inside their bucket.
    """

    scorecard: Scorecard
    profile: PreparedProfile
    scores: Mapping[str, PreparedScore]
    straddling_count: int


def view(
    state: LeadState,
    scorecard: Scorecard,
    past_at: int | None = None,
    profile: PreparedProfile | None = None,
) -> View:
    """Return a lead under a scorecard, ready to be valued at any instant.

    Args:
        state: The lead.
        scorecard: What values its counts. Cells of signals that it does not know are worth nothing.
        past_at: For a view of the past: what is in buckets that start at or after this instant did not happen yet, and
            buckets that it lies inside are left out, as nobody knows what of them had happened. The profile is as
            known now.
        profile: That of an earlier view of the same lead, if its profile has not changed since.

    Returns:
        The view.
    """
    plan = plan_of(scorecard)
    tallies, straddling_count = _tallies(state, plan, scorecard.verdict_weights, past_at)
    known = _prepared_profile(state, plan) if profile is None else profile
    scores = {
        name: PreparedScore(_prepared_side(sides.engagement, tallies, known.attributes), known.fits[name])
        for name, sides in plan.scores.items()
    }
    return View(scorecard, known, scores, straddling_count)


def value(state: LeadState, scorecard: Scorecard, at: int, score_name: str | None = None) -> Valuation:
    """Return what a lead is worth at an instant.

    Args:
        state: The lead; a new one is worth 0 clipped, never nothing.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch.
        score_name: Which named score; None for the default one.

    Returns:
        Score, engagement, fit and grade, unrounded.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    score = scorecard.scores[scorecard.default_score if score_name is None else score_name]
    return valued(view(state, scorecard), score, at)


def valued(view: View, score: Score, at: int) -> Valuation:
    """Return what a prepared lead is worth at an instant in one named score (see `value`)."""
    lead = view.scores[score.name]
    engagement = _side_value(lead.engagement, at)
    fit = lead.fit.value
    total = clipped(score.engagement.weight * engagement + score.fit.weight * fit, score.lowest, score.highest)
    return Valuation(total, engagement, fit, grade_of(score.grades, engagement=engagement, fit=fit))


def bounds(view: View, score: Score, from_at: int, to_at: int) -> Bounds:
    """Return bounds of score and engagement that hold at every instant of a stretch of time.

    They are those of each criterion (values at both ends, since each is monotone but for its gate), clipped, summed and
    weighted as the values are. Clips, sums and weights of 0 or more keep order to the last bit, so a value inside the
    stretch is never outside the bounds; of a single instant they are the value itself.

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
    side_low = side_high = 0.0
    for _, criteria, floor, cap in lead.engagement.groups:
        low = high = 0.0
        for _, criterion, criterion_floor, criterion_cap in criteria:
            least, most = criterion.interval(from_at, to_at)
            low += clipped(least, criterion_floor, criterion_cap)
            high += clipped(most, criterion_floor, criterion_cap)
        side_low += clipped(low, floor, cap)
        side_high += clipped(high, floor, cap)
    engagement_low = clipped(side_low, lead.engagement.floor, lead.engagement.cap)
    engagement_high = clipped(side_high, lead.engagement.floor, lead.engagement.cap)
    fit_part = score.fit.weight * lead.fit.value
    return Bounds(
        clipped(score.engagement.weight * engagement_low + fit_part, score.lowest, score.highest),
        clipped(score.engagement.weight * engagement_high + fit_part, score.lowest, score.highest),
        engagement_low,
        engagement_high,
        lead.fit.value,
    )


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


def is_settled(view: View, at: int) -> bool:
    """Return whether no score changes after an instant with no activity: `last_change_at`, without looking for it."""
    return all(
        item.prepared.last_change_at() <= at
        for lead in view.scores.values()
        for group in lead.engagement.groups
        for item in group.criteria
    )


def clipped(points: float, floor: float, cap: float) -> float:
    """Return points, not below ``floor`` and not above ``cap``."""
    if points < floor:
        return floor
    return cap if points > cap else points  # noqa: FURB136 - `min` takes twice as long, and all sums come by here


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


def _prepared_profile(state: LeadState, plan: Plan) -> PreparedProfile:
    known = attributes(state.profile)
    sides = {name: _prepared_side(sides.fit, {}, known) for name, sides in plan.scores.items()}
    return PreparedProfile(known, {name: PreparedFit(side, _side_value(side, 0)) for name, side in sides.items()})


def _prepared_side(side: SidePlan, tallies: Mapping[str, list[Tally]], known: Mapping[str, Scalar]) -> PreparedSide:
    groups = []
    for group, plans, group_floor, group_cap in side.groups:
        criteria = []
        for plan in plans:
            if plan.signal is not None and plan.signal not in tallies and plan.is_nothing_unseen:
                continue
            criterion = _prepared(plan, tallies, known)
            # Adding 0 to a sum changes no bit of it, so what can never be anything else is left out.
            if criterion is not NOTHING or plan.floor > 0 or plan.cap < 0:
                criteria.append(ClippedCriterion(plan.criterion, criterion, plan.floor, plan.cap))
        groups.append(PreparedGroup(group, tuple(criteria), group_floor, group_cap))
    return PreparedSide(tuple(groups), side.floor, side.cap)


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


def _side_value(side: PreparedSide, at: int) -> float:
    total = 0.0
    for _, criteria, floor, cap in side.groups:
        subtotal = 0.0
        for _, criterion, criterion_floor, criterion_cap in criteria:
            subtotal += clipped(criterion.points(at), criterion_floor, criterion_cap)
        total += clipped(subtotal, floor, cap)
    return clipped(total, side.floor, side.cap)
