"""What each criterion is worth, and what each bound takes: limit, cap and floor, of criteria, groups, sides, scale.

The same sum as an explanation's lines (`scorer.worth.explain`), arranged by who takes: each criterion with what it
would be worth without its limit, what the limit takes, what cap or floor take, and what is left to go on; then what
groups, sides, weights and the ends of the scale take. What a bound takes is negative; a floor gives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scorer.facts.state import LeadState
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Criterion, Scorecard, SignalCriterion
from scorer.worth.criteria import PreparedCriterion, prepared
from scorer.worth.explanation import LineKind
from scorer.worth.terms import Tally
from scorer.worth.valuation import valued
from scorer.worth.view import PlacedCriterion, PreparedSide, clipped, tallies_of, view


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion: ``unlimited + by_limit + by_clip == points``, up to the last bits of floats.

    ``unlimited`` is what its counts would be worth now without its limit, ``by_limit`` what that changes, ``by_clip``
    what its cap or floor changes, ``points`` what goes into its group. ``count`` is the weighted number of counts.
    """

    side: str
    group: str
    criterion: Criterion
    count: float
    unlimited: float
    by_limit: float
    by_clip: float
    points: float


@dataclass(frozen=True, slots=True)
class Bound:
    """What a group's or side's cap or floor, a side's weight or an end of the scale changes."""

    kind: LineKind
    side: str
    name: str
    points: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A score, by criteria and bounds: the ``points`` of all parts and all bounds add up to it."""

    parts: tuple[Part, ...]
    bounds: tuple[Bound, ...]
    score: float


def breakdown(state: LeadState, scorecard: Scorecard, at: int, score_name: str) -> Breakdown:
    """Return a lead's score at an instant, by what each criterion brings and each bound takes.

    Args:
        state: The lead.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch; a past one is seen as `scorer.worth.explain.explain` sees it.
        score_name: Which named score.

    Returns:
        Parts in the order of the file, those left out that are worth nothing and of which nothing is taken.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    past_at = at if at < state.judged_at else None
    seen, score = view(state, scorecard, past_at), scorecard.scores[score_name]
    tallies, _ = tallies_of(sorted(state.cells.items()), plan_of(scorecard), scorecard.verdict_weights, past_at)
    parts: list[Part] = []
    bounds: list[Bound] = []
    lead = seen.scores[score_name]
    for name, weight, side in (
        ("engagement", score.engagement.weight, lead.engagement),
        ("fit", score.fit.weight, lead.fit.side),
    ):
        found, points = _side(name, side, at, tallies, parts)
        bounds += found
        if weight * points != points:
            bounds.append(Bound(LineKind.SIDE_WEIGHT, name, name, weight * points - points))
    worth = valued(seen, score, at)
    raw = score.engagement.weight * worth.engagement + score.fit.weight * worth.fit
    if worth.score != raw:
        bounds.append(Bound(LineKind.TOTAL_CLIP, "total", score_name, worth.score - raw))
    return Breakdown(tuple(parts), tuple(bounds), worth.score)


def _unlimited(item: PlacedCriterion, tallies: Mapping[str, Sequence[Tally]]) -> PreparedCriterion:
    """Return a criterion of the lead as it would be without its limit; the same one if it has none."""
    criterion = item.plan.criterion
    if not isinstance(criterion, SignalCriterion) or criterion.limit is None:
        return item.prepared
    return prepared(item.plan, replace(criterion, limit=None), tallies.get(criterion.signal, ()))


def _side(
    name: str, side: PreparedSide, at: int, tallies: Mapping[str, Sequence[Tally]], parts: list[Part]
) -> tuple[list[Bound], float]:
    """Add a side's criteria to the parts; return what its groups and itself change, and what it is worth."""
    bounds, total = [], 0.0
    for group, criteria in side.groups:
        group_name = group.group.name
        subtotal = 0.0
        for item in criteria:
            part = _part(name, group_name, item, at, tallies)
            subtotal += part.points
            if part.unlimited or part.by_limit or part.by_clip:
                parts.append(part)
        points = clipped(subtotal, group.floor, group.cap)
        if points != subtotal:
            bounds.append(Bound(LineKind.GROUP_CLIP, name, group_name, points - subtotal))
        total += points
    points = clipped(total, side.plan.floor, side.plan.cap)
    if points != total:
        bounds.append(Bound(LineKind.SIDE_CLIP, name, name, points - total))
    return bounds, points


def _part(side: str, group: str, item: PlacedCriterion, at: int, tallies: Mapping[str, Sequence[Tally]]) -> Part:
    plan, prepared_one = item
    raw = prepared_one.points(at)
    free = _unlimited(item, tallies).points(at)
    points = clipped(raw, plan.floor, plan.cap)
    return Part(side, group, plan.criterion, prepared_one.counts_behind(at), free, raw - free, points - raw, points)
