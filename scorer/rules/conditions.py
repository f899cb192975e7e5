"""What must hold of a field for a signal to match or a fit criterion to count.

Each test is a small value that answers for one field's value. Rules: text compares without regard to case
(Unicode case folding), except in a `Regex`, which is taken as written; a boolean never equals a number; a
missing field fails every test but ``Present(False)``; a value of the wrong type fails and never raises.
Every test takes time linear in the text, whatever the pattern, and patterns are bounded too: a test of the longest text
takes some milliseconds. Knows no signal, no profile, no scorecard.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, cast

import re2

from scorer.facts.activity import Scalar
from scorer.rules.domains import DomainBook

_ANSWERS_MAX, _ANSWERED_CHARACTERS_MAX = 1_024, 256

REGEX_STEPS_MAX: Final = 1_000
"""How long a pattern may get once its counted repetitions are written out: ``(a{1,9}){1,9}`` is 81 times an ``a``.

Time is linear in the text times this: 480 characters that RE2 takes for granted took 7 s for one address.
"""
REGEX_BYTES_MAX: Final = 10_000
"""The same with every class of characters written out in bytes: one of Unicode's letters is a thousand."""


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

    value: Scalar = field(compare=False)
    # Two are the same if they were told the same; Python takes 1 and True for that, too.
    _told: tuple[bool, Scalar] = field(init=False, repr=False)
    _wanted: tuple[str, Scalar] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the wanted value once."""
        object.__setattr__(self, "_told", (isinstance(self.value, bool), self.value))
        object.__setattr__(self, "_wanted", _canonical(self.value))

    def passes(self, value: Scalar) -> bool:
        """Tell whether a field that has ``value`` passes."""
        return _canonical(value) == self._wanted


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of several values, each compared as `Equals` does."""

    values: Collection[Scalar] = field(compare=False)
    _told: frozenset[tuple[bool, Scalar]] = field(init=False, repr=False)
    _wanted: frozenset[tuple[str, Scalar]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fold the wanted values once."""
        object.__setattr__(self, "_told", frozenset((isinstance(value, bool), value) for value in self.values))
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


class RegexRefused(ValueError):
    """A pattern that is none, or that would take too long; ``reason`` and ``fix`` say why, and what to do."""

    def __init__(self, pattern: str, reason: str, fix: str) -> None:
        """Keep the parts of what is said of a pattern."""
        self.reason, self.fix = reason, fix
        super().__init__(f"regex {pattern!r} is refused: {reason}; {fix}")


def _compiled(pattern: str) -> _Searcher:
    """Return the compiled pattern.

    Raises:
        RegexRefused: If RE2 refuses the pattern, or it is too long once it is written out.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        searcher = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error, re2.error) else "it is not valid Unicode"
        fix = "write it in RE2 syntax, which has no look-around and no back-references"
        raise RegexRefused(pattern, reason, fix) from error
    steps, in_bytes = _steps(pattern), searcher.programsize
    if steps > REGEX_STEPS_MAX or in_bytes > REGEX_BYTES_MAX:
        fix = f"repeat less: at most {REGEX_STEPS_MAX} steps and {REGEX_BYTES_MAX} in bytes, as each takes time"
        raise RegexRefused(pattern, f"written out it has {steps} steps, {in_bytes} in bytes", fix)
    return cast(_Searcher, searcher)


def _steps(pattern: str) -> int:
    """Return how long a pattern is written out, a class of characters being one step: as if each character was a byte.

    0 for a pattern that names characters by numbers beyond a byte; its length in bytes alone bounds it.
    """
    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    try:
        return int(re2.compile(pattern.encode(), options).programsize)
    except re2.error:
        return 0


@dataclass(frozen=True, slots=True)
class Regex:
    """The field is text in which a regular expression (RE2 syntax) matches somewhere.

    Raises:
        RegexRefused: If RE2 refuses the pattern, or it would take too long.
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
