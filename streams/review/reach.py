"""How little and how much a score can be, whatever a lead does and is.

Bounds hold of every lead: what they exclude never happens. They are seldom tight where counts are, so who claims that
something *can* happen needs more. What the profile is worth takes few values; where those are few enough they are known
one by one. Leads are valued at instants that are not before what they did, but for the day that clocks may be wrong by.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scorer.rules.conditions import Test
from scorer.rules.decay import HalfLife, Linear, NoDecay, Step
from scorer.rules.scorecard import (
    Criterion,
    FitCriterion,
    Group,
    InactivityCriterion,
    Scorecard,
    Side,
    SignalCriterion,
)
from streams.review.fields import ANYTHING, field_values
from streams.review.samples import number_bounds, samples_of, truth

VALUES_MAX = 2_000
"""How many values of a sum are kept apart; beyond, only the least and the greatest are known."""

SLACK = 1e-6
"""Less than this is no difference: sums are rounded, and nobody means a millionth of a point."""

_FUTURE_MS = 86_400_000


class Reach(NamedTuple):
    """What a value is never below and never above; ``values`` has all that it can be, where they are known."""

    low: float
    high: float
    values: frozenset[float] | None = None

    def has_value_in(self, low: float, below: float) -> bool:
        """Tell whether it may be at least ``low`` and less than ``below``; no is certain."""
        if self.values is not None:
            return any(low - SLACK <= value < below + SLACK for value in self.values)
        return self.high >= low - SLACK and self.low < below + SLACK


NOTHING = Reach(0.0, 0.0, frozenset({0.0}))


class ScoreReach(NamedTuple):
    """The reach of both sides of a named score, clipped and not yet weighted, and of the score."""

    engagement: Reach
    fit: Reach
    score: Reach


def reach_of_values(values: Iterable[float]) -> Reach:
    """Return the reach of a value that can be any of some."""
    rounded = frozenset(round(value, 9) for value in values)
    return Reach(min(rounded), max(rounded), rounded if len(rounded) <= VALUES_MAX else None)


def added(one: Reach, other: Reach) -> Reach:
    """Return the reach of a sum of two values that do not depend on each other."""
    if one.values is not None and other.values is not None and len(one.values) * len(other.values) <= VALUES_MAX:
        return reach_of_values(first + second for first in one.values for second in other.values)
    return Reach(one.low + other.low, one.high + other.high)


def clipped(reach: Reach, floor: float | None, cap: float | None) -> Reach:
    """Return the reach of a value after a floor and a cap (None: there is none)."""
    least, most = -math.inf if floor is None else floor, math.inf if cap is None else cap
    if reach.values is not None:
        return reach_of_values(min(most, max(least, value)) for value in reach.values)
    return Reach(min(most, max(least, reach.low)), min(most, max(least, reach.high)))


def weighted(reach: Reach, weight: float) -> Reach:
    """Return the reach of a value times a weight of 0 or more."""
    if not weight:
        return NOTHING
    if reach.values is not None:
        return reach_of_values(weight * value for value in reach.values)
    return Reach(weight * reach.low, weight * reach.high)


def summed(reaches: Iterable[Reach]) -> Reach:
    """Return the reach of a sum."""
    total = NOTHING
    for reach in reaches:
        total = added(total, reach)
    return total


class Reaches:
    """How little and how much the parts of a scorecard can be worth, each worked out once."""

    def __init__(self, scorecard: Scorecard, dead: frozenset[str]) -> None:
        """Take what is asked about.

        Args:
            scorecard: The scorecard.
            dead: Signals that never match.
        """
        self._scorecard = scorecard
        self._dead = dead
        self._known: dict[int, Reach] = {}
        self._scores: dict[str, ScoreReach] = {}

    def of_score(self, name: str) -> ScoreReach:
        """Return the reach of a named score and of its sides."""
        if name not in self._scores:
            score = self._scorecard.scores[name]
            engagement = clipped(self.of_side(score.engagement), score.engagement.floor, score.engagement.cap)
            fit = clipped(self.of_side(score.fit), score.fit.floor, score.fit.cap)
            total = added(weighted(engagement, score.engagement.weight), weighted(fit, score.fit.weight))
            self._scores[name] = ScoreReach(engagement, fit, clipped(total, score.lowest, score.highest))
        return self._scores[name]

    def of_side(self, side: Side) -> Reach:
        """Return the reach of a side before its own cap and floor."""
        return summed(clipped(self.of_group(group), group.floor, group.cap) for group in side.groups)

    def of_group(self, group: Group) -> Reach:
        """Return the reach of a group before its own cap and floor."""
        if id(group) not in self._known:
            on_profile = [criterion for criterion in group.criteria if isinstance(criterion, FitCriterion)]
            counted = (
                clipped(self.of_criterion(criterion), criterion.floor, criterion.cap)
                for criterion in group.criteria
                if not isinstance(criterion, FitCriterion)
            )
            self._known[id(group)] = summed([*counted, _profile_reach(on_profile)])
        return self._known[id(group)]

    def of_criterion(self, criterion: Criterion) -> Reach:
        """Return the reach of a criterion before its own cap and floor."""
        if id(criterion) not in self._known:
            self._known[id(criterion)] = self._raw(criterion)
        return self._known[id(criterion)]

    def _raw(self, criterion: Criterion) -> Reach:
        if isinstance(criterion, FitCriterion):
            return _profile_reach([criterion])
        if isinstance(criterion, InactivityCriterion):
            if set(criterion.signals) <= self._dead:
                return NOTHING
            return _between(criterion.points * (math.inf if criterion.is_repeated and criterion.points else 1))
        frequency = criterion.frequency
        is_award = frequency is not None and frequency.is_award
        # An award can be for having done nothing.
        if criterion.signal in self._dead and not (is_award and frequency is not None and frequency.at_least == 0):
            return NOTHING
        return _between(criterion.points) if is_award else _signal_reach(criterion, self._scorecard)


def _between(points: float) -> Reach:
    return Reach(min(0.0, points), max(0.0, points))


def _signal_reach(criterion: SignalCriterion, scorecard: Scorecard) -> Reach:
    """Return the reach of points for each count, or each unit of a measure."""
    if not criterion.points:
        return NOTHING
    if criterion.is_per_measure:
        low, high = measure_bounds(criterion, scorecard)
        ends = (criterion.points * (math.inf if high > 0 else 0.0), criterion.points * (-math.inf if low < 0 else 0.0))
        return Reach(min(0.0, *ends), max(0.0, *ends))
    counts = min(_limited_counts(criterion, scorecard), _gated_counts(criterion))
    return _between(criterion.points * counts)


def measure_bounds(criterion: SignalCriterion, scorecard: Scorecard) -> tuple[float, float]:
    """Return the least and the greatest that one activity can add to the measure that a criterion values."""
    signal = scorecard.signals[criterion.signal]
    if signal.measure is None:
        return 0.0, 0.0
    field = signal.measure.field
    allowed = field_values(signal.activity_type, field)
    if not allowed.is_number:
        return 0.0, 0.0
    tests = [condition.test for condition in signal.conditions if condition.field == field]
    return number_bounds(tests, allowed)


def _gated_counts(criterion: SignalCriterion) -> float:
    """Return how much weighted count a gate with an upper end lets through."""
    if criterion.frequency is None or criterion.frequency.at_most is None:
        return math.inf
    return criterion.frequency.at_most + SLACK


def _limited_counts(criterion: SignalCriterion, scorecard: Scorecard) -> float:
    """Return how many full counts a limit leaves of all that can be: those of each of its windows, faded.

    Windows of one day may be ahead; then comes the one that is, and one that may just have ended; the k-th before it is
    at least k windows old. Factors fall, so their sum is at most their integral.
    """
    limit = criterion.limit
    if limit is None:
        return math.inf
    if limit.per_ms is None:
        return max(1.0, *scorecard.verdict_weights)
    spans = [span for span in (criterion.window_ms, _gate_ms(criterion)) if span is not None]
    faded_ms = _integral_ms(criterion, min(spans, default=math.inf))
    return limit.count * (2 + math.ceil(_FUTURE_MS / limit.per_ms) + faded_ms / limit.per_ms)


def _gate_ms(criterion: SignalCriterion) -> int | None:
    return None if criterion.frequency is None else criterion.frequency.window_ms


def _integral_ms(criterion: SignalCriterion, window_ms: float) -> float:
    """Return what the factors of all ages within a window come to, at most."""
    decay = criterion.decay
    if isinstance(decay, NoDecay):
        return window_ms
    if isinstance(decay, HalfLife):
        return min(window_ms, decay.half_life_ms / math.log(2))
    if isinstance(decay, Linear):
        return min(window_ms, decay.period_ms / 2)
    return min(window_ms, _step_integral_ms(decay))


def _step_integral_ms(decay: Step) -> float:
    # Factors 1, 1 - s, 1 - 2 s ... for a period each: at most a triangle of height 1 + s over (1 + s) / s periods.
    return decay.period_ms * (1 + decay.share) ** 2 / (2 * decay.share)


def _profile_reach(criteria: Sequence[FitCriterion]) -> Reach:
    """Return what criteria on the profile can be worth together: attributes are free of each other, tests are not."""
    by_field: dict[str, list[FitCriterion]] = {}
    for criterion in criteria:
        by_field.setdefault(criterion.condition.field, []).append(criterion)
    return summed(_attribute_reach(found) for found in by_field.values())


def _attribute_reach(criteria: Sequence[FitCriterion]) -> Reach:
    """Return what criteria on one attribute can be worth together."""
    tests: list[Test] = [criterion.condition.test for criterion in criteria]
    reaches = []
    for sample in samples_of(tests, ANYTHING):
        reach = NOTHING
        for criterion in criteria:
            is_held = truth(criterion.condition.test, sample)
            if is_held is not False:
                values = (criterion.points,) if is_held else (0.0, criterion.points)
                reach = added(reach, reach_of_values(values))
        reaches.append(reach)
    known = [reach.values for reach in reaches if reach.values is not None]
    if len(known) == len(reaches):
        return reach_of_values(value for values in known for value in values)
    return Reach(min(reach.low for reach in reaches), max(reach.high for reach in reaches))
