"""Made-up values that meet conditions: the plainest activity that a signal takes, the plainest word that fits.

An example is tried with the real conditions before it is given, so it is never wrong; for some conditions (a regular
expression that is hard to read, two that stand together) none is found.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import product

from scorer.facts.activity import Scalar
from scorer.foresight.example_text import matching_text
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
    holds,
)
from scorer.rules.scorecard import Signal

ANY_TYPE = "*"
PLAIN_TYPE = "activity"
"""What an activity is called in an example for a signal of any type."""
PLAIN_VALUE = "yes"
_TRIES_MAX = 200


def fields_for(conditions: Sequence[Condition]) -> dict[str, Scalar] | None:
    """Return fields of which all conditions hold; None if no example is found.

    Args:
        conditions: Several may be on one field.

    Returns:
        Only what the conditions ask for; what should not be there is not.

    Example:
        >>> fields_for([Condition("path", Glob("/pricing*")), Condition("seconds", Range(at_least=30))])
        {'path': '/pricing', 'seconds': 30}
    """
    fields: dict[str, Scalar] = {}
    for name in dict.fromkeys(condition.field for condition in conditions):
        asked = [condition for condition in conditions if condition.field == name]
        if all(holds(condition, {}) for condition in asked):
            continue
        value = _value_for(asked)
        if value is None:
            return None
        fields[name] = value
    return fields


def type_for(signal: Signal) -> str:
    """Return the type of an activity that a signal takes."""
    return PLAIN_TYPE if signal.activity_type == ANY_TYPE else signal.activity_type


def _value_for(conditions: Sequence[Condition]) -> Scalar | None:
    candidates = (value for condition in conditions for value in _values(condition.test, conditions))
    for _, value in zip(range(_TRIES_MAX), candidates, strict=False):
        if all(holds(condition, {condition.field: value}) for condition in conditions):
            return value
    return None


def _values(test: Test, conditions: Sequence[Condition]) -> Iterator[Scalar]:
    """Yield values that a test may pass."""
    if isinstance(test, Equals):
        yield test.value
    elif isinstance(test, OneOf):
        yield from sorted(test.values, key=lambda value: (str(type(value)), str(value)))
    elif isinstance(test, Range):
        yield from _numbers(test)
    elif isinstance(test, DomainKind):
        yield "company.example"
        for domains in (test.book.customer, test.book.free, test.book.competitor, test.book.disposable):
            yield from sorted(domains)[:1]
    elif isinstance(test, Present):
        yield from (1, PLAIN_VALUE)
    else:
        yield from _texts(test, conditions)


def _texts(test: Contains | Glob | Regex, conditions: Sequence[Condition]) -> Iterator[str]:
    """Yield texts of a shape; what other tests of the same field ask for is woven in where there is room."""
    if isinstance(test, Contains):
        yield test.text
    elif isinstance(test, Glob):
        woven = ["", PLAIN_VALUE, *(one.test.text for one in conditions if isinstance(one.test, Contains))]
        parts = test.pattern.split("*")
        for filling in product(woven, repeat=min(len(parts) - 1, 2)):
            yield "".join(part + filler for part, filler in zip(parts, [*filling, *[""] * len(parts)], strict=False))
    else:
        found = matching_text(test.pattern)
        if found is not None:
            yield from (found, f"{found}{PLAIN_VALUE}")


def _numbers(test: Range) -> Iterator[Scalar]:
    """Yield numbers at the ends of a range, just inside, and between: the whole ones first."""
    low = test.at_least if test.at_least is not None else test.above
    high = test.at_most if test.at_most is not None else test.below
    if low is not None:
        yield from (_whole(low), math.floor(low) + 1)
    if high is not None:
        yield from (_whole(high), math.ceil(high) - 1)
    if low is not None and high is not None:
        yield (low + high) / 2


def _whole(number: float) -> Scalar:
    return int(number) if float(number).is_integer() else number
