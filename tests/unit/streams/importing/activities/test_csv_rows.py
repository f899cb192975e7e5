"""Rows of a CSV file: bounded, and a broken one harms only itself."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.import_mapping import CsvRules
from streams.importing.activities.csv_rows import ROW_LINES_MAX, CsvRows, doubled_columns, missing_columns
from streams.importing.activities.rows import BrokenRow, FileRefused, Row
from streams.importing.lines import LINE_BYTES_MAX, split

CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=12)


def read(text: str | bytes, **rules: str) -> CsvRows:
    """Return the rows of a file."""
    content = text if isinstance(text, bytes) else text.encode()
    return CsvRows("crm.csv", split(io.BytesIO(content)), CsvRules.model_validate(rules))


def cells(rows: CsvRows) -> list[object]:
    """Return the cells of good rows, and the line and rule of broken ones."""
    return [row.cells if isinstance(row, Row) else (row.refusal.line, row.refusal.rule) for row in rows]


def test_rows_have_the_line_that_they_begin_on() -> None:
    """A row may go over several lines in quotes; empty lines are no rows."""
    rows = read('\ufeffid,note\r\n1,"two\r\nlines, one ""row"""\r\n\r\n2,x\r\n')

    assert rows.columns == ("id", "note")
    assert [(row.line, row.cells) for row in rows if isinstance(row, Row)] == [
        (2, ["1", 'two\nlines, one "row"']),
        (5, ["2", "x"]),
    ]


def test_a_quote_that_is_never_closed_takes_one_line_only() -> None:
    """It is refused with the line that it begins on; what follows is read as ever."""
    many = "".join(f"{number},x\n" for number in range(ROW_LINES_MAX + 5))

    found = cells(read('id,note\n0,"open\n' + many))

    assert found[0] == (2, f"it goes over more than {ROW_LINES_MAX} lines or {LINE_BYTES_MAX} bytes")
    assert found[1:] == [[str(number), "x"] for number in range(ROW_LINES_MAX + 5)]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ('1,"a"b', "quotes do not hold together"),
        ("1", "it has 1 cells, and the file 2 columns"),
        ("1,2,3", "it has 3 cells, and the file 2 columns"),
        ("1," + "x" * (LINE_BYTES_MAX + 1), "goes over more than"),
        ("1," + "x" * 150_000, "quotes do not hold together (field larger than field limit"),
        (b"1,\xff", "it is not written in utf-8"),
    ],
)
def test_a_broken_row_is_told_and_passed(row: str | bytes, rule: str) -> None:
    """Each kind of break names its line and its rule, and the next row is read."""
    raw = row if isinstance(row, bytes) else row.encode()
    broken, good = list(read(b"id,note\n" + raw + b"\n2,y\n"))

    assert isinstance(broken, BrokenRow)
    assert broken.refusal.line == 2
    assert rule in broken.refusal.rule
    assert isinstance(good, Row)
    assert good.line == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "it is empty"), ('"open', "should name the columns"), (",".join("x" * 1001), "at most 1000")],
)
def test_a_file_without_columns_is_refused(text: str, told: str) -> None:
    """The first row names the columns, or the file is another kind of file."""
    with pytest.raises(FileRefused, match=told):
        read(text)


def test_other_ways_to_write_are_read() -> None:
    """Delimiter, encoding and columns are the mapping's to say."""
    rows = read("1;caf\u00e9\n".encode("windows-1252"), delimiter=";", encoding="windows-1252", columns=("id", "note"))

    assert cells(rows) == [["1", "caf\u00e9"]]
    assert cells(read("id\tnote\n1\tx\n", delimiter="tab")) == [["1", "x"]]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_what_a_writer_writes_comes_back(rows: list[tuple[str, str]]) -> None:
    """Whatever cells hold, the standard library's writer and this reader agree."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("id", "note"), *rows])

    assert cells(read(file.getvalue())) == [list(row) for row in rows]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    """Anything is rows, broken rows, or a refused file."""
    try:
        rows = list(read(b"id,note\n" + content))
    except FileRefused:
        return
    assert all(isinstance(row, Row | BrokenRow) for row in rows)


def test_columns_that_a_mapping_needs_are_missed() -> None:
    """Missing and doubled ones are told, others do not matter."""
    assert missing_columns(["id", "url", "id"], ["id", "x"]) == ["url"]
    assert doubled_columns(["id", "url"], ["id", "url", "id", "x", "x"]) == ["id"]
