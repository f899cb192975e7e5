"""What commands play through scorecards: a file of activities, or what Kafka retains; and how far that is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.progress import byte_progress, count_progress
from streams.cli.terminal import CommandFailed, counted, say, say_refused

if TYPE_CHECKING:
    from scorer import JournalBounds
    from streams.configuration.settings import Settings
    from streams.history.file import FileHistory
    from streams.history.history import Reading
    from streams.history.topics import TopicHistory

Until = Annotated[
    str | None, typer.Option("--until", help="Leave out what is later (RFC 3339, or now); time passes until then.")
]
Html = Annotated[
    Path | None, typer.Option("--html", help="Write a page with charts too, which needs nothing but a browser.")
]


def require_one(history: Path | None, *, has_topics: bool) -> None:
    """Refuse a file and the topics at once.

    Raises:
        CommandFailed: If both are asked for.
    """
    if history is not None and has_topics:
        raise CommandFailed(ExitCode.USAGE, "give either --history FILE or --topics: one thing is played")


@contextmanager
def played_history(
    path: Path | None, until: int | None
) -> "Iterator[tuple[FileHistory | TopicHistory, JournalBounds]]":
    """Open what is to be played, and show how far it is; with it comes how much a worker's journals remember.

    Args:
        path: A file; None for the topics.
        until: An instant in milliseconds; None takes everything.
    """
    import gc

    from scorer import JournalBounds
    from streams.cli.worker import GARBAGE_THRESHOLDS
    from streams.configuration.settings import load_settings

    # As in a worker: many leads, few cycles. It takes a quarter of the time off.
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    settings = load_settings()
    with _opened(path, settings, until) as history:
        doing, reading = f"playing {history.name}", history.reading
        if history.unit == "bytes":
            progress = byte_progress(doing, reading.total, lambda: reading.done)
        else:
            progress = count_progress(doing, reading.total or 0, lambda: reading.done)
        with progress:
            yield history, JournalBounds(settings.journal_entries_max, settings.journal_age_seconds * 1000)


@contextmanager
def _opened(path: Path | None, settings: "Settings", until: int | None) -> "Iterator[FileHistory | TopicHistory]":
    from streams.history.file import file_history
    from streams.history.topics import topic_history

    if path is not None:
        with file_history(path, partitions=settings.partitions, until=until) as opened_file:
            yield opened_file
    else:
        with topic_history(settings, until=until) as opened_topics:
            yield opened_topics


def say_unplayed(reading: "Reading") -> None:
    """Say which lines were not played."""
    if reading.left_out:
        say(f"{counted(reading.left_out, 'line', 'lines')} left out: later than --until")
    say_refused(reading.refused, reading.refused_listed, of=" of the history")
