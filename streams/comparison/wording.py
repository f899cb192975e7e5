"""The parts of a scorecard in the words of its file: ``points`` is 8, ``half_life`` 10d, ``path`` glob "/pricing*".

Two parts that say the same have the same words, and two that do not have others: changes are found by them. Nothing
that cannot be printed stands in them.
"""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from schemas.duration import duration_text
from scorer.rules.conditions import Condition, Contains, DomainKind, Equals, Glob, OneOf, Present, Range, Test
from scorer.rules.decay import Decay, HalfLife, Linear, Step
from scorer.rules.retention import WIDTH_FOR_EVER_MS
from scorer.rules.scorecard import (
    Criterion,
    FitCriterion,
    Frequency,
    InactivityCriterion,
    Limit,
    Measure,
    Score,
    SignalCriterion,
    Stage,
)
from streams.comparison.change import Words
from streams.scorecards.retention import signal_name

WordsByKey = Mapping[str, Words]
SignalNames = Callable[[str], str]
"""From a signal's name in the file to the name that stands for it."""

FOR_EVER = "for ever"
_RANGE_KEYS = ("at_least", "above", "at_most", "below")


def number_text(number: float) -> str:
    """Return a number as a file would write it, with every digit.

    Example:
        >>> number_text(8.0), number_text(0.25)
        ('8', '0.25')
    """
    return str(int(number)) if math.isfinite(number) and float(number).is_integer() else repr(float(number))


def span_text(span_ms: int | None) -> str:
    """Return a span of time; None and a bucket for all time are for ever."""
    return FOR_EVER if span_ms is None or span_ms == WIDTH_FOR_EVER_MS else duration_text(span_ms)


def signal_words(activity_type: str, conditions: Sequence[Condition], measure: Measure | None) -> WordsByKey:
    """Return what a signal counts."""
    words: dict[str, Words] = {"activity": activity_type}
    by_field: dict[str, list[Test]] = defaultdict(list)
    for condition in conditions:
        by_field[condition.field].append(condition.test)
    for field, tests in by_field.items():
        words[f"where {_printable(field)}"] = _tests_words(tests)
    if measure is not None:
        words["measure"] = f"{_printable(measure.field)}, {_fraction_text(measure.scale)}"
    return words


def criterion_words(criterion: Criterion, signal_named: SignalNames = str) -> WordsByKey:
    """Return what a criterion values, and how; signals go by the names that `signal_named` gives them."""
    if isinstance(criterion, FitCriterion):
        condition = criterion.condition
        where: dict[str, Words] = {f"where {_printable(condition.field)}": _tests_words([condition.test])}
        return where | {"points": number_text(criterion.points)}
    if isinstance(criterion, InactivityCriterion):
        names = tuple(sorted(signal_named(signal_name(name)) for name in criterion.signals))
        words: dict[str, Words | None] = {
            "inactivity of": names,
            "for": duration_text(criterion.period_ms),
            "repeat": "true" if criterion.is_repeated else None,
        }
    else:
        words = _signal_criterion_words(criterion, signal_named)
    words |= {"points": number_text(criterion.points)} | clip_words(criterion.cap, criterion.floor)
    return _given(words)


def clip_words(cap: float | None, floor: float | None) -> dict[str, Words | None]:
    """Return a cap and a floor."""
    return {"cap": _number_or_none(cap), "floor": _number_or_none(floor)}


def score_words(score: Score) -> WordsByKey:
    """Return what a named score says beside its criteria and its ladder."""
    words: dict[str, Words | None] = {"lowest": number_text(score.lowest), "highest": number_text(score.highest)}
    for axis in ("fit", "engagement") if score.grades is not None else ():
        bands = getattr(score.grades, axis)
        words[f"grades of {axis}"] = ", ".join(f"{band.label} {number_text(band.at_least)}" for band in bands)
    return _given(words)


def stage_words(stage: Stage) -> WordsByKey:
    """Return a rung's thresholds; the lowest has none."""
    if stage.enter_at == stage.leave_below == -math.inf:
        return _given({"dwell": duration_text(stage.dwell_ms) if stage.dwell_ms else None})
    words: dict[str, Words | None] = {
        "enter_at": number_text(stage.enter_at),
        "leave_below": number_text(stage.leave_below),
        "dwell": duration_text(stage.dwell_ms) if stage.dwell_ms else None,
    }
    return _given(words)


def _fraction_text(scale: int) -> str:
    """Return how finely a measure is kept; files only know decimals."""
    decimals = len(str(scale)) - 1
    return f"{decimals} decimals" if scale == 10**decimals else f"in units of 1/{scale}"


def _signal_criterion_words(criterion: SignalCriterion, signal_named: SignalNames) -> dict[str, Words | None]:
    kind, value = _decay_words(criterion.decay)
    return {
        "signal": signal_named(signal_name(criterion.signal)),
        "per": "measure" if criterion.is_per_measure else None,
        kind: value,
        "window": None if criterion.window_ms is None else duration_text(criterion.window_ms),
        "frequency": None if criterion.frequency is None else _frequency_words(criterion.frequency),
        "limit": None if criterion.limit is None else _limit_words(criterion.limit),
    }


def _decay_words(decay: Decay) -> tuple[str, str | None]:
    if isinstance(decay, HalfLife):
        return "half_life", duration_text(decay.half_life_ms)
    if isinstance(decay, Linear):
        return "linear", duration_text(decay.period_ms)
    if isinstance(decay, Step):
        return "step", f"{number_text(round(decay.share * 100, 9))}% every {duration_text(decay.period_ms)}"
    return "decay", None


def _frequency_words(frequency: Frequency) -> str:
    most = "" if frequency.at_most is None else f", at most {frequency.at_most}"
    award = ", points once" if frequency.is_award else ""
    return f"at least {frequency.at_least}{most} in {duration_text(frequency.window_ms)}{award}"


def _limit_words(limit: Limit) -> str:
    return "first time only" if limit.per_ms is None else f"{limit.count} per {duration_text(limit.per_ms)}"


def _tests_words(tests: Sequence[Test]) -> Words:
    if len(tests) == 1:
        return _test_words(tests[0])
    found = (_test_words(test) for test in tests)
    return " and ".join(words if isinstance(words, str) else f"one of {', '.join(words)}" for words in found)


def _test_words(test: Test) -> Words:
    if isinstance(test, OneOf):
        return tuple(sorted(_value_text(value) for value in test.values))
    if isinstance(test, Equals):
        return _value_text(test.value)
    if isinstance(test, Range):
        ends = ((key, getattr(test, key)) for key in _RANGE_KEYS)
        return ", ".join(f"{key} {number_text(end)}" for key, end in ends if end is not None)
    if isinstance(test, Present):
        return "is there" if test.is_present else "is not there"
    if isinstance(test, DomainKind):
        return f"a domain of kind {', '.join(sorted(test.kinds))}"
    if isinstance(test, Contains):
        return f"contains {_value_text(test.text)}"
    return f"{'glob' if isinstance(test, Glob) else 'regex'} {_value_text(test.pattern)}"


def _value_text(value: str | float) -> str:
    """Return a value: text in quotes, so that "1" is not 1."""
    if isinstance(value, bool) or not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else number_text(value)
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def _number_or_none(number: float | None) -> str | None:
    return None if number is None else number_text(number)


def _given(words: Mapping[str, Words | None]) -> dict[str, Words]:
    return {key: value for key, value in words.items() if value is not None}
