"""A text that a regular expression matches: made up for the common ones, never wrong, not found for all.

The pattern is read once from the left; of alternatives the first is taken, of repetitions the fewest. What comes out is
tried with the real pattern by the caller, so what this reader does not understand costs an example and nothing else.
Its work is bounded whatever the pattern: texts of `TEXT_CHARACTERS_MAX`, groups of `DEPTH_MAX`.
"""

import re

from scorer.rules.conditions import Regex

TEXT_CHARACTERS_MAX = 256
DEPTH_MAX = 20

_COUNT = re.compile(r"\{(\d{1,3})(?:,\d{0,3})?\}")
_GROUP = re.compile(r"\(\?(?:P?<\w+>|[a-zA-Z-]*:)")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+\)")
_OF_A_KIND = {"d": "1", "w": "a", "s": " ", "D": "a", "W": " ", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
_PLACES = "bBAzZ"
_CANDIDATES = "a1 -_/.AZ~"


class _NotUnderstood(Exception):
    """The pattern has something that this reader does not know."""


def matching_text(pattern: str) -> str | None:
    """Return a text that a pattern probably matches; None if the pattern is not understood.

    Args:
        pattern: In RE2 syntax.

    Example:
        >>> matching_text("(?i)^/(docs|guides)/[0-9]+$")
        '/docs/0'
    """
    try:
        reader = _Reader(pattern)
        text = reader.alternatives(0)
        return text if reader.is_at_end and len(text) <= TEXT_CHARACTERS_MAX else None
    except (_NotUnderstood, IndexError):
        return None


class _Reader:
    """Reads a pattern from the left, and writes a text that it matches."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0

    @property
    def is_at_end(self) -> bool:
        """Whether all was read."""
        return self._place == len(self._pattern)

    def _next(self) -> str:
        """Return the next character without reading it; nothing at the end."""
        return self._pattern[self._place : self._place + 1]

    def alternatives(self, depth: int) -> str:
        """Read alternatives up to the end of their group, and return the text of the first."""
        if depth > DEPTH_MAX:
            raise _NotUnderstood
        first = self._sequence(depth)
        while self._next() == "|":
            self._place += 1
            self._sequence(depth)
        return first

    def _sequence(self, depth: int) -> str:
        text = ""
        while self._next() not in ("", "|", ")"):
            piece = self._piece(depth)
            text += piece * self._times()
            if len(text) > TEXT_CHARACTERS_MAX:
                raise _NotUnderstood
        return text

    def _piece(self, depth: int) -> str:
        """Read one character, class or group, without how often it comes."""
        if flags := _FLAGS.match(self._pattern, self._place):
            self._place = flags.end()
            return ""
        character = self._pattern[self._place]
        if character == "(":
            return self._group(depth)
        self._place += 1
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escaped()
        if character in "^$":
            return ""
        return "a" if character == "." else character

    def _group(self, depth: int) -> str:
        named = _GROUP.match(self._pattern, self._place)
        if named is None and self._pattern.startswith("(?", self._place):
            raise _NotUnderstood
        self._place = named.end() if named else self._place + 1
        text = self.alternatives(depth + 1)
        if self._pattern[self._place] != ")":
            raise _NotUnderstood
        self._place += 1
        return text

    def _escaped(self) -> str:
        character = self._pattern[self._place]
        self._place += 1
        if character in _PLACES:
            return ""
        if character.isalnum() and character not in _OF_A_KIND:
            raise _NotUnderstood
        return _OF_A_KIND.get(character, character)

    def _class(self) -> str:
        """Read a class up to its end, and return a character of it."""
        opened = self._place
        self._place += 1 if self._pattern[self._place] == "^" else 0
        self._place += 1  # the first one may be the closing bracket itself
        while self._pattern[self._place] != "]":
            self._place += 2 if self._pattern[self._place] == "\\" else 1
        self._place += 1
        content = self._pattern[opened : self._place - 1]
        if "[" in content:
            raise _NotUnderstood
        if content[0] not in "^\\":
            return content[0]
        try:
            known = Regex(f"[{content}]")
        except ValueError:
            raise _NotUnderstood from None
        return next((one for one in _CANDIDATES if known.passes(one)), "a")

    def _times(self) -> int:
        """Read how often a piece comes, and return the least of it."""
        times = 1
        if self._next() in ("*", "?"):
            times, self._place = 0, self._place + 1
        elif self._next() == "+":
            self._place += 1
        elif counted := _COUNT.match(self._pattern, self._place):
            times, self._place = int(counted[1]), counted.end()
        if self._next() == "?":  # reluctant: the fewest anyway
            self._place += 1
        return times
