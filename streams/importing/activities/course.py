"""The way of an import: every row of every file, read, told, counted, and handed to its target.

It always begins with the first row: what an earlier run brought is read and counted again and not sent, so that the
report of an import that was broken off is that of all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from streams.importing.activities.mapping import ImportMapping
from streams.importing.activities.reading import csv_rows, ndjson_rows
from streams.importing.activities.refused_file import RefusedFile
from streams.importing.activities.report import ImportReport
from streams.importing.activities.rows import BrokenRow, Refusal, Row
from streams.importing.activities.targets import Target
from streams.importing.activities.translation import Answer, LeftOut, Translator, own_activity
from streams.importing.lines import Line


@dataclass(slots=True)
class Course:
    """What an import goes by, over all of its files. ``mapping`` None: lines of leadstream's own contracts."""

    mapping: ImportMapping | None
    target: Target
    refused: RefusedFile
    report: ImportReport

    def run_through(self, file: str, lines: Iterator[Line]) -> None:
        """Import one file.

        Raises:
            FileRefused: If the mapping cannot be used on it.
        """
        for row, answer in self._answers(file, lines):
            self.report.count(answer)
            if isinstance(answer, Refusal):
                self.refused.take(answer, row.raw)
            elif not isinstance(answer, LeftOut):
                self.target.take(self.report.activities, answer)

    def _answers(self, file: str, lines: Iterator[Line]) -> Iterator[tuple[Row | BrokenRow, Answer]]:
        """Yield each row of a file and what it became."""
        if self.mapping is None:
            yield from _own_answers(file, lines)
            return
        rows: Iterator[Row | BrokenRow]
        columns = None
        if self.mapping.file.format == "csv":
            table = csv_rows(file, lines, self.mapping)
            rows, columns = iter(table), table.columns
            self.refused.begin(table.head)
        else:
            rows = ndjson_rows(file, lines)
        translator = Translator(self.mapping, file, columns, self.report.times)
        for row in rows:
            yield row, (row.refusal if isinstance(row, BrokenRow) else translator.read(row))


def _own_answers(file: str, lines: Iterator[Line]) -> Iterator[tuple[Row | BrokenRow, Answer]]:
    """Yield lines of leadstream's own contracts."""
    for row in ndjson_rows(file, lines):
        yield row, (row.refusal if isinstance(row, BrokenRow) else own_activity(file, row.line, row.raw))
