"""What is wrong with a scorecard file: where, what, and the way out. One line a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]

FINDINGS_MAX = 100
"""Mistakes of one kind that are listed; nobody reads more, and a file may hold as many as it has values."""

_VALUE_CHARACTERS_MAX = 60
_PART_CHARACTERS_MAX = 300
"""Longer than anything that is said of a mistake, unless it repeats a long value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake (``error``: the file is refused) or doubt (``warning``).

    ``line`` and ``column`` count from 1. ``where`` names the part, such as ``criterion "demo_requested"``. ``value`` is
    what stands there, ``rule`` what is wrong with it, ``fix`` the way out. ``code`` is that of its kind
    (`streams.scorecards.codes`).
    """

    line: int
    column: int
    where: str
    value: str
    rule: str
    fix: str
    severity: Severity = "error"
    code: str = "rule_broken"

    def text(self, path: str) -> str:
        """Return the finding as one line: ``FILE:LINE: where: what is wrong; the way out``."""
        note = "warning: " if self.severity == "warning" else ""
        said = "; ".join((f"{printable(self.where)}: {printable(self.rule)}", printable(self.fix)))
        return f"{path}:{self.line}: {note}{said}"


class ScorecardRefused(Exception):
    """A scorecard file holds mistakes; its text is one line for each."""

    def __init__(self, path: str, findings: Sequence[Finding]) -> None:
        """Keep what was found.

        Args:
            path: The file, as it was named.
            findings: All mistakes and doubts, by line.
        """
        self.path = path
        self.findings = tuple(findings)
        errors = (finding for finding in self.findings if finding.severity == "error")
        super().__init__("\n".join(finding.text(path) for finding in errors))


class ScorecardUnreadable(ScorecardRefused):
    """There is no such file, or it cannot be read."""


def printable(text: str) -> str:
    """Return a text on one line, cut to a bearable length, what cannot be printed written out.

    What a file holds may go over several lines, also a name, and an escape of its must not reach a terminal.
    """
    line = _cut(" ".join(text.split()), _PART_CHARACTERS_MAX)
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in line)


def _cut(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else f"{text[: characters_max - 3]}..."


def quoted(name: object) -> str:
    """Return a name in quotes, on one line, cut to a bearable length."""
    return f'"{_cut(" ".join(str(name).split()), _VALUE_CHARACTERS_MAX)}"'


def shown(value: object) -> str:
    """Return a value as the file could have written it, on one line, cut to a bearable length."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, float):
        return f"{value:.12g}"
    return _cut(" ".join(str(value).split()), _VALUE_CHARACTERS_MAX)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return which known name was probably meant, as the way out.

    Example:
        >>> nearest("half_lief", ["half_life", "linear"])
        'did you mean "half_life"?'
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {quoted(close[0])}?"
    if not names:
        return "there is none"
    more = ", ..." if len(names) > 12 else ""
    return f"known are {', '.join(names[:12])}{more}"
