"""What a command says, and how it ends: results on standard output, everything else on standard error.

With ``--json`` a result is one JSON document (or one a line for lists), with the same words whatever the terminal. A
command ends early only by `CommandFailed`.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from streams.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

COLOURS_ASKED_FOR = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables by which somebody has rich take a file for a terminal."""


class CommandFailed(Exception):
    """A command cannot go on. The text names the value, the rule and the way out."""

    def __init__(self, code: ExitCode, message: str) -> None:
        """Give the exit code and what to say."""
        self.code = code
        super().__init__(message)


class Plain:
    """Prints where no terminal is, in a file or for another program: every text as it stands, on its line."""

    def __init__(self, stream: TextIO) -> None:
        """Say where to."""
        self._stream = stream

    def print(self, text: object = "", style: object = None) -> None:  # noqa: ARG002 - as rich's console
        """Write a text, whatever its style."""
        self._stream.write(f"{text}\n")


def out() -> "Console | Plain":
    """Return what prints results. Long lines stay whole where no terminal is."""
    return _printer(sys.stdout, is_error=False)


def err() -> "Console | Plain":
    """Return what prints everything that is no result: progress, remarks, errors."""
    return _printer(sys.stderr, is_error=True)


def _printer(stream: TextIO, *, is_error: bool) -> "Console | Plain":
    if not stream.isatty() and not any(map(os.environ.get, COLOURS_ASKED_FOR)):
        return Plain(stream)
    from rich.console import Console

    console = Console(stderr=is_error, soft_wrap=True, highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Plain(stream)


def say(text: str) -> None:
    """Tell people something that is no result. Nothing in it is taken for markup."""
    err().print(text)


def counted(count: int, one: str, many: str) -> str:
    """Return a count and what is counted, one or many.

    Example:
        >>> counted(1, "lead", "leads"), counted(1200, "activity", "activities")
        ('1 lead', '1,200 activities')
    """
    return f"{count:,} {one if count == 1 else many}"


def say_refused(count: int, listed: Sequence[tuple[int, str]], *, of: str = "") -> None:
    """Tell how many lines were refused, if any were, and for the first of them the number and the reason."""
    if count:
        say(f"{counted(count, 'line', 'lines')}{of} refused:")
    for number, reason in listed:
        say(f"  line {number}: {reason}")
    if count > len(listed):
        say(f"  ... and {count - len(listed):,} more")


def print_json(document: object, *, to_stderr: bool = False) -> None:
    """Write one JSON document on one line."""
    stream = sys.stderr if to_stderr else sys.stdout
    stream.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Show rows under headings; where no terminal is, each row is one line, as wide as it needs."""
    printer = out()
    if isinstance(printer, Plain):
        for line in table_lines(tuple(columns), rows):
            printer.print(line)
        return
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    printer.print(table)


def table_lines(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield headings and rows as aligned lines, one each, whatever a cell holds; nothing stands at their ends.

    Example:
        >>> list(table_lines(("id", "why"), [("0/7", "too old"), ("12/3", None)]))
        ['id    why', '0/7   too old', '12/3']
    """
    table = [tuple(columns)]
    table += [tuple("" if cell is None else " ".join(str(cell).splitlines()) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def print_pairs(pairs: Mapping[str, object]) -> None:
    """Show names and values, one pair a line."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        out().print(f"{name:<{width}}  {'' if value is None else value}")
