"""What of a scorecard can be worked out once, for all leads and instants.

Which signals an activity may match, when cells expire, and each criterion with its decay as a function and its clips as
numbers. A plan is a function of its scorecard alone and is kept for the last few scorecards. Knows no lead, no instant.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, repeat
from typing import Final, NamedTuple

from scorer.rules.decay import Factor, factor_of
from scorer.rules.remembered import once_for_each
from scorer.rules.scorecard import (
    Criterion,
    FitCriterion,
    Group,
    NoDecay,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
)

NO_GATE: Final = -1
"""The gate's place of a criterion without a frequency."""
NO_PLACE: Final = -1
"""The place of a criterion that is no part of an engagement."""
_ANY_TYPE: Final = "*"


@dataclass(frozen=True, slots=True)
class SignalPlan:
    """A signal with what decides when its cells expire.

    ``align_ms`` is the least span that holds whole limit windows of every criterion of the signal (1 with no limit):
    the cells of one limit window expire together, so a limit never lets a score rise as time passes.
    """

    signal: Signal
    width_ms: int
    keep_ms: int | None
    align_ms: int

    def expires_at(self, bucket: int) -> int | None:
        """Return the instant from which a bucket's cell is valued no more; None if never."""
        if self.keep_ms is None:
            return None
        end_at = (bucket + 1) * self.width_ms
        return -(-end_at // self.align_ms) * self.align_ms + self.keep_ms


class CriterionPlan(NamedTuple):
    """A criterion with its decay as a function and its clips as numbers (infinite where there is none).

    ``window_ms`` is the shorter of the criterion's and its frequency's. ``measure_scale`` is 1 without a measure.
    ``place`` counts the criteria of all engagements in the order of the file; `NO_PLACE` for one of a fit.
    ``gate_place`` tells the gate of its frequency from all others of the scorecard; `NO_GATE` if it has none.
    ``signal`` is the one that it is about, None for another kind of criterion. ``is_nothing_unseen``: without a count
    of it, the criterion is worth 0 at every instant, clips and all.
    """

    criterion: Criterion
    factor: Factor
    window_ms: float
    measure_scale: int
    floor: float
    cap: float
    place: int = NO_PLACE
    gate_place: int = NO_GATE
    signal: str | None = None
    is_nothing_unseen: bool = False


class GroupPlan(NamedTuple):
    """A group with its criteria and clips."""

    group: Group
    criteria: tuple[CriterionPlan, ...]
    floor: float
    cap: float


class SidePlan(NamedTuple):
    """A side with its groups and clips."""

    groups: tuple[GroupPlan, ...]
    floor: float
    cap: float


class ScorePlan(NamedTuple):
    """Both sides of a named score."""

    engagement: SidePlan
    fit: SidePlan


@dataclass(frozen=True, slots=True)
class Plan:
    """A scorecard, prepared.

    ``signals_by_type`` holds, in the order of their names, the signals that an activity of a type may match;
    ``signals_of_any_type`` those for all other types.
    """

    signals: Mapping[str, SignalPlan]
    signals_by_type: Mapping[str, tuple[Signal, ...]]
    signals_of_any_type: tuple[Signal, ...]
    scores: Mapping[str, ScorePlan]

    def candidates(self, activity_type: str) -> tuple[Signal, ...]:
        """Return the signals that an activity of a type may match, in the order of their names."""
        return self.signals_by_type.get(activity_type, self.signals_of_any_type)


@once_for_each
def plan_of(scorecard: Scorecard) -> Plan:
    """Return the plan of a scorecard; asking again costs a look-up."""
    align_ms: dict[str, int] = {}
    for criterion in _criteria_of([*scorecard.scores.values(), *scorecard.beside]):
        if isinstance(criterion, SignalCriterion) and criterion.limit and criterion.limit.per_ms:
            align_ms[criterion.signal] = math.lcm(align_ms.get(criterion.signal, 1), criterion.limit.per_ms)
    signals = [scorecard.signals[name] for name in sorted(scorecard.signals)]
    places, no_places, gates = count(), repeat(NO_PLACE), count()
    types = {signal.activity_type for signal in signals} - {_ANY_TYPE}
    return Plan(
        signals={
            signal.name: SignalPlan(signal, signal.width_ms, signal.keep_ms, align_ms.get(signal.name, 1))
            for signal in signals
        },
        signals_by_type={
            type_: tuple(signal for signal in signals if signal.activity_type in (type_, _ANY_TYPE)) for type_ in types
        },
        signals_of_any_type=tuple(signal for signal in signals if signal.activity_type == _ANY_TYPE),
        scores={
            name: ScorePlan(
                _side_plan(score.engagement, scorecard, places, gates),
                _side_plan(score.fit, scorecard, no_places, gates),
            )
            for name, score in scorecard.scores.items()
        },
    )


def narrowed(scorecard: Scorecard, names: Collection[str]) -> Scorecard:
    """Return a scorecard that judges in some of its named scores only, and in them as it does.

    Args:
        scorecard: The rules.
        names: The named scores that are asked for.

    Raises:
        KeyError: If it has none of them.
    """
    scores = {name: score for name, score in scorecard.scores.items() if name in names}
    if not scores:
        raise KeyError(*names)
    beside = [score for name, score in scorecard.scores.items() if name not in scores]
    default = scorecard.default_score if scorecard.default_score in scores else next(iter(scores))
    return replace(scorecard, scores=scores, default_score=default, beside=(*scorecard.beside, *beside))


def criteria_of(scorecard: Scorecard) -> Iterator[Criterion]:
    """Yield every criterion of every score, in the order of the file."""
    return _criteria_of(scorecard.scores.values())


def _criteria_of(scores: Iterable[Score]) -> Iterator[Criterion]:
    for score in scores:
        for side in (score.engagement, score.fit):
            for group in side.groups:
                yield from group.criteria


def _side_plan(side: Side, scorecard: Scorecard, places: Iterator[int], gates: Iterator[int]) -> SidePlan:
    groups = tuple(
        GroupPlan(
            group,
            tuple(_criterion_plan(criterion, scorecard, next(places), gates) for criterion in group.criteria),
            _floor(group.floor),
            _cap(group.cap),
        )
        for group in side.groups
    )
    return SidePlan(groups, _floor(side.floor), _cap(side.cap))


def _criterion_plan(criterion: Criterion, scorecard: Scorecard, place: int, gates: Iterator[int]) -> CriterionPlan:
    if isinstance(criterion, FitCriterion):
        return CriterionPlan(criterion, factor_of(NoDecay()), math.inf, 1, -math.inf, math.inf, place)
    floor, cap = _floor(criterion.floor), _cap(criterion.cap)
    if not isinstance(criterion, SignalCriterion):
        return CriterionPlan(criterion, factor_of(NoDecay()), math.inf, 1, floor, cap, place)
    window_ms = math.inf if criterion.window_ms is None else float(criterion.window_ms)
    gate_place = NO_GATE
    is_awarded_unseen = criterion.frequency is not None and criterion.frequency.at_least <= 0
    if criterion.frequency is not None:
        window_ms = min(window_ms, criterion.frequency.window_ms)
        gate_place = next(gates)
    measure = scorecard.signals[criterion.signal].measure
    scale = 1 if measure is None else measure.scale
    return CriterionPlan(
        criterion,
        factor_of(criterion.decay),
        window_ms,
        scale,
        floor,
        cap,
        place,
        gate_place,
        criterion.signal,
        is_nothing_unseen=floor <= 0 <= cap and not is_awarded_unseen,
    )


def _floor(floor: float | None) -> float:
    return -math.inf if floor is None else floor


def _cap(cap: float | None) -> float:
    return math.inf if cap is None else cap
