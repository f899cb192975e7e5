"""From a file that is in order to the scorecard that the core uses.

A counter is only comparable to counters of the same bucket width and measure. So a signal's name in the core, under
which it is counted, tells both: ``pricing_viewed@6h``, ``pricing_viewed@ever``. A scorecard that changes either
counts a new signal and leaves the old counters alone, instead of reading their bucket numbers as other instants.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from schemas.scorecard import Bands, EngagementRules, FitRules, ScorecardFile, ScoreRules, StageRules
from schemas.scorecard_conditions import ConditionRules
from schemas.scorecard_criteria import DecayRules, EngagementCriterionRules, FitCriterionRules
from scorer.rules.conditions import (
    Condition,
    Contains,
    DomainKind,
    Equals,
    Glob,
    OneOf,
    Present,
    Range,
    Regex,
    Test,
)
from scorer.rules.domains import DomainBook
from scorer.rules.scorecard import (
    Band,
    Criterion,
    Decay,
    FitCriterion,
    Frequency,
    GradeMatrix,
    Group,
    HalfLife,
    InactivityCriterion,
    Limit,
    Linear,
    Measure,
    NoDecay,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
    Step,
)
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.scorecards.retention import Retention, Retentions, Valuer, Valuers, signal_retentions

Rename = Callable[[Valuer], Valuer]

_NO_SIDE = Side(groups=(), cap=None, floor=None, weight=1.0)
_BOTTOM = -math.inf


def built_scorecard(file: ScorecardFile, book: DomainBook, notebook: Notebook) -> Scorecard | None:
    """Return the core's scorecard.

    Args:
        file: A file that broke no rule so far.
        book: What domains are known to be.
        notebook: Takes what only shows here: widths and keeps that the criteria do not allow.

    Returns:
        The scorecard; None if something was found that refuses it.
    """
    retentions = signal_retentions(file, _valuers(file), notebook)
    if notebook.has_errors:
        return None
    signals = [_signal(name, file, way, book) for name in file.signals for way in retentions[name].all]
    scores = {
        name: _score(name, score, book, lambda criterion: _counted(criterion, retentions))
        for name, score in file.scores.items()
    }
    weights = file.verdict_weights
    default = next((name for name, score in file.scores.items() if score.default), next(iter(file.scores)))
    return Scorecard(
        version=file.version,
        signals=MappingProxyType({signal.name: signal for signal in signals}),
        scores=MappingProxyType(scores),
        default_score=default,
        verdict_weights=(1.0, weights.probable_bot, weights.certain_bot),
    )


def conditions_of(field: str, rules: ConditionRules, book: DomainBook) -> tuple[Condition, ...]:
    """Return the tests of one field; all must pass."""
    tests: list[Test] = []
    if rules.equals is not None:
        tests.append(Equals(rules.equals))
    if rules.one_of is not None:
        tests.append(OneOf(tuple(rules.one_of)))
    if any(end is not None for end in (rules.at_least, rules.above, rules.at_most, rules.below)):
        tests.append(Range(rules.at_least, rules.above, rules.at_most, rules.below))
    if rules.present is not None:
        tests.append(Present(rules.present))
    if rules.contains is not None:
        tests.append(Contains(rules.contains))
    if rules.glob is not None:
        tests.append(Glob(rules.glob))
    if rules.regex is not None:
        tests.append(Regex(rules.regex))
    if rules.domain_kind is not None:
        tests.append(DomainKind(frozenset(rules.domain_kind), book))
    return tuple(Condition(field, test) for test in tests)


def _signal(name: str, file: ScorecardFile, retention: Retention, book: DomainBook) -> Signal:
    """Return one signal."""
    rules = file.signals[name]
    return Signal(
        name=retention.counted_as,
        activity_type=rules.activity,
        conditions=tuple(
            condition for field, tests in (rules.where or {}).items() for condition in conditions_of(field, tests, book)
        ),
        measure=None if rules.measure is None else Measure(rules.measure.field, 10**rules.measure.decimals),
        width_ms=retention.width_ms,
        keep_ms=retention.keep_ms,
    )


def _valuers(file: ScorecardFile) -> Valuers:
    """Return, per signal, the criteria that look at it, each with its place in the file."""
    valuers: dict[str, list[tuple[Path, SignalCriterion | InactivityCriterion]]] = {}
    for score_name, score in file.scores.items():
        for group_name, group in score.engagement.groups.items() if score.engagement else ():
            for name, rules in group.criteria.items():
                path: Path = ("scores", score_name, "engagement", "groups", group_name, "criteria", name)
                criterion = _engagement_criterion(name, rules)
                signals = criterion.signals if isinstance(criterion, InactivityCriterion) else (criterion.signal,)
                for signal in signals:
                    valuers.setdefault(signal, []).append((path, criterion))
    return valuers


def _score(name: str, rules: ScoreRules, book: DomainBook, rename: Rename) -> Score:
    """Return one named score."""
    return Score(
        name=name,
        engagement=_side(rules.engagement, book, rename),
        fit=_side(rules.fit, book, rename),
        lowest=rules.scale.lowest,
        highest=rules.scale.highest,
        grades=None
        if rules.grades is None
        else GradeMatrix(fit=_bands(rules.grades.fit), engagement=_bands(rules.grades.engagement)),
        stages=tuple(_stage(stage, is_bottom=index == 0) for index, stage in enumerate(rules.stages)),
    )


def _side(rules: EngagementRules | FitRules | None, book: DomainBook, rename: Rename) -> Side:
    """Return one side of a score; one without criteria is worth nothing."""
    if rules is None:
        return _NO_SIDE
    groups = tuple(
        Group(
            name=name,
            criteria=tuple(_criterion(key, criterion, book, rename) for key, criterion in group.criteria.items()),
            cap=group.cap,
            floor=group.floor,
        )
        for name, group in rules.groups.items()
    )
    return Side(groups=groups, cap=rules.cap, floor=rules.floor, weight=rules.weight)


def _criterion(
    name: str, rules: EngagementCriterionRules | FitCriterionRules, book: DomainBook, rename: Rename
) -> Criterion:
    """Return one criterion."""
    if isinstance(rules, EngagementCriterionRules):
        return rename(_engagement_criterion(name, rules))
    ((field, tests),) = rules.where.items()
    (condition,) = conditions_of(field, tests, book)
    return FitCriterion(name=name, condition=condition, points=rules.points)


def _counted(criterion: Valuer, retentions: Mapping[str, Retentions]) -> Valuer:
    """Return a criterion that looks at signals by the names under which they are counted for it."""
    if isinstance(criterion, InactivityCriterion):
        return replace(criterion, signals=tuple(retentions[name].counted_for(criterion) for name in criterion.signals))
    return replace(criterion, signal=retentions[criterion.signal].counted_for(criterion))


def _engagement_criterion(name: str, rules: EngagementCriterionRules) -> Valuer:
    """Return one criterion on what leads did; its signals by their names in the file."""
    if rules.inactivity is not None:
        return InactivityCriterion(
            name=name,
            signals=tuple(rules.inactivity.of),
            period_ms=rules.inactivity.period,
            points=rules.points,
            is_repeated=rules.inactivity.repeat,
            cap=rules.cap,
            floor=rules.floor,
        )
    frequency = rules.frequency
    return SignalCriterion(
        name=name,
        signal=rules.signal or "",
        points=rules.points,
        is_per_measure=rules.per == "measure",
        decay=_decay(rules.decay),
        window_ms=rules.window,
        frequency=None
        if frequency is None
        else Frequency(frequency.at_least, frequency.at_most, frequency.window, frequency.award == "once"),
        limit=None if rules.limit is None else Limit(rules.limit.count, rules.limit.per),
        cap=rules.cap,
        floor=rules.floor,
    )


def _decay(rules: DecayRules | None) -> Decay:
    """Return how points fade."""
    if rules is not None and rules.half_life is not None:
        return HalfLife(rules.half_life)
    if rules is not None and rules.linear is not None:
        return Linear(rules.linear)
    if rules is not None and rules.step is not None:
        return Step(rules.step.every, rules.step.lose)
    return NoDecay()


def _bands(bands: Bands) -> tuple[Band, ...]:
    """Return the bands of one axis, best first."""
    return tuple(Band(label, at_least) for label, at_least in bands.items())


def _stage(rules: StageRules, *, is_bottom: bool) -> Stage:
    """Return one rung; the lowest takes every lead."""
    if is_bottom or rules.enter_at is None:
        return Stage(rules.name, _BOTTOM, _BOTTOM, 0)
    leave_below = rules.enter_at if rules.leave_below is None else rules.leave_below
    return Stage(rules.name, rules.enter_at, leave_below, rules.dwell or 0)
