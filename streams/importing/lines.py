"""Lines of a file that may be of any size: plain or gzip, a path or standard input, in bounded memory.

A line that is longer than the bound is handed over without its text, so that it can be counted and named; its rest is
read past in pieces. Lines are bytes: what they mean is not known here.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LINE_BYTES_MAX = 256 * 1024
"""What a worker takes as one record, unless its settings say otherwise."""
GZIP_MAGIC = b"\x1f\x8b"
NO_LINES: Mapping[bytes, str] = {
    b"PK\x03\x04": "it is a ZIP archive or a workbook; unpack it, or save the sheet as CSV",
    b"\xff\xfe": "it is written in UTF-16; save it in UTF-8",
    b"\xfe\xff": "it is written in UTF-16; save it in UTF-8",
}
"""How files begin that hold no lines that can be read: what they are, and the way out."""
STANDARD_INPUT = Path("-")


class FileUnreadable(Exception):
    """A file cannot be read: it is missing, is a folder, may not be read, or its compression is broken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. ``text`` is None if it is longer than `LINE_BYTES_MAX`. ``number`` counts from 1."""

    number: int
    text: bytes | None


@dataclass(slots=True)
class LineSource:
    """An opened file: its lines, and how far in the file (compressed bytes, if it is compressed) they have come."""

    lines: Iterator[Line]
    raw: BinaryIO

    def bytes_read(self) -> int:
        """Return how many bytes of the file itself were read, for progress."""
        try:
            return self.raw.tell()
        except OSError:  # a pipe has no position
            return 0


@contextmanager
def opened(path: Path) -> Iterator[LineSource]:
    """Open a file of lines; ``-`` is standard input. Gzip is recognised by its first bytes, not by its name.

    Raises:
        FileUnreadable: If it cannot be opened, or, while its lines are read, not read.
    """
    with _readable(path):
        source = _raw(path)
    with source as raw:
        buffered = io.BufferedReader(raw)  # type: ignore[type-var]  # any binary stream does
        try:
            with _readable(path):
                begin = buffered.peek(4)
            for magic, what in NO_LINES.items():
                if begin.startswith(magic):
                    raise FileUnreadable(f"{path}: {what}")
            is_gzip = begin.startswith(GZIP_MAGIC)
            content = gzip.GzipFile(fileobj=buffered) if is_gzip else buffered
            yield LineSource(_named(split(content), path), raw)
        finally:
            buffered.detach()  # else its end would close standard input


def _raw(path: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else path.open("rb")


def _named(lines: Iterator[Line], path: Path) -> Iterator[Line]:
    """Yield lines; what goes wrong with reading one names the file. What their reader does wrong is not touched."""
    while True:
        with _readable(path):
            line = next(lines, None)
        if line is None:
            return
        yield line


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a file into an error that names it and the way out."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"{path}: {reason}; name a readable file of lines, plain or gzip, or - for standard input"
        raise FileUnreadable(message) from error


def split(content: io.BufferedIOBase) -> Iterator[Line]:
    """Yield the lines of a stream, never holding more than `LINE_BYTES_MAX` bytes of one."""
    number = 0
    while piece := content.readline(LINE_BYTES_MAX + 2):
        number += 1
        text = piece.rstrip(b"\r\n")
        if len(text) > LINE_BYTES_MAX:
            while piece and not piece.endswith(b"\n"):
                piece = content.readline(LINE_BYTES_MAX)
            yield Line(number, None)
        else:
            yield Line(number, text)
