"""What a lead is worth, read off the design once more: straightforward, slow, and without a line of the core's code.

Only the core's values (states, scorecards) are shared, and the conditions of fit criteria. It works on cells, as the
promises do: `exact` means equal to the value of the cells.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scorer.facts.state import Cell, CellKey, LeadState, Standing
from scorer.rules.conditions import holds
from scorer.rules.scorecard import (
    FitCriterion,
    HalfLife,
    InactivityCriterion,
    Linear,
    Score,
    Scorecard,
    Side,
    SignalCriterion,
    Step,
)

NO_AGE = Fraction(0)


def points_of(state: LeadState, scorecard: Scorecard, score: Score, at: int) -> tuple[float, float, float]:
    """Return the score, the engagement and the fit of a lead at an instant."""
    engagement = _side(state, scorecard, score.engagement, at)
    fit = _side(state, scorecard, score.fit, at)
    total = score.engagement.weight * engagement + score.fit.weight * fit
    return min(max(total, score.lowest), score.highest), engagement, fit


def grade(score: Score, engagement: float, fit: float) -> str | None:
    """Return the label of the highest band that is met on either axis, fit first."""
    if score.grades is None:
        return None
    label = ""
    for bands, reached in ((score.grades.fit, fit), (score.grades.engagement, engagement)):
        met = [band for band in bands if reached >= band.at_least] or [bands[-1]]
        label += max(met, key=lambda band: band.at_least).label
    return label


def stage(score: Score, standing: Standing | None, points: float, at: int) -> str:
    """Return the stage after a judgement: risen as high as the score enters, else fallen as far as it must."""
    names = [rung.name for rung in score.stages]
    entered = [number for number, rung in enumerate(score.stages) if points >= rung.enter_at]
    if standing is None or standing.stage not in names:
        return names[max(entered, default=0)]
    current = names.index(standing.stage)
    if entered and max(entered) > current:
        return names[max(entered)]
    if at < standing.since_at + score.stages[current].dwell_ms:
        return names[current]
    while points < score.stages[current].leave_below:
        current -= 1
    return names[current]


def margin(score: Score, points: float, engagement: float, fit: float) -> float:
    """Return how far score, engagement and fit are from the nearest value that decides anything."""
    deciders = [abs(points - at) for rung in score.stages for at in (rung.enter_at, rung.leave_below)]
    if score.grades is not None:
        deciders += [abs(engagement - band.at_least) for band in score.grades.engagement]
        deciders += [abs(fit - band.at_least) for band in score.grades.fit]
    return min(deciders, default=math.inf)


def _clip(points: float, floor: float | None, cap: float | None) -> float:
    points = points if floor is None else max(points, floor)
    return points if cap is None else min(points, cap)


def _side(state: LeadState, scorecard: Scorecard, side: Side, at: int) -> float:
    total = 0.0
    for group in side.groups:
        subtotal = 0.0
        for criterion in group.criteria:
            if isinstance(criterion, FitCriterion):
                subtotal += criterion.points if holds(criterion.condition, _attributes(state)) else 0.0
            elif isinstance(criterion, InactivityCriterion):
                subtotal += _clip(_idle_points(state, scorecard, criterion, at), criterion.floor, criterion.cap)
            else:
                subtotal += _clip(_signal_points(state, scorecard, criterion, at), criterion.floor, criterion.cap)
        total += _clip(subtotal, group.floor, group.cap)
    return _clip(total, side.floor, side.cap)


def _attributes(state: LeadState) -> dict[str, object]:
    names = {name for _, name in state.profile}
    said = {
        name: max(
            (attribute.occurred_at, attribute.fingerprint, repr(attribute.value), source, attribute.value)
            for (source, other), attribute in state.profile.items()
            if other == name
        )[-1]
        for name in names
    }
    return {name: value for name, value in said.items() if value is not None}


@dataclass
class _Seen:
    """One cell that counts for something: weighted count and measure, mean instant, bucket, expiry."""

    weight: Fraction
    count: int
    measure: Fraction
    bucket_at: int
    mean_at: Fraction
    expires_at: float


@dataclass(frozen=True, eq=False)
class _Lead:
    """A lead under a scorecard, told apart from others by being these very objects."""

    state: LeadState
    scorecard: Scorecard

    def __hash__(self) -> int:
        return hash((id(self.state), id(self.scorecard)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lead) and other.state is self.state and other.scorecard is self.scorecard


@dataclass(frozen=True, eq=False)
class _Card:
    """A scorecard, told apart from others by being this very object."""

    scorecard: Scorecard

    def __hash__(self) -> int:
        return id(self.scorecard)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Card) and other.scorecard is self.scorecard


def _seen(state: LeadState, scorecard: Scorecard, names: Iterable[str]) -> list[_Seen]:
    """Return the cells of some signals that have a weight, in the order of their keys."""
    return _seen_once(_Lead(state, scorecard), frozenset(names))


@lru_cache(maxsize=256)
def _seen_once(lead: _Lead, names: frozenset[str]) -> list[_Seen]:
    card = _Card(lead.scorecard)
    cells = (_seen_cell(key, cell, card) for key, cell in sorted(lead.state.cells.items()) if key.signal in names)
    return [one for one in cells if one is not None]


@lru_cache(maxsize=65_536)
def _seen_cell(key: CellKey, cell: Cell, card: _Card) -> _Seen | None:
    """Return one cell, if it has a weight."""
    scorecard = card.scorecard
    weight = Fraction(str(scorecard.verdict_weights[key.verdict]))
    if not weight:
        return None
    signal = scorecard.signals[key.signal]
    bucket_at = key.bucket * signal.width_ms
    scale = signal.measure.scale if signal.measure else 1
    mean_at = bucket_at + Fraction(cell.offset_ms, cell.count)
    expires_at = valued_until(scorecard, key.signal, bucket_at + signal.width_ms)
    return _Seen(weight, cell.count, Fraction(cell.measure, scale), bucket_at, mean_at, expires_at)


def valued_until(scorecard: Scorecard, name: str, end_at: int) -> float:
    """Return until when a bucket counts: its end, moved up to the end of the signal's limit windows, plus the keep."""
    keep_ms = scorecard.signals[name].keep_ms
    if keep_ms is None:
        return math.inf
    windows_ms = [
        criterion.limit.per_ms
        for score in scorecard.scores.values()
        for group in score.engagement.groups
        for criterion in group.criteria
        if isinstance(criterion, SignalCriterion) and criterion.signal == name and criterion.limit is not None
    ]
    together_ms = math.lcm(*(window_ms for window_ms in windows_ms if window_ms is not None))
    while end_at % together_ms:
        end_at += together_ms - end_at % together_ms
    return end_at + keep_ms


