"""What must hold of a field for a signal to match or a fit criterion to count.

Each test is a small value that answers for one field's value. Rules: text compares without regard to case
(Unicode case folding), except in a `Regex`, which is taken as written; a boolean never equals a number; a
missing field fails every test but ``Present(False)``; a value of the wrong type fails and never raises.
Every test takes time linear in the text, whatever the pattern. Knows no signal, no profile, no scorecard.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, cast

import re2

from scorer.facts.activity import Scalar
from scorer.rules.domains import DomainBook

_ANSWERS_MAX, _ANSWERED_CHARACTERS_MAX = 1_024, 256


def _remembered(answer: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return a test of text that remembers its answers for short texts: pages and domains are few, and come again."""
    known = lru_cache(maxsize=_ANSWERS_MAX)(answer)
    return lambda text: known(text) if len(text) <= _ANSWERED_CHARACTERS_MAX else answer(text)


def _canonical(value: Scalar) -> tuple[str, Scalar]:
    """Return what two equal values share: ``1`` and ``1.0`` do, ``1`` and ``True`` do not."""
    if isinstance(value, str):
        return ("text", value.casefold())
    if isinstance(value, bool):
        return ("boolean", value)
    return ("number", value)


@dataclass(frozen=True, slots=True)
class Present:
    """The field is there (``is_present``), or is not."""

    is_present: bool

    def passes(self, _value: Scalar) -> bool:
        """Tell whether a field that has a value passes."""
        return self.is_present


@dataclass(frozen=True, slots=True)
class Equals:
    """The field equals a value: text without regard to case, numbers by size, a boolean only a boolean."""

    value: Scalar
    _wanted: tuple[str, Scalar] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the wanted value once."""
        object.__setattr__(self, "_wanted", _canonical(self.value))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return _canonical(value) == self._wanted


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of several values, each compared as `Equals` does."""

    values: frozenset[Scalar]
    _wanted: frozenset[tuple[str, Scalar]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the wanted values once."""
        object.__setattr__(self, "_wanted", frozenset(_canonical(value) for value in self.values))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return _canonical(value) in self._wanted


@dataclass(frozen=True, slots=True)
class Range:
    """The field is a number within the bounds that are given (``at_least`` and ``at_most`` belong to it)."""

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes; text, booleans and NaN do not."""
        if isinstance(value, (str, bool)) or math.isnan(value):
            return False
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True, slots=True)
class Contains:
    """The field is text in which another text occurs."""

    text: str
    _wanted: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the wanted text once."""
        object.__setattr__(self, "_wanted", self.text.casefold())

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return isinstance(value, str) and self._wanted in value.casefold()


@dataclass(frozen=True, slots=True)
class Glob:
    """The field is text of a given shape: ``*`` stands for any run of characters, also none, also slashes.

    Every other character stands for itself: ``?`` and ``[`` are common in URLs, where a wildcard would surprise.

    Example:
        >>> Glob("/blog/*/demo").passes("/Blog/2026/03/demo")
        True
        >>> Glob("/pricing").passes("/pricing/teams")
        False
    """

    pattern: str
    _parts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _answer: Callable[[str], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Split the pattern at its wildcards once."""
        object.__setattr__(self, "_parts", tuple(self.pattern.casefold().split("*")))
        object.__setattr__(self, "_answer", _remembered(self._has_shape))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return isinstance(value, str) and self._answer(value)

    def _has_shape(self, value: str) -> bool:
        text = value.casefold()
        first, last = self._parts[0], self._parts[-1]
        if len(self._parts) == 1:
            return text == first
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        # The leftmost place of each middle part leaves the most room for the rest, so no going back is needed.
        position, end = len(first), len(text) - len(last)
        for part in self._parts[1:-1]:
            found_at = text.find(part, position, end)
            if found_at < 0:
                return False
            position = found_at + len(part)
        return True


class _Searcher(Protocol):
    """What a compiled pattern does, as far as it is used here (RE2's package ships no types)."""

    def search(self, text: str) -> object | None: ...


def _compiled(pattern: str) -> _Searcher:
    """Return the compiled pattern.

    Raises:
        ValueError: If RE2 refuses the pattern.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        return cast(_Searcher, re2.compile(pattern, options))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error, re2.error) else "not valid Unicode"
        message = (
            f"regex {pattern!r} is not one that RE2 accepts: {reason}; write it in RE2 syntax, which has no look-around"
            " and no back-references (they can take unbounded time)"
        )
        raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Regex:
    """The field is text in which a regular expression (RE2 syntax) matches somewhere.

    Raises:
        ValueError: If RE2 refuses the pattern.
    """

    pattern: str
    _searcher: _Searcher = field(init=False, repr=False, compare=False)
    _answer: Callable[[str], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the pattern once."""
        object.__setattr__(self, "_searcher", _compiled(self.pattern))
        object.__setattr__(self, "_answer", _remembered(self._is_found_in))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes; text that is not valid Unicode does not."""
        return isinstance(value, str) and self._answer(value)

    def _is_found_in(self, value: str) -> bool:
        try:
            return self._searcher.search(value) is not None
        except UnicodeEncodeError:  # a lone surrogate has no UTF-8, which RE2 works on
            return False


@dataclass(frozen=True, slots=True)
class DomainKind:
    """The field is a domain name of one of some kinds (`DomainBook.kind_of` names them)."""

    kinds: frozenset[str]
    book: DomainBook
    _answer: Callable[[str], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Remember what domains were asked for."""
        object.__setattr__(self, "_answer", _remembered(lambda domain: self.book.kind_of(domain) in self.kinds))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return isinstance(value, str) and self._answer(value)


Test = Present | Equals | OneOf | Range | Contains | Glob | Regex | DomainKind


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that a field must pass."""

    field: str
    test: Test


def holds(condition: Condition, fields: Mapping[str, Scalar]) -> bool:
    """Tell whether a condition holds of some fields; a missing field passes ``Present(False)`` only.

    Args:
        condition: The field and its test.
        fields: The fields that are there, by name.

    Returns:
        Whether the field passes. Never raises, whatever the fields hold.

    Example:
        >>> holds(Condition("path", Glob("/pricing*")), {"path": "/Pricing"})
        True
    """
    value = fields.get(condition.field)
    if value is None:
        return isinstance(condition.test, Present) and not condition.test.is_present
    return condition.test.passes(value)
