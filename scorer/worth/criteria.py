"""What one criterion is worth to one lead, at an instant and over a stretch of time.

A criterion is *prepared* with a lead's cells once (`prepared`); the result answers for any instant. Points here are
raw: `scorer.worth.valuation` clips them. Rules that decide results:

- a cell's effective count is its verdict's weight times its count; cells of weight 0 do not exist here;
- every cell's term moves towards 0 as time passes and never back, so a sum of terms of one sign is monotone, and
  its values at both ends of a stretch bound it; terms of two signs are bounded apart and the bounds are added;
- only a frequency gate may open and close; the count behind it only falls, so both ends tell whether it can have moved;
- terms are summed in the order of the cells' keys: same cells, same bits.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from scorer.rules.decay import Factor, settled_age_ms
from scorer.rules.plan import CriterionPlan
from scorer.rules.scorecard import Frequency, InactivityCriterion, SignalCriterion

FAR_AT = 253_402_300_799_999
"""The last millisecond of the year 9999: no instant that the wire can carry is later."""

# Float sums of one sign are monotone to the last bit (each rounding is); this covers the order of sums of two signs.
_SLACK = 1e-12


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


class Interval(NamedTuple):
    """What a value is never below and never above over a stretch of time."""

    low: float
    high: float


class PreparedCriterion(Protocol):
    """A criterion with the cells of one lead."""

    def points(self, at: int, /) -> float:
        """Return the points at an instant."""

    def counts_behind(self, at: int, /) -> float:
        """Return the weighted number of counts behind the points."""

    def interval(self, from_at: int, to_at: int, /) -> Interval:
        """Return bounds of the points over all instants in [from_at, to_at]."""

    def last_change_at(self) -> int:
        """Return an instant after which the points stay as they are, at most `FAR_AT`."""


class Constant(NamedTuple):
    """Points that do not depend on the instant: of the profile, or of a signal never seen."""

    value: float

    def points(self, _at: int, /) -> float:
        """Return the points."""
        return self.value

    def counts_behind(self, _at: int, /) -> float:
        """Return 0: no counts are behind it."""
        return 0.0

    def interval(self, _from_at: int, _to_at: int, /) -> Interval:
        """Return the points, twice."""
        return Interval(self.value, self.value)

    def last_change_at(self) -> int:
        """Return 0: it never changes."""
        return 0


NOTHING = Constant(0.0)
"""Worth 0 at every instant."""


class Idle(NamedTuple):
    """An inactivity criterion with the mean instant of the last cell of its signals."""

    criterion: InactivityCriterion
    last_at: float

    def points(self, at: int, /) -> float:
        """Return the points at an instant: none before the period is over."""
        periods = (at - self.last_at) // self.criterion.period_ms
        if periods < 1:
            return 0.0
        return self.criterion.points * (periods if self.criterion.is_repeated else 1)

    def counts_behind(self, _at: int, /) -> float:
        """Return 0: what is missing cannot be counted."""
        return 0.0

    def interval(self, from_at: int, to_at: int, /) -> Interval:
        """Return the points at both ends, the lesser first: idleness only grows."""
        return _between(self.points(from_at), self.points(to_at))

    def next_change_at(self, at: int) -> int:
        """Return the first instant after ``at`` at which another period is over; `FAR_AT` at most, and if none is."""
        periods = (at - self.last_at) // self.criterion.period_ms
        if not self.criterion.points or (periods >= 1 and not self.criterion.is_repeated):
            return FAR_AT
        return min(FAR_AT, max(at + 1, math.ceil(self.last_at + (periods + 1) * self.criterion.period_ms)))

    def last_change_at(self) -> int:
        """Return the end of the (last) period; `FAR_AT` if periods repeat."""
        if self.criterion.is_repeated and self.criterion.points:
            return FAR_AT
        return min(FAR_AT, math.ceil(self.last_at + self.criterion.period_ms) + 1)


class Counted(NamedTuple):
    """A signal criterion with the terms of its cells.

    ``gate`` has every cell that the frequency counts, ``terms`` those that bring points (one, for the first time only).
    ``window_ms`` is the shorter of the criterion's and its frequency's. ``is_mixed``: the terms are of two signs.
    ``gate_place`` is that of its plan.
    """

    criterion: SignalCriterion
    factor: Factor
    window_ms: float
    terms: tuple[Term, ...]
    gate: tuple[Term, ...]
    is_mixed: bool
    gate_place: int

    def points(self, at: int, /) -> float:
        """Return the points at an instant, 0 while the gate is closed."""
        frequency = self.criterion.frequency
        if frequency is None:
            return self._sum(at)
        if not _is_open(frequency, self.gate_count(frequency, at)):
            return 0.0
        return self.criterion.points if frequency.is_award else self._sum(at)

    def counts_behind(self, at: int, /) -> float:
        """Return the weighted count of the cells behind the points; of the gate's cells for an award."""
        frequency = self.criterion.frequency
        if frequency is not None:
            count = self.gate_count(frequency, at)
            if not _is_open(frequency, count):
                return 0.0
            if frequency.is_award:
                return count
        return _counted(self.terms, self.window_ms, at)

    def interval(self, from_at: int, to_at: int, /) -> Interval:
        """Return bounds of the points over a stretch of time."""
        frequency = self.criterion.frequency
        if frequency is None:
            return self._open_interval(from_at, to_at)
        most, least = self.gate_count(frequency, from_at), self.gate_count(frequency, to_at)
        at_most = math.inf if frequency.at_most is None else frequency.at_most
        if most < frequency.at_least or least > at_most:
            return Interval(0.0, 0.0)
        award = self.criterion.points
        low, high = Interval(award, award) if frequency.is_award else self._open_interval(from_at, to_at)
        if least >= frequency.at_least and most <= at_most:
            return Interval(low, high)
        return Interval(min(low, 0.0), max(high, 0.0))

    def last_change_at(self) -> int:
        """Return when the last term has faded, left its window or expired, and the last count its gate."""
        decay = self.criterion.decay
        settled_ms = settled_age_ms(decay) or math.inf
        fading_ms = min(settled_ms, self.window_ms)
        ends = [min(term.mean_at + fading_ms, term.expires_at) for term in self.terms]
        frequency = self.criterion.frequency
        if frequency is not None:
            ends += [min(term.mean_at + frequency.window_ms, term.expires_at) for term in self.gate]
        # One millisecond more, as the mean is a float; a term that neither fades nor leaves nor expires never changes.
        return max((min(FAR_AT, math.ceil(end) + 1) for end in ends if end < math.inf), default=0)

    def _sum(self, at: int) -> float:
        return _faded(self.terms, self.window_ms, self.factor, at)

    def gate_count(self, frequency: Frequency, at: int) -> float:
        """Return the weighted count behind the gate of a frequency."""
        # Rounded, so that ten opens that weigh 0.1 each are the one that `at_least 1` asks for.
        return round(_counted(self.gate, frequency.window_ms, at), 9)

    def _open_interval(self, from_at: int, to_at: int) -> Interval:
        if not self.is_mixed:
            return _between(self._sum(from_at), self._sum(to_at))
        ends = [
            [_faded(terms, self.window_ms, self.factor, at) for at in (from_at, to_at)]
            for terms in (
                [term for term in self.terms if term.points > 0],
                [term for term in self.terms if term.points <= 0],
            )
        ]
        gain, loss = _between(*ends[0]), _between(*ends[1])
        if gain.low == gain.high and loss.low == loss.high:
            return _between(self._sum(from_at), self._sum(to_at))
        slack = _SLACK * (gain.high - loss.low)
        return Interval(gain.low + loss.low - slack, gain.high + loss.high + slack)


