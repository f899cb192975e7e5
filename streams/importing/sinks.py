"""Where imported activities go: the screen, a file, or Kafka."""

import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from schemas.activities import PageView
from streams.importing.lines import FileUnreadable


class Sink(Protocol):
    """Takes activities one by one; a context manager that is done with all of them at its end."""

    def take(self, activity: PageView) -> None:
        """Take one activity."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def as_line(activity: PageView) -> bytes:
    """Return an activity as one line of JSON, what is not known left out."""
    return activity.model_dump_json(exclude_none=True).encode() + b"\n"


class StandardOutputSink:
    """Writes lines to standard output."""

    def take(self, activity: PageView) -> None:
        """Write one line."""
        sys.stdout.buffer.write(as_line(activity))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        sys.stdout.buffer.flush()


class FileSink:
    """Writes lines to a file, which gets its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        """Give the file's name."""
        self._path = path
        self._partial = path.with_name(path.name + ".partial")
        self._file: BinaryIO | None = None

    def take(self, activity: PageView) -> None:
        """Write one line.

        Raises:
            OSError: If the disk is full.
        """
        if self._file is None:
            raise RuntimeError("a file sink takes activities inside its with statement")
        self._file.write(as_line(activity))

    def __enter__(self) -> Self:
        try:
            self._file = self._partial.open("wb")
        except OSError as error:
            raise FileUnreadable(f"{self._path}: {error.strerror}; name a file that can be written") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            if kind is None:
                self._partial.replace(self._path)
            else:
                self._partial.unlink(missing_ok=True)
