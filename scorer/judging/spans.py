"""What each criterion of what leads do is worth over a stretch of time, kept apart: one can be measured anew alone.

A span bounds a criterion's clipped points from one instant to another. The spans of a lead, summed and clipped as its
points are, bound its engagement. A span that was measured over a longer stretch holds over every part of it. Knows no
stage and no room.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from scorer.facts.state import Cell, CellKey
from scorer.rules.plan import CriterionPlan, SidePlan, plan_of
from scorer.rules.remembered import once_for_each
from scorer.rules.scorecard import InactivityCriterion, Scorecard, SignalCriterion
from scorer.worth.criteria import PreparedCriterion, prepared
from scorer.worth.terms import Interval
from scorer.worth.view import View, clipped, tallies_of

Spans = tuple[Interval, ...]
"""Of every criterion of the engagement of every named score, by its place (`scorer.rules.plan.CriterionPlan`)."""

NOTHING: Final[Interval] = (0.0, 0.0)


class SpanPlan(NamedTuple):
    """What the spans of a scorecard are of.

    ``unseen`` are those of a lead that is worth nothing; ``by_signal`` has the criteria on a signal; ``idles`` for each
    named score the places of its inactivity criteria. ``asks_profile``: some other criterion is among them, so that
    spans hold for one profile only.
    """

    unseen: Spans
    by_signal: Mapping[str, tuple[tuple[CriterionPlan, SignalCriterion], ...]]
    idles: tuple[tuple[int, ...], ...]
    sides: tuple[SidePlan, ...]
    asks_profile: bool


@once_for_each
def span_plan_of(scorecard: Scorecard) -> SpanPlan:
    """Return what the spans of a scorecard are of; asking again costs a look-up."""
    sides = tuple(score.engagement for score in plan_of(scorecard).scores.values())
    by_signal: dict[str, list[tuple[CriterionPlan, SignalCriterion]]] = {name: [] for name in scorecard.signals}
    idles: list[tuple[int, ...]] = []
    unseen: list[Interval] = []
    asks_profile = False
    for side in sides:
        idle = []
        for plan in (plan for group in side.groups for plan in group.criteria):
            unseen.append(NOTHING)  # one by one: compiled, `[NOTHING] * n` raises a NameError (mypyc 2.4)
            if isinstance(plan.criterion, SignalCriterion):
                by_signal[plan.criterion.signal].append((plan, plan.criterion))
            elif isinstance(plan.criterion, InactivityCriterion):
                idle.append(plan.place)
            else:
                asks_profile = True
        idles.append(tuple(idle))
    by_name = {name: tuple(found) for name, found in by_signal.items()}
    return SpanPlan(tuple(unseen), by_name, tuple(idles), sides, asks_profile)


def spans_of(seen: View, from_at: int, to_at: int) -> Spans:
    """Return the spans of a prepared lead from one instant, in milliseconds, to another, both included."""
    spans = [*span_plan_of(seen.scorecard).unseen]
    for lead in seen.scores.values():
        for _, criteria in lead.engagement.groups:
            for plan, criterion in criteria:
                spans[plan.place] = span_of(criterion, plan, from_at, to_at)
    return tuple(spans)


def span_of(criterion: PreparedCriterion, plan: CriterionPlan, from_at: int, to_at: int) -> Interval:
    """Return the span of one criterion."""
    low, high = criterion.interval(from_at, to_at)
    return clipped(low, plan.floor, plan.cap), clipped(high, plan.floor, plan.cap)


def prepared_anew(
    names: Collection[str], cells: Mapping[CellKey, Cell], scorecard: Scorecard
) -> Iterator[tuple[CriterionPlan, PreparedCriterion]]:
    """Yield every criterion on some signals with the lead's cells, and its plan."""
    span_plan = span_plan_of(scorecard)
    found = sorted(item for item in cells.items() if item[0].signal in names)
    tallies, _ = tallies_of(found, plan_of(scorecard), scorecard.verdict_weights)
    for name in names:
        for plan, criterion in span_plan.by_signal[name]:
            yield plan, prepared(plan, criterion, tallies.get(name, ()))


def engagements(spans: Spans, scorecard: Scorecard) -> list[Interval]:
    """Return what the engagement of each named score is never below and never above, clipped and not yet weighted.

    It takes the spans one after the other, by `CriterionPlan.place`. That is the order in which
    `scorer.worth.valuation` sums, so that of a single instant it is the engagement itself.
    """
    rest = iter(spans)
    return [_engagement(rest, side) for side in span_plan_of(scorecard).sides]


def _engagement(rest: Iterator[Interval], side: SidePlan) -> Interval:
    side_low = side_high = 0.0
    for _, criteria, floor, cap in side.groups:
        low, high = _sums(islice(rest, len(criteria)))
        side_low += clipped(low, floor, cap)
        side_high += clipped(high, floor, cap)
    return clipped(side_low, side.floor, side.cap), clipped(side_high, side.floor, side.cap)


def _sums(spans: Iterable[Interval]) -> Interval:
    low = high = 0.0
    for least, most in spans:
        low += least
        high += most
    return low, high


def are_worth_nothing(spans: Spans, places: Sequence[int]) -> bool:
    """Tell whether some criteria are worth 0 all the time."""
    return all(spans[place] == NOTHING for place in places)
