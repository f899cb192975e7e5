"""One run of an import at a time: two of them would both go on where the last one was, and bring everything twice.

The lock is the operating system's, on a file beside the progress: whatever ends a process frees it, so a run that was
killed stands in nobody's way. The file stays; only what is locked counts. It names who holds it, for people.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from streams.importing.lines import FileUnreadable

HOLDER_CHARACTERS_MAX = 128


class ImportRunning(Exception):
    """Another run of the same import is under way; the text says whose, and the ways out."""


@contextmanager
def locked(progress: Path) -> Iterator[None]:
    """Hold the lock of an import's progress file while the block runs.

    Raises:
        ImportRunning: If another process holds it.
        FileUnreadable: If there is no place for it.
    """
    path = progress.with_name(progress.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+", encoding="utf-8")
    except OSError as error:
        message = f"{path}: {error.strerror}; name a folder that can be written with --progress-folder"
        raise FileUnreadable(message) from error
    with stream:
        _lock(stream, path)
        stream.truncate(0)
        stream.write(f"process {os.getpid()} on {socket.gethostname()}")
        stream.flush()
        yield


def _lock(stream: TextIO, path: Path) -> None:
    """Take the lock, at once or not at all."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.seek(0)
        holder = stream.read(HOLDER_CHARACTERS_MAX) or "another process"
        message = f"{path}: {holder} runs the same import; wait until it ends, or end it: the next run goes on there"
        raise ImportRunning(message) from error
    except OSError as error:
        message = f"{path}: {error.strerror}: it cannot be locked; name a folder on a local disk with --progress-folder"
        raise FileUnreadable(message) from error
