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
from dataclasses import dataclass
from typing import Final

from scorer.rules.decay import Factor, settled_age_ms
from scorer.rules.plan import CriterionPlan
from scorer.rules.scorecard import Frequency, InactivityCriterion, SignalCriterion
from scorer.worth.terms import Interval, Tally, Term, counted, faded, faded_between, terms_of

FAR_AT: Final = 253_402_300_799_999
"""The last millisecond of the year 9999: no instant that the wire can carry is later."""

# Float sums of one sign are monotone to the last bit (each rounding is); this covers the order of sums of two signs.
_SLACK: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Constant:
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
        return self.value, self.value

    def last_change_at(self) -> int:
        """Return 0: it never changes."""
        return 0


NOTHING: Final = Constant(0.0)
"""Worth 0 at every instant."""


class Idle:
    """An inactivity criterion with the mean instant of the last cell of its signals."""

    __slots__ = ("criterion", "last_at")

    def __init__(self, criterion: InactivityCriterion, last_at: float) -> None:  # spelt out, as that of `Counted`
        """Put together what is known."""
        self.criterion = criterion
        self.last_at = last_at

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


class Counted:
    """A signal criterion with the terms of its cells.

    ``gate`` has every cell that the frequency counts, ``terms`` those that bring points (one, for the first time only).
    ``window_ms`` is the shorter of the criterion's and its frequency's. ``is_mixed``: the terms are of two signs.
    ``gate_place`` is that of its plan.
    """

    __slots__ = ("criterion", "factor", "gate", "gate_place", "is_mixed", "terms", "window_ms")

    def __init__(  # spelt out: every valuation makes some, and a frozen dataclass takes thrice as long to make
        self,
        criterion: SignalCriterion,
        factor: Factor,
        window_ms: float,
        terms: tuple[Term, ...],
        gate: tuple[Term, ...],
        gate_place: int,
        *,
        is_mixed: bool,
    ) -> None:
        """Put together what is known."""
        self.criterion = criterion
        self.factor = factor
        self.window_ms = window_ms
        self.terms = terms
        self.gate = gate
        self.is_mixed = is_mixed
        self.gate_place = gate_place

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
        return counted(self.terms, self.window_ms, at)

    def interval(self, from_at: int, to_at: int, /) -> Interval:
        """Return bounds of the points over a stretch of time."""
        frequency = self.criterion.frequency
        if frequency is None:
            return self._open_interval(from_at, to_at)
        most, least = self.gate_count(frequency, from_at), self.gate_count(frequency, to_at)
        at_most = math.inf if frequency.at_most is None else frequency.at_most
        if most < frequency.at_least or least > at_most:
            return 0.0, 0.0
        award = self.criterion.points
        low, high = (award, award) if frequency.is_award else self._open_interval(from_at, to_at)
        if least >= frequency.at_least and most <= at_most:
            return low, high
        return min(low, 0.0), max(high, 0.0)

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
        return faded(self.terms, self.window_ms, self.factor, at)

    def gate_count(self, frequency: Frequency, at: int) -> float:
        """Return the weighted count behind the gate of a frequency."""
        # Rounded, so that ten opens that weigh 0.1 each are the one that `at_least 1` asks for.
        return round(counted(self.gate, frequency.window_ms, at), 9)

    def gate_left(self, at: int) -> float:
        """Return how much weighted count its gate can take before it opens; infinite if it may be open, or has none."""
        frequency = self.criterion.frequency
        left = 0.0 if frequency is None else frequency.at_least - self.gate_count(frequency, at)
        return left if left > 0 else math.inf

    def _open_interval(self, from_at: int, to_at: int) -> Interval:
        if not self.is_mixed:
            return faded_between(self.terms, self.window_ms, self.factor, from_at, to_at)
        (gain_low, gain_high), (loss_low, loss_high) = (
            faded_between(terms, self.window_ms, self.factor, from_at, to_at)
            for terms in (
                [term for term in self.terms if term.points > 0],
                [term for term in self.terms if term.points <= 0],
            )
        )
        if gain_low == gain_high and loss_low == loss_high:
            return faded_between(self.terms, self.window_ms, self.factor, from_at, to_at)
        slack = _SLACK * (gain_high - loss_low)
        return gain_low + loss_low - slack, gain_high + loss_high + slack


PreparedCriterion = Constant | Idle | Counted
"""A criterion with the cells of one lead.

``points`` has an instant's, ``counts_behind`` the weighted number of counts behind them, ``interval`` bounds of the
points over all instants of a stretch, and ``last_change_at`` an instant after which they stay, at most `FAR_AT`.
"""


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
    terms = terms_of(criterion, tallies, plan.measure_scale)
    gate: tuple[Term, ...] = ()
    if frequency is not None:
        gate = tuple(Term(tally.mean_at, 0.0, tally.expires_at, tally.weight * tally.counted) for tally in tallies)
    is_mixed = criterion.is_per_measure and len({term.points > 0 for term in terms if term.points}) > 1
    return Counted(criterion, plan.factor, plan.window_ms, terms, gate, plan.gate_place, is_mixed=is_mixed)


def _is_open(frequency: Frequency, count: float) -> bool:
    return count >= frequency.at_least and (frequency.at_most is None or count <= frequency.at_most)


def _between(one: float, other: float) -> Interval:
    return (one, other) if one <= other else (other, one)
