"""Bounds of a sum of criteria: what gains and losses that fade together take back of each other.

Added up, bounds take all gains to be at their least while all losses are at their greatest. Terms that fade alike
cannot be: their sum is one amplitude times one falling function, so it is monotone. In a stretch it loses the
difference of what its gains and its penalties lose; the lesser of the two comes off both ends of the added bounds. So
sums of decays with one rate are bounded by their values at both ends. Terms are *alike* in a stretch if they end in it
at one instant or not at all, and

- fade by one half-life, or along lines of one period that do not reach 0, from mean instants not ahead of the stretch;
- or never fade;
- or fade in one way from one mean instant.

This is true of real numbers, and a value is a float: it may waver by its last bits where the sum is monotone. All that
roundings can make up is left in the bounds as noise; `scorer.worth.valuation` rounds it away with the values' own.
A clip keeps terms apart if it can act in the stretch. Knows no lead, no side, no score.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from scorer.rules.decay import Decay, HalfLife, Linear, NoDecay
from scorer.worth.clips import Interval
from scorer.worth.criteria import Counted, PreparedCriterion, Term

# A value, both bounds and what terms lose: four sums, of which each rounding is at most half of 2 ** -52 of all points.
_NOISE_OF_A_SUM = 4 * 2.0**-53
# Roundings of one term that are not additions: age / half-life, the power, the product, and what it lost.
_ROUNDINGS_OF_A_TERM = 6


class _Kin(NamedTuple):
    """What alike terms of one decay have in common beside it; None for what does not tell them apart."""

    mean_at: float | None
    window_ms: float | None
    expires_at: float | None


_STEADY = _Kin(None, None, None)


@dataclass(slots=True)
class Loss:
    """What the gains and the penalties of alike terms lose in a stretch: points of 0 or more."""

    of_gains: float = 0.0
    of_penalties: float = 0.0


@dataclass(slots=True)
class Pool:
    """The bounds of one sum of criteria over one stretch of time, and the terms of it that no clip keeps apart.

    ``low`` and ``high`` are the sums of what ``added`` criteria and groups are each bounded by; ``points`` is the most
    that all of them can be away from 0, and ``noise`` the same for terms, each as often as it is rounded.
    """

    from_at: int
    to_at: int
    low: float = 0.0
    high: float = 0.0
    added: int = 0
    points: float = 0.0
    noise: float = 0.0
    losses: dict[tuple[Decay, _Kin], Loss] = field(default_factory=dict)

    def add(self, prepared: PreparedCriterion, floor: float, cap: float) -> None:
        """Add a criterion with its clips."""
        within = prepared.interval(self.from_at, self.to_at)
        self._add_bounds(within.clipped(floor, cap))
        if within.is_inside(floor, cap) and isinstance(prepared, Counted):
            self._add_terms(prepared)

    def merge(self, subtotal: "Pool", floor: float, cap: float) -> None:
        """Add a sum with its clips; its terms stay alike with those of others if the clips cannot act."""
        within = subtotal.bounds()
        if not within.is_inside(floor, cap):
            self._add_bounds(within.clipped(floor, cap))
            return
        self._add_bounds(Interval(subtotal.low, subtotal.high))
        self.added += subtotal.added
        self.points += subtotal.points
        self.noise += subtotal.noise
        for alike, loss in subtotal.losses.items():
            ours = self.losses.setdefault(alike, Loss())
            ours.of_gains += loss.of_gains
            ours.of_penalties += loss.of_penalties

    def bounds(self) -> Interval:
        """Return the sums of what was added, without what gains and penalties take back of each other."""
        overlap = sum(min(loss.of_gains, loss.of_penalties) for loss in self.losses.values())
        if not overlap:
            return Interval(self.low, self.high)
        spare = overlap - _NOISE_OF_A_SUM * (self.noise + self.points * (self.added + len(self.losses)))
        return Interval(self.low + max(spare, 0.0), self.high - max(spare, 0.0))

    def _add_bounds(self, within: Interval) -> None:
        self.low += within.low
        self.high += within.high
        self.added += 1
        self.points += max(abs(within.low), abs(within.high))

    def _add_terms(self, counted: Counted) -> None:
        if counted.criterion.frequency is not None:
            return
        amount = 0.0
        for term in counted.terms:
            amount += abs(term.points)
            self._add_term(counted, term)
        # Before decay: after many half-lives a factor is off by more of its bits, which are worth as much less.
        self.points += amount
        self.noise += amount * (len(counted.terms) + _ROUNDINGS_OF_A_TERM)

    def _add_term(self, counted: Counted, term: Term) -> None:
        age_ms, end_age_ms = self.from_at - term.mean_at, self.to_at - term.mean_at
        if age_ms >= counted.window_ms or self.from_at >= term.expires_at:
            return
        is_left, is_expired = end_age_ms >= counted.window_ms, self.to_at >= term.expires_at
        decay = counted.criterion.decay
        left = 0.0 if is_left or is_expired else term.points * counted.factor(end_age_ms)
        lost = term.points * counted.factor(age_ms) - left
        kin = _STEADY
        is_told_by_mean = is_left or not _is_shiftable(decay, age_ms, end_age_ms)
        if is_told_by_mean or is_expired:
            kin = _Kin(
                term.mean_at if is_told_by_mean else None,
                counted.window_ms if is_left else None,
                term.expires_at if is_expired else None,
            )
        loss = self.losses.setdefault((decay, kin), Loss())
        if lost > 0:
            loss.of_gains += lost
        else:
            loss.of_penalties -= lost


def is_opposed(criteria: Iterable[PreparedCriterion]) -> bool:
    """Return whether there are gains and penalties of one decay, without which pools are of no use."""
    signs: dict[Decay, set[bool]] = {}
    for prepared in criteria:
        if isinstance(prepared, Counted):
            found = signs.setdefault(prepared.criterion.decay, set())
            found.update((True, False) if prepared.is_mixed else (term.points > 0 for term in prepared.terms[:1]))
    return any(len(found) > 1 for found in signs.values())


def _is_shiftable(decay: Decay, age_ms: float, end_age_ms: float) -> bool:
    """Return whether terms of a decay fade alike in a stretch though their ages differ."""
    if isinstance(decay, HalfLife):
        return age_ms >= 0
    if isinstance(decay, Linear):
        return age_ms >= 0 and end_age_ms < decay.period_ms
    return isinstance(decay, NoDecay)
