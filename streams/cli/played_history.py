"""What commands play through scorecards: a file of activities, or what Kafka retains; and how far that is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from streams.cli.progress import byte_progress, count_progress

if TYPE_CHECKING:
    from streams.configuration.settings import Settings
    from streams.history.file import FileHistory
    from streams.history.topics import TopicHistory


@contextmanager
def opened_history(
    path: Path | None, settings: "Settings", until: int | None
) -> "Iterator[FileHistory | TopicHistory]":
    """Open what is to be played: a file, or else the topics; ``until`` is an instant in milliseconds."""
    from streams.history.file import file_history
    from streams.history.topics import topic_history

    if path is not None:
        with file_history(path, partitions=settings.partitions, until=until) as opened_file:
            yield opened_file
    else:
        with topic_history(settings, until=until) as opened_topics:
            yield opened_topics


def history_progress(history: "FileHistory | TopicHistory") -> AbstractContextManager[None]:
    """Show how far it is played."""
    doing, reading = f"playing {history.name}", history.reading
    if history.unit == "bytes":
        return byte_progress(doing, reading.total, lambda: reading.done)
    return count_progress(doing, reading.total or 0, lambda: reading.done)
