"""What every command asks that changes which scorecards judge: from when on, who does it, why, and whether to."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.terminal import CommandFailed

ActiveIn = Annotated[
    str, typer.Option("--active-in", help="In force so long after Kafka stored it: 10s or longer, such as 30s, 5m, 2h.")
]
At = Annotated[str | None, typer.Option("--at", help="In force from this instant on (RFC 3339), not before.")]
Note = Annotated[str, typer.Option("--note", help="Why; up to 512 characters, for those who look at the history.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]
NOTE_CHARACTERS_MAX = 512


def when_active(active_in: str, at: str | None) -> tuple[datetime | None, int]:
    """Return from when on, as the options say: an instant, and the least time from its storing.

    Raises:
        CommandFailed: If an option is none.
    """
    from pydantic_core import PydanticCustomError

    from schemas.duration import duration_ms
    from schemas.scorecard_activation import ACTIVE_IN_MS_MAX, ACTIVE_IN_MS_MIN

    try:
        active_in_ms = duration_ms(active_in)
    except PydanticCustomError as error:
        raise CommandFailed(ExitCode.USAGE, f"--active-in {active_in}: {error.message()}") from error
    if not ACTIVE_IN_MS_MIN <= active_in_ms <= ACTIVE_IN_MS_MAX:
        raise CommandFailed(
            ExitCode.USAGE, f"--active-in {active_in}: give 10s to 366d, so that all workers know it before"
        )
    now = datetime.now(UTC)
    return (None if at is None else instant_option(at, now)), active_in_ms


def actor_named(by: str | None) -> str:
    """Return who does it: the name that was given, or who runs this process."""
    from streams.audit import current_actor

    return current_actor() if by is None else by


def noted(note: str) -> str:
    """Return a note.

    Raises:
        CommandFailed: If it is too long.
    """
    if len(note) > NOTE_CHARACTERS_MAX:
        raise CommandFailed(ExitCode.USAGE, f"--note: {len(note)} characters, at most {NOTE_CHARACTERS_MAX} are kept")
    return note


def require_asked(consequence: str) -> None:
    """End the command where nobody can be asked.

    Args:
        consequence: What would come of it, as a sentence's beginning.

    Raises:
        CommandFailed: If no terminal is there.
    """
    if not sys.stdin.isatty():
        raise CommandFailed(ExitCode.USAGE, f"{consequence}; give --yes where nobody can be asked")


def require_agreed(question: str) -> None:
    """Ask whether to do it.

    Raises:
        CommandFailed: If the answer is no.
    """
    if not typer.confirm(question, err=True):
        raise CommandFailed(ExitCode.INTERRUPTED, "nothing was published")
