"""What a lead is worth: a pure function of its cells, its profile, the scorecard and an instant.

A `View` (`scorer.worth.view`) answers for as many instants as are asked. Terms, groups and sides are summed in one
fixed order, so the same cells give the same bits. Clips come in the order criterion, group, side, total. Knows no
stage.
"""

from typing import NamedTuple

from scorer.facts.state import LeadState
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.grades import grade_of
from scorer.worth.view import View, clipped, side_value, view


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
    engagement = side_value(lead.engagement, at)
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
    for group, criteria in lead.engagement.groups:
        low = high = 0.0
        for plan, criterion in criteria:
            least, most = criterion.interval(from_at, to_at)
            low += clipped(least, plan.floor, plan.cap)
            high += clipped(most, plan.floor, plan.cap)
        side_low += clipped(low, group.floor, group.cap)
        side_high += clipped(high, group.floor, group.cap)
    side = lead.engagement.plan
    engagement_low = clipped(side_low, side.floor, side.cap)
    engagement_high = clipped(side_high, side.floor, side.cap)
    return weighed(score, engagement_low, engagement_high, lead.fit.value)


def weighed(score: Score, engagement_low: float, engagement_high: float, fit: float) -> Bounds:
    """Return the bounds of a named score whose clipped sides are known."""
    fit_part = score.fit.weight * fit
    return Bounds(
        clipped(score.engagement.weight * engagement_low + fit_part, score.lowest, score.highest),
        clipped(score.engagement.weight * engagement_high + fit_part, score.lowest, score.highest),
        engagement_low,
        engagement_high,
        fit,
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
