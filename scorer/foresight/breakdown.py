"""What each criterion is worth, and what each bound takes: limit, cap and floor, of criteria, groups, sides, scale.

The same sum as an explanation's lines (`scorer.worth.explain`), arranged by who takes: each criterion with what it
would be worth without its limit, what the limit takes, what cap or floor take, and what is left to go on; then what
groups, sides, weights and the ends of the scale take. What a bound takes is negative; a floor gives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scorer.facts.state import LeadState
from scorer.rules.plan import CriterionPlan, Plan, plan_of
from scorer.rules.scorecard import Criterion, Scorecard, SignalCriterion
from scorer.worth.criteria import PreparedCriterion, prepared
from scorer.worth.explanation import LineKind
from scorer.worth.terms import Tally
from scorer.worth.valuation import valued
from scorer.worth.view import ClippedCriterion, PreparedSide, clipped, tallies_of, view


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
    seen, score, plan = view(state, scorecard, past_at), scorecard.scores[score_name], plan_of(scorecard)
    tallies, _ = tallies_of(sorted(state.cells.items()), plan, scorecard.verdict_weights, past_at)
    unlimited = _Unlimited(plan, score_name, tallies)
    parts: list[Part] = []
    bounds: list[Bound] = []
    lead = seen.scores[score_name]
    for name, weight, side in (
        ("engagement", score.engagement.weight, lead.engagement),
        ("fit", score.fit.weight, lead.fit.side),
    ):
        found, points = _side(name, side, at, unlimited, parts)
        bounds += found
        if weight * points != points:
            bounds.append(Bound(LineKind.SIDE_WEIGHT, name, name, weight * points - points))
    worth = valued(seen, score, at)
    raw = score.engagement.weight * worth.engagement + score.fit.weight * worth.fit
    if worth.score != raw:
        bounds.append(Bound(LineKind.TOTAL_CLIP, "total", score_name, worth.score - raw))
    return Breakdown(tuple(parts), tuple(bounds), worth.score)


class _Unlimited:
    """Criteria as they would be without their limits."""

    def __init__(self, plan: Plan, score_name: str, tallies: Mapping[str, Sequence[Tally]]) -> None:
        self._tallies = tallies
        sides = plan.scores[score_name]
        self._plans: dict[int, CriterionPlan] = {
            id(one.criterion): one for side in sides for group in side.groups for one in group.criteria
        }

    def of(self, criterion: Criterion, limited: PreparedCriterion) -> PreparedCriterion:
        """Return a criterion of the lead without its limit; the same one if it has none."""
        if not isinstance(criterion, SignalCriterion) or criterion.limit is None:
            return limited
        free = replace(criterion, limit=None)
        return prepared(self._plans[id(criterion)], free, self._tallies.get(criterion.signal, ()))


def _side(
    name: str, side: PreparedSide, at: int, unlimited: _Unlimited, parts: list[Part]
) -> tuple[list[Bound], float]:
    """Add a side's criteria to the parts; return what its groups and itself change, and what it is worth."""
    bounds, total = [], 0.0
    for group, criteria, floor, cap in side.groups:
        subtotal = 0.0
        for item in criteria:
            part = _part(name, group.name, item, at, unlimited)
            subtotal += part.points
            if part.unlimited or part.by_limit or part.by_clip:
                parts.append(part)
        points = clipped(subtotal, floor, cap)
        if points != subtotal:
            bounds.append(Bound(LineKind.GROUP_CLIP, name, group.name, points - subtotal))
        total += points
    points = clipped(total, side.floor, side.cap)
    if points != total:
        bounds.append(Bound(LineKind.SIDE_CLIP, name, name, points - total))
    return bounds, points


def _part(side: str, group: str, item: ClippedCriterion, at: int, unlimited: _Unlimited) -> Part:
    raw = item.prepared.points(at)
    free = unlimited.of(item.criterion, item.prepared).points(at)
    points = clipped(raw, item.floor, item.cap)
    count = item.prepared.counts_behind(at)
    return Part(side, group, item.criterion, count, free, raw - free, points - raw, points)
