"""Files of lines of any size are read in bounded memory, plain or compressed."""

import gzip
import io
from pathlib import Path

import pytest

from streams.importing.lines import LINE_BYTES_MAX, FileUnreadable, Line, opened, split


def test_lines_are_numbered_and_lose_their_ends() -> None:
    """Lines count from 1; Unix and Windows ends go; a last line without an end is a line."""
    assert list(split(io.BytesIO(b"one\r\n\ntwo\nthree"))) == [
        Line(1, b"one"),
        Line(2, b""),
        Line(3, b"two"),
        Line(4, b"three"),
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_longest_line_is_kept(end: bytes) -> None:
    """A line of exactly the bound is a line, whatever its end."""
    longest = b"x" * LINE_BYTES_MAX

    assert list(split(io.BytesIO(longest + end))) == [Line(1, longest)]


@pytest.mark.parametrize("excess", [1, 2, 3, LINE_BYTES_MAX, 5 * LINE_BYTES_MAX + 7])
def test_a_longer_line_harms_only_itself(excess: int) -> None:
    """A line over the bound is told without its text, and the next one is read as ever."""
    content = io.BytesIO(b"x" * (LINE_BYTES_MAX + excess) + b"\nnext\n")

    assert list(split(content)) == [Line(1, None), Line(2, b"next")]


def test_gzip_is_recognised_by_content(tmp_path: Path) -> None:
    """A compressed file is read whatever its name, also when it is empty inside."""
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(b"one\ntwo\n"))

    with opened(path) as source:
        assert [line.text for line in source.lines] == [b"one", b"two"]
        assert source.bytes_read() == path.stat().st_size


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    """Nothing in it is nothing read, not an error."""
    path = tmp_path / "empty.log"
    path.touch()

    with opened(path) as source:
        assert list(source.lines) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The error names the file and the way out."""
    with (
        pytest.raises(FileUnreadable, match=r"absent\.log: No such file.*name a readable file"),
        opened(tmp_path / "absent.log"),
    ):
        pass


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder is no file of lines."""
    with pytest.raises(FileUnreadable, match="directory"), opened(tmp_path):
        pass


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:20] + b"\xff" * 8 + data[28:]])
def test_broken_compression_is_told(tmp_path: Path, damage: object) -> None:
    """A file that was cut or damaged ends in an error, after the lines that could be read."""
    path = tmp_path / "access.log.gz"
    path.write_bytes(damage(gzip.compress(bytes(range(256)) * 40)))  # type: ignore[operator]

    with pytest.raises(FileUnreadable), opened(path) as source:
        list(source.lines)


@pytest.mark.parametrize(
    ("begin", "what"),
    [(b"PK\x03\x04...", "ZIP archive or a workbook; .*save the sheet as CSV"), ("a,b\n".encode("utf-16"), "UTF-16")],
)
def test_what_holds_no_lines_is_named_with_its_way_out(tmp_path: Path, begin: bytes, what: str) -> None:
    """A workbook and what a spreadsheet calls Unicode text are no broken CSV."""
    path = tmp_path / "export.csv"
    path.write_bytes(begin)

    with pytest.raises(FileUnreadable, match=rf"export\.csv: .*{what}"), opened(path):
        pass
