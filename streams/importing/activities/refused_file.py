"""The refused rows of an import in a file of their own, byte for byte, to be mended there and imported again.

Beside it a second file says of each what is wrong with it, a line a row.
"""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from streams.importing.activities.rows import Refusal
from streams.importing.lines import FileUnreadable


class RefusedFile:
    """Takes refused rows; a context manager. Without a path it takes them and writes nothing."""

    def __init__(self, path: Path | None) -> None:
        """Give the file's name."""
        self._path = path
        self._head = b""
        self._rows: BinaryIO | None = None
        self._reasons: BinaryIO | None = None
        self._stack = ExitStack()

    def begin(self, head: bytes) -> None:
        """Give the row that names the columns of what comes; it is written before the first row, and if it changes."""
        if head and head != self._head and self._rows is not None:
            self._head = head
            self._rows.write(head + b"\n")

    def take(self, refusal: Refusal, raw: bytes) -> None:
        """Write a row and what is wrong with it."""
        if self._rows is not None and self._reasons is not None:
            self._rows.write(raw + b"\n")
            self._reasons.write(refusal.text().encode() + b"\n")

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._rows = self._stack.enter_context(self._path.open("wb"))
                self._reasons = self._stack.enter_context(self.reasons_of(self._path).open("wb"))
            except OSError as error:
                self._stack.close()
                raise FileUnreadable(f"{self._path}: {error.strerror}; name a file that can be written") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    @staticmethod
    def reasons_of(path: Path) -> Path:
        """Return the file that says what is wrong with the rows of another."""
        return path.with_name(path.name + ".reasons.txt")
