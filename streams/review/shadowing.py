"""What counts twice: signals that match the same activities, criteria that value the same in the same way.

A signal that is part of another (pricing pages are pages) is the rule, not a mistake. Two criteria on one signal are
meant where their shapes differ: another decay, another gate, another cap.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from scorer.rules.conditions import Condition, Test
from scorer.rules.scorecard import FitCriterion, InactivityCriterion, Signal
from streams.review.doubt import Doubt
from streams.review.fields import ANYTHING, FieldValues, field_values
from streams.review.samples import implies
from streams.review.subject import PlacedCriterion, Subject
from streams.scorecards.finding import quoted
from streams.scorecards.loading import signal_name


def signal_twice(subject: Subject) -> Iterator[Doubt]:
    """Doubt signals that match the same activities and sum the same measure as an earlier one."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for name, signal in subject.signals.items():
        if name not in subject.impossible_fields:
            fields = frozenset(condition.field for condition in signal.conditions)
            alike.setdefault((signal.activity_type, signal.measure, fields), []).append(name)
    for names in alike.values():
        told: set[str] = set()
        for first, second in combinations(names, 2):
            if second not in told and _match_alike(subject.signals[first], subject.signals[second]):
                told.add(second)
                rule = f"it counts the same activities as signal {quoted(first)}"
                yield Doubt("signal_twice", ("signals", second), rule, "keep one of them, or tell them apart")


def criterion_twice(subject: Subject) -> Iterator[Doubt]:
    """Doubt criteria that value the same as an earlier one of their score, in the same way."""
    alike: dict[tuple[object, ...], list[PlacedCriterion]] = {}
    for placed in subject.criteria:
        alike.setdefault((placed.within.score.name, *_shape(placed)), []).append(placed)
    for found in alike.values():
        told: set[str] = set()
        for first, second in combinations(found, 2):
            if second.criterion.name not in told and _value_alike(first, second):
                told.add(second.criterion.name)
                what = quoted(first.criterion.name)
                rule = f"it values the same as criterion {what}, in the same way, so both count"
                yield Doubt("criterion_twice", second.path, rule, f"remove it, or change the points of {what}")


def _shape(placed: PlacedCriterion) -> tuple[object, ...]:
    """Return all of a criterion but its name and points; of one on the profile its attribute."""
    criterion = placed.criterion
    if isinstance(criterion, FitCriterion):
        return ("fit", criterion.condition.field)
    if isinstance(criterion, InactivityCriterion):
        signals = frozenset(map(signal_name, criterion.signals))
        return ("idle", signals, criterion.period_ms, criterion.is_repeated, criterion.cap, criterion.floor)
    how = (criterion.decay, criterion.window_ms, criterion.frequency, criterion.limit, criterion.is_per_measure)
    return ("count", signal_name(criterion.signal), *how, criterion.cap, criterion.floor)


def _value_alike(first: PlacedCriterion, second: PlacedCriterion) -> bool:
    """Tell whether two criteria of one shape value the same; caps aside, their points may differ."""
    one, other = first.criterion, second.criterion
    if isinstance(one, FitCriterion) and isinstance(other, FitCriterion):
        return _are_equivalent([one.condition.test], [other.condition.test], ANYTHING)
    if isinstance(one, FitCriterion) or isinstance(other, FitCriterion) or not one.points * other.points:
        return False
    # With a clip, more of the same under another one is a way to let points grow more slowly.
    is_clipped = one.cap is not None or one.floor is not None
    return not is_clipped or one.points == other.points


def _match_alike(one: Signal, other: Signal) -> bool:
    """Tell whether two signals of one type, on the same fields, match the same activities; yes is certain."""
    return all(
        _are_equivalent(
            _tests_of(field, one.conditions), _tests_of(field, other.conditions), field_values(one.activity_type, field)
        )
        for field in {condition.field for condition in one.conditions}
    )


def _tests_of(field: str, conditions: Sequence[Condition]) -> list[Test]:
    return [condition.test for condition in conditions if condition.field == field]


def _are_equivalent(one: Sequence[Test], other: Sequence[Test], allowed: FieldValues) -> bool:
    return implies(one, other, allowed) and implies(other, one, allowed)
