"""How far an import has come, in a small file: so that one that was broken off goes on where it was.

The file is named by the import's id, which stands for the mapping and the content of the files: another content is
another import. It is written whole or not at all, after each batch that its target has.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from streams.importing.lines import FileUnreadable

FOLDER = Path(".leadstream") / "imports"
HASH_BYTES = 1_048_576


class ProgressUnreadable(Exception):
    """A progress file does not hold what this program writes; the text says what to do."""


@dataclass(slots=True)
class Progress:
    """How far one import has come.

    ``sent``: how many of its activities its target has for sure, counted in the files' order. ``written_bytes``: how
    long a file was then. ``ends``: by `topic/partition` an offset that lies before all that may have come after them.
    ``is_finished``: all of it is there. ``is_judged``: and every lead is judged anew by it.
    """

    import_id: str
    target: str
    sent: int = 0
    written_bytes: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    is_finished: bool = False
    is_judged: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether an earlier run may have sent something."""
        return self.sent > 0 or bool(self.ends) or self.is_finished


class ProgressFile:
    """Keeps an import's progress in a file."""

    def __init__(self, path: Path, progress: Progress) -> None:
        """Give where to keep it, and what is known so far."""
        self.path = path
        self.progress = progress

    @classmethod
    def opened(cls, folder: Path, import_id: str, target: str) -> Self:
        """Return what is known of an import.

        Raises:
            ProgressUnreadable: If the file is there and holds something else.
        """
        path = folder / f"{import_id}.{sha256(target.encode()).hexdigest()[:8]}.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            progress = Progress(**known)
        except (FileNotFoundError, NotADirectoryError):
            return cls(path, Progress(import_id, target))
        except (OSError, ValueError, TypeError) as error:
            message = f"{path}: it is no progress of an import ({type(error).__name__}); remove it to begin anew"
            raise ProgressUnreadable(message) from error
        return cls(path, progress)

    def save(self) -> None:
        """Write the file.

        Raises:
            FileUnreadable: If it cannot be written.
        """
        partial = self.path.with_name(self.path.name + ".partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("w", encoding="utf-8") as stream:
                json.dump(asdict(self.progress), stream)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(self.path)
        except OSError as error:
            message = f"{self.path}: {error.strerror}; name a folder that can be written with --progress-folder"
            raise FileUnreadable(message) from error


def import_id_of(name: str, fingerprint: str, contents: Iterable[str]) -> str:
    """Return an import's id: its name, and what stands for the mapping and the files' content.

    Example:
        >>> import_id_of("crm", "a mapping", ["a file"])
        'crm-ab48bcc6328637d2'
    """
    digest = sha256("\\0".join((fingerprint, *contents)).encode()).hexdigest()
    return f"{name[:40]}-{digest[:16]}"


def content_hash(path: Path) -> str:
    """Return what stands for a file's content.

    Raises:
        FileUnreadable: If it cannot be read.
    """
    digest = sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(HASH_BYTES):
                digest.update(piece)
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}; name a file that can be read") from error
    return digest.hexdigest()


def place_name(topic: str, partition: int) -> str:
    """Return how a partition of a topic is named in ``ends``."""
    return f"{topic}/{partition}"


def ends_by_topic(ends: Mapping[str, int]) -> dict[str, dict[int, int]]:
    """Return the offsets of ``ends`` by topic and partition."""
    found: dict[str, dict[int, int]] = {}
    for name, offset in ends.items():
        topic, _, partition = name.rpartition("/")
        found.setdefault(topic, {})[int(partition)] = offset
    return found
