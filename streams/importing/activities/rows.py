"""A row of an export as it stands in its file, and what is said of one that is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.scorecards.finding import quoted

Cells = Sequence[str] | Mapping[str, object]
"""What a row holds: the cells of a CSV file in the order of its columns, or the keys of a JSON line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``line`` is where it begins, from 1; ``raw`` are its bytes, line ends between them included."""

    line: int
    raw: bytes
    cells: Cells


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is no activity: where, which part of it, what stands there, what is wrong, and the way out.

    ``value`` is None where nothing stands there, or nothing that can be shown.
    """

    file: str
    line: int
    part: str
    value: str | None
    rule: str
    fix: str

    def text(self) -> str:
        """Return the refusal as one line: ``FILE:LINE: part "value": what is wrong; the way out``."""
        shown = "" if self.value is None else f" {_printable(quoted(self.value))}"
        return f"{self.file}:{self.line}: {_printable(self.part)}{shown}: {_printable(self.rule)}; {self.fix}"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read; ``raw`` are its bytes as far as they are kept."""

    refusal: Refusal
    raw: bytes


class CellRefused(ValueError):
    """A part of a row breaks a rule."""

    def __init__(self, part: str, value: object, rule: str, fix: str) -> None:
        """Name the part, the value (None: there is none), the rule and the way out."""
        super().__init__(rule)
        self.part = part
        self.value = None if value is None else str(value)
        self.rule = rule
        self.fix = fix

    def of(self, file: str, line: int) -> Refusal:
        """Return the refusal of the row."""
        return Refusal(file, line, self.part, self.value, self.rule, self.fix)


class FileRefused(Exception):
    """A file as a whole is no export that the mapping can be used on. The text names value, rule and way out."""


def _printable(text: str) -> str:
    """Return a text in which nothing reaches a terminal as an order."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)
