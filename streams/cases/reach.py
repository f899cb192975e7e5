"""Which caps and floors can cut at all: those that the criteria behind them can come beyond.

A cap of 20 over criteria that bring 20 together never cuts, and no case could show that it does. Bounds are those of
the rules alone: that a profile cannot be a student's and a director's at once is not known.
"""

from collections.abc import Iterable, Iterator
from math import inf

from scorer.rules.scorecard import Criterion, FitCriterion, InactivityCriterion, Score, SignalCriterion

Range = tuple[float, float]


def cuts(score: Score) -> Iterator[tuple[str, str]]:
    """Yield the caps and floors of a score that can cut, each as what it is and of which part.

    Args:
        score: The named score.

    Returns:
        Pairs such as ``("cap", "visits")``, ``("floor", "group silence")`` or ``("cap", "engagement")``.
    """
    for name, side in (("engagement", score.engagement), ("fit", score.fit)):
        groups = []
        for group in side.groups:
            criteria = []
            for criterion in group.criteria:
                floor, cap = _clips(criterion)
                raw = _raw(criterion)
                yield from _named(raw, floor, cap, criterion.name)
                criteria.append(_clipped(raw, floor, cap))
            raw = _summed(criteria)
            yield from _named(raw, group.floor, group.cap, f"group {group.name}")
            groups.append(_clipped(raw, group.floor, group.cap))
        yield from _named(_summed(groups), side.floor, side.cap, name)


def _clips(criterion: Criterion) -> tuple[float | None, float | None]:
    return (None, None) if isinstance(criterion, FitCriterion) else (criterion.floor, criterion.cap)


def _raw(criterion: Criterion) -> Range:
    """Return between what a criterion can be worth before its own cap and floor."""
    match criterion:
        case FitCriterion():
            is_bounded = True
        case InactivityCriterion():
            is_bounded = not criterion.is_repeated
        case SignalCriterion(is_per_measure=True):
            return -inf, inf
        case SignalCriterion():
            is_once = criterion.limit is not None and criterion.limit.per_ms is None
            is_bounded = is_once or (criterion.frequency is not None and criterion.frequency.is_award)
    most = criterion.points if is_bounded else criterion.points * inf if criterion.points else 0.0
    return min(0.0, most), max(0.0, most)


def _summed(ranges: Iterable[Range]) -> Range:
    pairs = list(ranges)
    return sum(low for low, _ in pairs), sum(high for _, high in pairs)


def _clipped(raw: Range, floor: float | None, cap: float | None) -> Range:
    low, high = (max(end, -inf if floor is None else floor) for end in raw)
    return min(low, inf if cap is None else cap), min(high, inf if cap is None else cap)


def _named(raw: Range, floor: float | None, cap: float | None, name: str) -> Iterator[tuple[str, str]]:
    if cap is not None and raw[1] > cap:
        yield "cap", name
    if floor is not None and raw[0] < floor:
        yield "floor", name