def prepared(plan: CriterionPlan, criterion: SignalCriterion, tallies: Sequence[Tally]) -> PreparedCriterion:
    """Return a signal criterion with the cells of a lead.

    Args:
        plan: The criterion's plan.
        criterion: The criterion.
        tallies: The signal's cells in the order of their keys, each with a weight and a count above 0.

    Returns:
        The criterion, ready to be asked for any instant.
    """
    frequency = criterion.frequency
    if not tallies:
        is_awarded = frequency is not None and frequency.is_award and _is_open(frequency, 0.0)
        return Constant(criterion.points) if is_awarded else NOTHING
    terms = _terms(criterion, tallies, plan.measure_scale)
    gate: tuple[Term, ...] = ()
    if frequency is not None:
        gate = tuple(Term(tally.mean_at, 0.0, tally.expires_at, tally.weight * tally.counted) for tally in tallies)
    is_mixed = criterion.is_per_measure and len({term.points > 0 for term in terms if term.points}) > 1
    return Counted(criterion, plan.factor, plan.window_ms, terms, gate, is_mixed, plan.gate_place)


def _counted(terms: Sequence[Term], window_ms: float, at: int) -> float:
    return sum(term.weighted_count for term in terms if at - term.mean_at < window_ms and at < term.expires_at)