def _idle_points(state: LeadState, scorecard: Scorecard, criterion: InactivityCriterion, at: int) -> float:
    seen = _seen(state, scorecard, criterion.signals)
    if not seen:
        return 0.0
    periods = math.floor((at - max(one.mean_at for one in seen)) / criterion.period_ms)
    if periods < 1:
        return 0.0
    return criterion.points * (periods if criterion.is_repeated else 1)


def _signal_points(state: LeadState, scorecard: Scorecard, criterion: SignalCriterion, at: int) -> float:
    seen = _seen(state, scorecard, {criterion.signal})
    live = [one for one in seen if at < one.expires_at]
    window_ms = math.inf if criterion.window_ms is None else criterion.window_ms
    gate = criterion.frequency
    if gate is not None:
        inside = sum(one.weight * one.count for one in live if at - one.mean_at < gate.window_ms)
        if inside < gate.at_least or (gate.at_most is not None and inside > gate.at_most):
            return 0.0
        if gate.is_award:
            return criterion.points
        window_ms = min(window_ms, gate.window_ms)
    if criterion.limit is None:
        amounts = [(one, _amount(criterion, one)) for one in live]
    elif criterion.limit.per_ms is None:
        amounts = _first_time(criterion, seen)
    else:
        amounts = [(one, _amount(criterion, one) * _share(criterion, one, live)) for one in live]
    return sum(
        criterion.points * float(amount) * _factor(criterion, age_ms)
        for one, amount in amounts
        if (age_ms := at - one.mean_at) < window_ms
    )


def _amount(criterion: SignalCriterion, one: _Seen) -> Fraction:
    return one.weight * (one.measure if criterion.is_per_measure else one.count)


def _share(criterion: SignalCriterion, one: _Seen, live: list[_Seen]) -> Fraction:
    """Return the part of a cell's counts that the limit of its tumbling window leaves."""
    limit = criterion.limit
    if limit is None or limit.per_ms is None:
        return Fraction(1)
    window = one.bucket_at // limit.per_ms
    together = sum(other.weight * other.count for other in live if other.bucket_at // limit.per_ms == window)
    return min(Fraction(1), limit.count / together)


def _first_time(criterion: SignalCriterion, seen: list[_Seen]) -> list[tuple[_Seen, Fraction]]:
    """Return the earliest cell of the heaviest verdict there is, as one count of it."""
    if not seen:
        return []
    heaviest = max(one.weight for one in seen)
    first = min((one for one in seen if one.weight == heaviest), key=lambda one: one.mean_at)
    return [(first, first.weight * (first.measure / first.count if criterion.is_per_measure else 1))]


def _factor(criterion: SignalCriterion, age_ms: Fraction) -> float:
    age_ms, decay = max(age_ms, NO_AGE), criterion.decay
    if isinstance(decay, HalfLife):
        return float(math.exp(-math.log(2) * float(age_ms / decay.half_life_ms)))
    if isinstance(decay, Linear):
        return float(max(Fraction(0), 1 - age_ms / decay.period_ms))
    if isinstance(decay, Step):
        return max(0.0, 1 - decay.share * math.floor(age_ms / decay.period_ms))
    return 1.0
