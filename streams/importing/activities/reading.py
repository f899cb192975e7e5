"""The rows of one file of an import, whatever it is written in, and how a mapping reads them."""

from collections.abc import Iterator
from pathlib import Path

from pydantic_core import from_json

from streams.importing.activities.csv_rows import CsvRows, doubled_columns, missing_columns
from streams.importing.activities.mapping import ImportMapping
from streams.importing.activities.rows import BrokenRow, FileRefused, Refusal, Row
from streams.importing.lines import LINE_BYTES_MAX, Line
from streams.scorecards.finding import nearest, quoted


def csv_rows(file: str, lines: Iterator[Line], mapping: ImportMapping) -> CsvRows:
    """Return the rows of a CSV file that has every column of a mapping.

    Raises:
        FileRefused: If it lacks one, or has one twice.
    """
    rows = CsvRows(file, lines, mapping.csv)
    if missing := missing_columns(mapping.columns, rows.columns):
        rule = f"{file}: it has no column {quoted(missing[0])}, which the mapping names"
        raise FileRefused(f"{rule}; {nearest(missing[0], rows.columns)} (delimiter is {mapping.csv.delimiter!r})")
    if doubled := doubled_columns(mapping.columns, rows.columns):
        raise FileRefused(f"{file}: column {quoted(doubled[0])} is there twice; rename one of them in the file")
    return rows


def ndjson_rows(file: str, lines: Iterator[Line]) -> Iterator[Row | BrokenRow]:
    """Yield the rows of a file of JSON lines; empty ones are left out."""
    for line in lines:
        if line.text is None:
            rule = f"it is longer than {LINE_BYTES_MAX} bytes"
            yield BrokenRow(Refusal(file, line.number, "line", None, rule, "send less of it"), b"")
        elif line.text.strip():
            try:
                found = from_json(line.text, allow_inf_nan=False)
            except ValueError:
                found = None
            if isinstance(found, dict):
                yield Row(line.number, line.text, found)
            else:
                fix = "write one whole object a line"
                yield BrokenRow(Refusal(file, line.number, "line", None, "it is no JSON object", fix), line.text)


def named(path: Path) -> str:
    """Return what a file is called in refusals: its name, for people have it before them."""
    return "standard input" if str(path) == "-" else path.name
