"""A lead's cells as terms of a criterion: what each brings, and what is left of it at an instant.

A limit takes its share, or leaves the first time only, before anything fades: that depends on the counts alone. Terms
are summed in the order of the cells' keys: same cells, same bits. Knows no clip, no gate and no group.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from scorer.rules.decay import Factor
from scorer.rules.scorecard import SignalCriterion


class Tally(NamedTuple):
    """One cell as a lead's criteria see it: its mean instant, weighted counter, and when it is valued no more."""

    mean_at: float
    weight: float
    counted: int
    measure: int
    start_at: int
    expires_at: float


class Term(NamedTuple):
    """One cell's part of a criterion: ``points`` before decay."""

    mean_at: float
    points: float
    expires_at: float
    weighted_count: float


Interval = tuple[float, float]
"""What a value is never below and never above over a stretch of time. A plain pair: most of them live for one sum."""


def counted(terms: Sequence[Term], window_ms: float, at: int) -> float:
    """Return the weighted count of the terms at an instant, without those that left the window or expired."""
    total = 0.0  # a loop, since `sum` adds floats otherwise from Python 3.12 on, and takes longer
    for mean_at, _, expires_at, weighted_count in terms:
        if at - mean_at < window_ms and at < expires_at:
            total += weighted_count
    return total


def faded(terms: Sequence[Term], window_ms: float, factor: Factor, at: int) -> float:
    """Return the sum of the terms at an instant, each faded, without those that left the window or expired."""
    total = 0.0
    for mean_at, points, expires_at, _ in terms:
        age_ms = at - mean_at
        if age_ms < window_ms and at < expires_at:
            total += points * factor(age_ms)
    return total


def faded_between(terms: Sequence[Term], window_ms: float, factor: Factor, from_at: int, to_at: int) -> Interval:
    """Return `_faded` of both ends of a stretch, the lesser first: in one pass, as nearly all bounds come from here."""
    first = last = 0.0
    for mean_at, points, expires_at, _ in terms:
        age_ms = from_at - mean_at
        if age_ms < window_ms and from_at < expires_at:
            first += points * factor(age_ms)
        age_ms = to_at - mean_at
        if age_ms < window_ms and to_at < expires_at:
            last += points * factor(age_ms)
    return (first, last) if first <= last else (last, first)


def terms_of(criterion: SignalCriterion, tallies: Sequence[Tally], measure_scale: int) -> tuple[Term, ...]:
    """Return the terms that a criterion makes of the cells of its signal, limits taken off, before decay.

    Args:
        criterion: The criterion.
        tallies: The cells, in the order of their keys.
        measure_scale: Into how many parts its measure is counted; 1 without a measure.
    """
    points, limit = criterion.points, criterion.limit
    if limit is not None and limit.per_ms is None:
        return (_first_term(criterion, tallies, measure_scale),)
    shares = None
    if limit is not None and limit.per_ms is not None:
        shares = _limit_shares(tallies, limit.count, limit.per_ms)
    terms = []
    for place, (mean_at, weight, counted, measure, _, expires_at) in enumerate(tallies):
        amount = float(measure) / measure_scale if criterion.is_per_measure else counted
        worth = points * (weight * amount)
        terms.append(Term(mean_at, worth if shares is None else worth * shares[place], expires_at, weight * counted))
    return tuple(terms)


def _limit_shares(tallies: Sequence[Tally], count_max: int, per_ms: int) -> list[float]:
    """Return what each cell keeps of its counts: what the limit leaves to its window."""
    counts: dict[int, float] = {}
    windows = []
    for _, weight, counted, _, start_at, _ in tallies:
        window = start_at // per_ms
        windows.append(window)
        counts[window] = counts.get(window, 0.0) + weight * counted
    return [min(1.0, count_max / counts[window]) for window in windows]


def _first_term(criterion: SignalCriterion, tallies: Sequence[Tally], measure_scale: int) -> Term:
    """Return the term of the first time only: a count of one at the mean of the earliest cell, which never expires.

    It is the earliest of those with the heaviest verdict, so that a person's first time is not a bot's. Of several
    counts in that cell a measure's mean is taken: a cell cannot know which of them was the first.
    """
    heaviest = max(tally.weight for tally in tallies)
    first = min((tally for tally in tallies if tally.weight == heaviest), key=lambda tally: tally.mean_at)
    amount = float(first.measure) / first.counted / measure_scale if criterion.is_per_measure else 1.0
    return Term(first.mean_at, criterion.points * heaviest * amount, math.inf, heaviest)
