"""What never matches, never brings points, or always holds: by the contracts of activities, and by clips of 0."""

from collections.abc import Iterator, Sequence

from scorer.rules.conditions import Contains, Equals, Glob, OneOf, Present, Range, Test
from scorer.rules.scorecard import FitCriterion
from streams.review.doubt import Doubt
from streams.review.fields import ANY_TYPE, FieldValues, field_values
from streams.review.reach import NOTHING, Reach, clipped
from streams.review.samples import always_holds, can_hold
from streams.review.subject import Subject
from streams.scorecards.finding import quoted, shown
from streams.scorecards.loading import signal_name
from streams.scorecards.parts import Path


def signal_never_matches(subject: Subject) -> Iterator[Doubt]:
    """Doubt signals whose conditions no activity of their type can pass."""
    for name, field in subject.impossible_fields.items():
        signal = subject.signals[name]
        allowed = field_values(signal.activity_type, field)
        tests = [condition.test for condition in signal.conditions if condition.field == field]
        why, fix = _why_never(tests, allowed)
        idle = [quoted(one.name) for _, one in subject.on_signals() if signal_name(one.signal) == name]
        so = f", so criterion {' and '.join(idle)} never fires" if idle else ""
        rule = f"no {signal.activity_type} passes the conditions on {quoted(field)}: {why}{so}"
        yield Doubt("signal_never_matches", ("signals", name, "where", field), rule, fix)


def path_has_query(subject: Subject) -> Iterator[Doubt]:
    """Doubt conditions on a path that ask for a question mark or a fragment."""
    for name, signal in subject.signals.items():
        for condition in signal.conditions:
            is_path = condition.field == "path" and signal.activity_type in ("page_view", "email_click", "form_fill")
            if is_path and any(set(text) & set("?#") for text in _texts(condition.test)):
                rule = "path ends before the first ? and #, so this hardly ever holds"
                fix = "test url, or query for what stands behind the ?"
                yield Doubt("path_has_query", ("signals", name, "where", "path"), rule, fix)


def measure_never_a_number(subject: Subject) -> Iterator[Doubt]:
    """Doubt measures that sum a field that only holds text."""
    for name, signal in subject.signals.items():
        if signal.measure is None:
            continue
        field = signal.measure.field
        if not field_values(signal.activity_type, field).is_number:
            rule = f"{quoted(field)} of {signal.activity_type} is text, so the measure is always 0"
            fix = "name a field that holds a number, or remove the measure"
            yield Doubt("measure_never_a_number", ("signals", name, "measure", "field"), rule, fix)


def condition_always_holds(subject: Subject) -> Iterator[Doubt]:
    """Doubt conditions that every activity of the type passes."""
    for name, signal in subject.signals.items():
        if signal.activity_type == ANY_TYPE:
            continue
        for condition in signal.conditions:
            if always_holds(condition.test, field_values(signal.activity_type, condition.field)):
                rule = f"every {signal.activity_type} passes the condition on {quoted(condition.field)}"
                fix = "remove the condition, or say what is meant"
                yield Doubt("condition_always_holds", ("signals", name, "where", condition.field), rule, fix)


def criterion_worth_nothing(subject: Subject) -> Iterator[Doubt]:
    """Doubt criteria whose points a clip of 0 takes whole, and sides that weigh nothing and grade nothing."""
    for placed in subject.criteria:
        if not isinstance(placed.criterion, FitCriterion):
            raw = subject.reaches_of_all.of_criterion(placed.criterion)
            floor, cap = placed.criterion.floor, placed.criterion.cap
            if _is_taken_whole(raw, floor, cap):
                key = "cap" if raw.high > 0 else "floor"
                rule = f"{key} is 0, so its points count for nothing"
                yield Doubt("criterion_worth_nothing", (*placed.path, key), rule, f"remove the {key} or the criterion")
    for group in subject.groups:
        raw = subject.reaches_of_all.of_group(group.group)
        if _is_taken_whole(raw, group.group.floor, group.group.cap):
            key = "cap" if raw.high > 0 else "floor"
            rule = f"{key} is 0, so its criteria count for nothing"
            yield Doubt("criterion_worth_nothing", (*group.path, key), rule, f"remove the {key} or the group")
    yield from _sides_worth_nothing(subject)


def _sides_worth_nothing(subject: Subject) -> Iterator[Doubt]:
    for name, score in subject.scorecard.scores.items():
        for side_name, side in (("engagement", score.engagement), ("fit", score.fit)):
            if side.groups and not side.weight and score.grades is None:
                rule = "weight is 0 and there are no grades, so all its criteria count for nothing"
                path: Path = ("scores", name, side_name, "weight")
                yield Doubt("criterion_worth_nothing", path, rule, f"give a weight, or remove {side_name}")


def first_time_behind_gate(subject: Subject) -> Iterator[Doubt]:
    """Doubt points for the first time only behind a gate: once the first time has left the gate's span, it is over."""
    for placed, criterion in subject.on_signals():
        frequency, limit = criterion.frequency, criterion.limit
        if frequency is None or frequency.is_award or limit is None or limit.per_ms is not None:
            continue
        rule = "only the first time ever is valued, and only while it lies in the span of the frequency"
        fix = "write award: once instead of the limit, or remove the frequency"
        yield Doubt("first_time_behind_gate", (*placed.path, "limit"), rule, fix)


def _is_taken_whole(raw: Reach, floor: float | None, cap: float | None) -> bool:
    """Tell whether a floor and a cap leave nothing of what has points."""
    if floor not in (None, 0) and cap not in (None, 0):
        return False
    left = clipped(raw, floor, cap)
    return (raw.low, raw.high) != (0.0, 0.0) and (left.low, left.high) == (NOTHING.low, NOTHING.high)


def _texts(test: Test) -> tuple[str, ...]:
    """Return the texts that a test is about."""
    if isinstance(test, Equals):
        return (test.value,) if isinstance(test.value, str) else ()
    if isinstance(test, OneOf):
        return tuple(value for value in test.values if isinstance(value, str))
    if isinstance(test, Contains):
        return (test.text,)
    return (test.pattern,) if isinstance(test, Glob) else ()


def _why_never(tests: Sequence[Test], allowed: FieldValues) -> tuple[str, str]:
    """Return why no value passes some tests, and the way out."""
    alone = next((test for test in tests if not can_hold([test], allowed)), None)
    if alone is None:
        return "they exclude each other", "keep those that are meant"
    if isinstance(alone, Present):
        return "it is always there", "remove the condition, or say what is meant"
    if not allowed.is_text:
        kind = "a whole number" if allowed.is_whole else "a number"
        return f"it is {kind} from {shown(allowed.lowest)} to {shown(allowed.highest)}", "correct the condition"
    if isinstance(alone, Range):
        return "it is text, and a range is of numbers", "test its text, or name a field that holds a number"
    if any(set(text) & set(allowed.lacks) for text in _texts(alone)):
        return f"it is text without {' '.join(allowed.lacks)}", "leave out what it never has, or test url"
    return "it is text", "put numbers, true and false in quotes"