def _faded(terms: Sequence[Term], window_ms: float, factor: Factor, at: int) -> float:
    """Return the sum of the terms at an instant, each faded, without those that left the window or expired."""
    total = 0.0
    for mean_at, points, expires_at, _ in terms:
        age_ms = at - mean_at
        if age_ms < window_ms and at < expires_at:
            total += points * factor(age_ms)
    return total


def _terms(criterion: SignalCriterion, tallies: Sequence[Tally], measure_scale: int) -> tuple[Term, ...]:
    points, limit = criterion.points, criterion.limit
    if limit is not None and limit.per_ms is None:
        return (_first_term(criterion, tallies, measure_scale),)
    terms = []
    for mean_at, weight, counted, measure, _, expires_at in tallies:
        amount = measure / measure_scale if criterion.is_per_measure else counted
        terms.append(Term(mean_at, points * (weight * amount), expires_at, weight * counted))
    if limit is not None and limit.per_ms is not None:
        shares = _limit_shares(tallies, limit.count, limit.per_ms)
        terms = [term._replace(points=term.points * share) for term, share in zip(terms, shares, strict=True)]
    return tuple(terms)


def _limit_shares(tallies: Sequence[Tally], count_max: int, per_ms: int) -> list[float]:
    """Return what each cell keeps of its counts: what the limit leaves to its window."""
    counts: dict[int, float] = {}
    windows = [tally.start_at // per_ms for tally in tallies]
    for window, tally in zip(windows, tallies, strict=True):
        counts[window] = counts.get(window, 0.0) + tally.weight * tally.counted
    return [min(1.0, count_max / counts[window]) for window in windows]


def _first_term(criterion: SignalCriterion, tallies: Sequence[Tally], measure_scale: int) -> Term:
    """Return the term of the first time only: a count of one at the mean of the earliest cell, which never expires.

    It is the earliest of those with the heaviest verdict, so that a person's first time is not a bot's. Of several
    counts in that cell a measure's mean is taken: a cell cannot know which of them was the first.
    """
    heaviest = max(tally.weight for tally in tallies)
    first = min((tally for tally in tallies if tally.weight == heaviest), key=lambda tally: tally.mean_at)
    amount = first.measure / first.counted / measure_scale if criterion.is_per_measure else 1.0
    return Term(first.mean_at, criterion.points * heaviest * amount, math.inf, heaviest)


def _is_open(frequency: Frequency, count: float) -> bool:
    return count >= frequency.at_least and (frequency.at_most is None or count <= frequency.at_most)


def _between(one: float, other: float) -> Interval:
    return Interval(one, other) if one <= other else Interval(other, one)
