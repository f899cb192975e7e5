"""What tests of one field can hold of together: every value that it may have, sorted into finitely many samples.

A sample stands for all values that the tests cannot tell apart. A test holds of a sample, or not, or that is not known
(a pattern and any other text). So "can hold" may be said too often and never too seldom: who claims that something
never holds is right.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from scorer.facts.activity import Scalar
from scorer.rules.conditions import Contains, DomainKind, Equals, Glob, OneOf, Present, Range, Regex, Test
from streams.review.fields import FieldValues

DOMAIN_KINDS = ("free", "disposable", "competitor", "customer", "company")


class Sample(NamedTuple):
    """Values that the tests cannot tell apart: absent (None), one value, or any text that no test names."""

    value: Scalar | None
    is_other_text: bool = False
    domain_kind: str | None = None


def samples_of(tests: Iterable[Test], allowed: FieldValues) -> list[Sample]:
    """Return a sample for everything that a field may hold, as far as some tests tell it apart.

    Args:
        tests: Tests of the field.
        allowed: What the field may hold.
    """
    tests = list(tests)
    named = [value for test in tests for value in _named(test)]
    found = [] if allowed.is_always_there else [Sample(None)]
    if allowed.is_truth:
        found += [Sample(value) for value in (True, False)]
    if allowed.is_number:
        found += [Sample(number) for number in _numbers(tests, named, allowed)]
    if allowed.is_text:
        texts = dict.fromkeys(value.casefold() for value in named if isinstance(value, str))
        found += [Sample(text) for text in texts if not set(text) & set(allowed.lacks)]
        kinds = (*DOMAIN_KINDS, None) if any(isinstance(test, DomainKind) for test in tests) else (None,)
        found += [Sample("", is_other_text=True, domain_kind=kind) for kind in kinds]
    return found


def truth(test: Test, sample: Sample, lacks: str = "") -> bool | None:
    """Return whether a test holds of all values of a sample (True), of none (False), or of some perhaps (None).

    Args:
        test: The test.
        sample: One of `samples_of` this test and others.
        lacks: Characters that no text of the field has.
    """
    if isinstance(test, Present):
        return test.is_present == (sample.value is not None)
    if sample.value is None:
        return False
    if not isinstance(sample.value, str):
        return test.passes(sample.value)
    if not sample.is_other_text:
        # Named texts stand for all their spellings in capitals, which a regular expression alone tells apart.
        return None if isinstance(test, Regex) else test.passes(sample.value)
    if isinstance(test, Contains):
        return False if set(test.text) & set(lacks) else None
    if isinstance(test, Glob):
        return False if set(test.pattern) & set(lacks) else None
    if isinstance(test, Regex):
        return None
    if isinstance(test, DomainKind):
        return sample.domain_kind in test.kinds
    return False


def can_hold(tests: Sequence[Test], allowed: FieldValues) -> bool:
    """Tell whether some value may pass all of some tests; no is certain, yes is not."""
    return any(all(_can(test, sample, allowed) for test in tests) for sample in samples_of(tests, allowed))


def always_holds(test: Test, allowed: FieldValues) -> bool:
    """Tell whether every value that a field may hold passes a test; yes is certain, no is not."""
    if isinstance(test, Regex) and not allowed.is_number and not allowed.is_truth and allowed.is_always_there:
        return is_match_of_anything(test)
    return all(truth(test, sample, allowed.lacks) is True for sample in samples_of([test], allowed))


def implies(given: Sequence[Test], wanted: Sequence[Test], allowed: FieldValues) -> bool:
    """Tell whether what passes all of some tests passes all of some others; yes is certain, no is not."""
    for sample in samples_of([*given, *wanted], allowed):
        if not all(_can(test, sample, allowed) for test in given):
            continue
        if not all(truth(test, sample, allowed.lacks) is True or test in given for test in wanted):
            return False
    return True


def is_match_of_anything(test: Regex) -> bool:
    """Tell whether a regular expression is found in every text; yes is certain, no is not.

    One that asserts nothing about what stands around it, and is found in the empty text, is found everywhere.
    """
    return not set(test.pattern) & set("^$\\") and test.passes("")


def number_bounds(tests: Iterable[Test], allowed: FieldValues) -> tuple[float, float]:
    """Return what no number that passes some tests is below, and above."""
    lowest, highest = allowed.lowest, allowed.highest
    for test in tests:
        if isinstance(test, Range):
            lows = [end for end in (test.at_least, test.above) if end is not None]
            highs = [end for end in (test.at_most, test.below) if end is not None]
            lowest, highest = max([lowest, *lows]), min([highest, *highs])
    return lowest, highest


def _can(test: Test, sample: Sample, allowed: FieldValues) -> bool:
    return truth(test, sample, allowed.lacks) is not False


def _named(test: Test) -> tuple[Scalar, ...]:
    """Return the values that a test names."""
    if isinstance(test, Equals):
        return (test.value,)
    return tuple(test.values) if isinstance(test, OneOf) else ()


def _numbers(tests: Sequence[Test], named: Sequence[Scalar], allowed: FieldValues) -> list[int | float]:
    """Return every number at which a test begins or ends, one between each two, and one beyond them."""
    marks = {value for value in named if isinstance(value, (int, float)) and not isinstance(value, bool)}
    for test in tests:
        if isinstance(test, Range):
            marks |= {end for end in (test.at_least, test.above, test.at_most, test.below) if end is not None}
    marks |= {end for end in (allowed.lowest, allowed.highest) if math.isfinite(end)}
    if not marks:
        return [0.0]
    ordered = sorted(marks)
    # The next float where a number is so large that one more changes nothing.
    ends = (
        min(ordered[0] - 1, math.nextafter(ordered[0], -math.inf)),
        max(ordered[-1] + 1, math.nextafter(ordered[-1], math.inf)),
    )
    found = {*ordered, *ends, *(low / 2 + high / 2 for low, high in pairwise(ordered))}
    if allowed.is_whole:
        near = {number for mark in ordered for number in (math.floor(mark), math.floor(mark) + 1, math.ceil(mark) - 1)}
        found = {number for number in found | near if number == math.floor(number)}
    return sorted(number for number in found if allowed.lowest <= number <= allowed.highest)
