"""Rows of a CSV file, read by the standard library within bounds.

A row may go over several lines, in quotes. A quote that is never closed would swallow the rest of the file: such a row
is refused with its first line, and reading goes on with the line after it.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from schemas.import_mapping import COLUMNS_MAX, CsvRules
from streams.importing.activities.rows import BrokenRow, FileRefused, Refusal, Row
from streams.importing.lines import LINE_BYTES_MAX, Line

ROW_LINES_MAX = 1_000
BYTE_ORDER_MARK = "\ufeff"
QUOTES_FIX = 'close every quote, and write "" for a quote within one'


class _RowTooLong(Exception):
    """A row goes over more lines or bytes than the bounds allow: a quote was not closed."""


class CsvRows:
    """The rows of one file.

    Args:
        file: What to call it in refusals.
        lines: Its lines.
        rules: How it is written.

    Raises:
        FileRefused: If its first row holds no names of columns.
    """

    def __init__(self, file: str, lines: Iterator[Line], rules: CsvRules) -> None:
        self._file = file
        self._rules = rules
        self._rest = lines
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._taken_bytes = 0
        self._delimiter = "\t" if rules.delimiter == "tab" else rules.delimiter
        self.head = b""
        self.columns: tuple[str, ...] = rules.columns or self._read_head()

    def __iter__(self) -> Iterator[Row | BrokenRow]:
        """Yield every row that is not empty; those that cannot be read with the reason."""
        while True:
            cells = self._next()
            if cells is None:
                return
            if isinstance(cells, BrokenRow):
                yield cells
            elif len(cells) == len(self.columns):
                yield Row(self._taken[0].number, self._raw(), cells)
            elif cells:
                rule = f"it has {len(cells)} cells, and the file {len(self.columns)} columns"
                yield self._broken(rule, "put cells that hold the delimiter in quotes")

    def _read_head(self) -> tuple[str, ...]:
        cells = self._next()
        while cells == []:
            cells = self._next()
        if cells is None:
            raise FileRefused(f"{self._file}: it is empty, and the first row should name the columns; export it again")
        if isinstance(cells, BrokenRow):
            raise FileRefused(f"{cells.refusal.text()} (the first row should name the columns)")
        if len(cells) > COLUMNS_MAX:
            raise FileRefused(
                f"{self._file}: it has {len(cells)} columns, at most {COLUMNS_MAX} are read; export fewer"
            )
        self.head = self._raw()
        return tuple(cell.strip() for cell in cells)

    def _next(self) -> list[str] | BrokenRow | None:
        """Return the next row; None at the end."""
        self._taken, self._taken_bytes = [], 0
        try:
            # A reader of its own for each row: one that has failed, or read too far, is not asked again.
            return next(csv.reader(self._texts(), delimiter=self._delimiter, strict=True), None)
        except _RowTooLong:
            problem = f"it goes over more than {ROW_LINES_MAX} lines or {LINE_BYTES_MAX} bytes"
        except UnicodeDecodeError:
            return self._given_up(f"it is not written in {self._rules.encoding}", "set encoding: under csv")
        except csv.Error as error:
            problem = f"its quotes do not hold together ({error})"
        return self._given_up(problem, QUOTES_FIX)

    def _texts(self) -> Iterator[str]:
        """Yield the lines of one row as text."""
        for line in self._lines():
            self._taken.append(line)
            self._taken_bytes += len(line.text or b"") + 1
            if line.text is None or self._taken_bytes > LINE_BYTES_MAX or len(self._taken) > ROW_LINES_MAX:
                raise _RowTooLong
            text = line.text.decode(self._rules.encoding)
            yield (text.removeprefix(BYTE_ORDER_MARK) if line.number == 1 else text) + "\n"

    def _lines(self) -> Iterator[Line]:
        # Asked line by line: a `yield from` would close the file's lines with the row that reads them.
        while True:
            line = self._again.popleft() if self._again else next(self._rest, None)
            if line is None:
                return
            yield line

    def _given_up(self, rule: str, fix: str) -> BrokenRow:
        """Refuse the line that a row begins with, and take those after it once more."""
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return self._broken(rule, fix)

    def _broken(self, rule: str, fix: str) -> BrokenRow:
        return BrokenRow(Refusal(self._file, self._taken[0].number, "row", None, rule, fix), self._raw())

    def _raw(self) -> bytes:
        return b"\n".join(line.text or b"" for line in self._taken)


def missing_columns(wanted: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the columns that a mapping names and a file lacks, in the mapping's order, each once."""
    return [name for name in dict.fromkeys(wanted) if name not in columns]


def doubled_columns(wanted: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the columns that a mapping names and a file has more than once."""
    return [name for name in dict.fromkeys(wanted) if columns.count(name) > 1]
