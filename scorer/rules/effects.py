"""What one more count of a signal can do to a score, whatever the lead: worked out once for a scorecard.

A count brings points, moves the mean of its cell by less than a bucket, and under a limit takes a share of the others.
Each has a bound that needs no valuation. Where there is none (a measure under a limit, a range with an upper end), the
effect says so. Knows no lead and no instant.
"""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scorer.rules.decay import HalfLife, Linear, NoDecay, Step
from scorer.rules.plan import CriterionPlan, plan_of
from scorer.rules.remembered import once_for_each
from scorer.rules.scorecard import InactivityCriterion, Scorecard, SignalCriterion


class CountEffect(NamedTuple):
    """What one more count does to one criterion; ``score`` is the place of its named score in the scorecard.

    ``stretch`` bounds which share of their points the counts of a cell together gain or lose because its mean moves
    within the bucket, where the decay is smooth; ``jump`` the same for each of them where it goes by steps. A cell
    whose bucket began ``window_ms`` ago may have left the criterion's window. ``scale`` is that of the measure, 0 for a
    criterion on counts. ``is_first_only``: a later count brings no points of its own, unless its verdict weighs more,
    ``weight_max`` at most. ``limit`` is how much weighted count a window leaves to share (infinite without a limit),
    ``fade`` the share of its points by which counts of one window can differ. ``gate`` is the place of its frequency's
    gate among all, negative if it has none; ``is_award``: an open gate is worth the same however many counts are behind
    it.
    """

    score: int
    points: float
    stretch: float
    jump: float
    width_ms: int
    window_ms: float
    scale: int
    is_first_only: bool
    weight_max: float
    limit: float
    fade: float
    gate: int
    is_award: bool


class IdleEffect(NamedTuple):
    """A sign of life for an inactivity criterion: it is worth nothing for ``reach_ms`` after one occurred, at least."""

    score: int
    reach_ms: int


class SignalEffects(NamedTuple):
    """All that one more count of a signal can do.

    ``is_bounded``: its criteria allow a bound without a valuation. ``is_shared``: counts share a limit. ``bit`` stands
    for the signal in a set of bits.
    """

    counts: tuple[CountEffect, ...]
    idles: tuple[IdleEffect, ...]
    is_bounded: bool
    is_shared: bool
    bit: int


class Effects(NamedTuple):
    """The effects of each signal; and from which weighted count on each gate opens, by the gate's place."""

    by_signal: Mapping[str, SignalEffects]
    gates: tuple[int, ...]


@once_for_each
def effects_of(scorecard: Scorecard) -> Effects:
    """Return what one more count of each signal can do; asking again costs a look-up."""
    counts: dict[str, list[CountEffect]] = {name: [] for name in scorecard.signals}
    idles: dict[str, list[IdleEffect]] = {name: [] for name in scorecard.signals}
    unbounded: set[str] = set()
    gates: dict[int, int] = {}
    for score, plan in _engagement_plans(scorecard):
        criterion = plan.criterion
        if isinstance(criterion, InactivityCriterion):
            for name in criterion.signals:
                idles[name].append(IdleEffect(score, criterion.period_ms - scorecard.signals[name].width_ms - 1))
        elif isinstance(criterion, SignalCriterion):
            if criterion.frequency is not None:
                gates[plan.gate_place] = criterion.frequency.at_least
            if _is_bounded(criterion):
                counts[criterion.signal].append(_count_effect(score, criterion, plan, scorecard))
            else:
                unbounded.add(criterion.signal)
    by_signal = {
        name: SignalEffects(
            tuple(counts[name]),
            tuple(idles[name]),
            is_bounded=name not in unbounded,
            is_shared=any(effect.limit < math.inf for effect in counts[name]),
            bit=1 << place,
        )
        for place, name in enumerate(scorecard.signals)
    }
    return Effects(by_signal, tuple(gates[place] for place in sorted(gates)))


def _engagement_plans(scorecard: Scorecard) -> Iterator[tuple[int, CriterionPlan]]:
    """Yield each criterion of what leads do, with the place of its named score."""
    for place, score in enumerate(plan_of(scorecard).scores.values()):
        for group in score.engagement.groups:
            for plan in group.criteria:
                yield place, plan


def _is_bounded(criterion: SignalCriterion) -> bool:
    """Whether a count in order can only bring a gain of the points' sign, and a gate only opens by it."""
    if criterion.is_per_measure and criterion.limit is not None:
        return False  # the counts share a limit, the measures follow: any part of them may go
    frequency = criterion.frequency
    return frequency is None or (frequency.at_most is None and frequency.at_least > 0)


def _count_effect(score: int, criterion: SignalCriterion, plan: CriterionPlan, scorecard: Scorecard) -> CountEffect:
    width_ms = scorecard.signals[criterion.signal].width_ms
    limit, frequency = criterion.limit, criterion.frequency
    is_first_only = limit is not None and limit.per_ms is None
    stretch = jump = 0.0
    match criterion.decay:
        case HalfLife(half_life_ms):
            stretch = math.log(2) * width_ms / half_life_ms
        case Linear(period_ms):
            stretch = width_ms / period_ms
        case Step(period_ms, share):
            jump = min(1.0, share * math.ceil(width_ms / period_ms))
        case NoDecay():
            pass
    return CountEffect(
        score=score,
        points=criterion.points,
        stretch=stretch,
        jump=jump,
        width_ms=width_ms,
        window_ms=plan.window_ms,
        scale=plan.measure_scale if criterion.is_per_measure else 0,
        is_first_only=is_first_only,
        weight_max=max(scorecard.verdict_weights),
        limit=math.inf if limit is None or limit.per_ms is None else limit.count,
        fade=_fade(criterion, stretch, width_ms) if plan.window_ms == math.inf and not jump else 1.0,
        gate=plan.gate_place,
        is_award=frequency is not None and frequency.is_award,
    )


def _fade(criterion: SignalCriterion, stretch: float, width_ms: int) -> float:
    """Return what a smooth decay takes off in the time of a limit's window, as a share of the points, at most."""
    per_ms = None if criterion.limit is None else criterion.limit.per_ms
    return 1.0 if per_ms is None else min(1.0, stretch * per_ms / width_ms)
