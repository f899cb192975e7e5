"""The options by which every command of `dead-letters` chooses letters: written once, the same everywhere."""

import functools
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from schemas.refusals import Reason
from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.terminal import CommandFailed

FILTERS: dict[str, Any] = {
    "reason": Annotated[
        list[Reason] | None, typer.Option(help="Only those refused for this reason; may be given several times.")
    ],
    "topic": Annotated[list[str] | None, typer.Option(help="Only those that came on this topic; the same.")],
    "partition": Annotated[str | None, typer.Option(metavar="N[-M]", help="Only those that came on these partitions.")],
    "offset": Annotated[str | None, typer.Option(metavar="N[-M]", help="Only those that came at these offsets.")],
    "since": Annotated[str | None, typer.Option(help="Only those put aside at or after this instant (RFC 3339).")],
    "until": Annotated[str | None, typer.Option(help="Only those put aside before this instant (RFC 3339).")],
    "lead": Annotated[str | None, typer.Option(help="Only those of this lead: its id as key or in the body.")],
    "letter": Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this one, as `list` names it; several times too.")
    ],
}
"""Option by option, each None by default."""


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `FILTERS`; it gets them as one argument, ``selection``."""

    @functools.wraps(command)
    def filtered(**given: Any) -> None:  # noqa: ANN401 - whatever options the command has
        asked = {name: given.pop(name) for name in FILTERS}
        command(**given, selection=selection_of(**asked))

    own = [one for name, one in inspect.signature(command).parameters.items() if name != "selection"]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in FILTERS.items()
    ]
    ordered = sorted([*own, *more], key=lambda one: one.kind)
    filtered.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined] # where typer looks
    filtered.__annotations__ = {one.name: one.annotation for one in ordered}
    return filtered


def selection_of(
    *,
    reason: list[Reason] | None,
    topic: list[str] | None,
    partition: str | None,
    offset: str | None,
    since: str | None,
    until: str | None,
    lead: str | None,
    letter: list[str] | None,
) -> Any:  # noqa: ANN401 - a Selection, imported only where it is used
    """Return what the options choose.

    Raises:
        CommandFailed: If one of them cannot be understood.
    """
    from streams.letters.selection import Selection

    for one in letter or ():
        place_option(one)
    now = datetime.now(UTC)
    return Selection(
        reasons=frozenset(reason or ()),
        topics=_with_prefix(topic or ()),
        partitions=None if partition is None else _range_option("--partition", partition),
        offsets=None if offset is None else _range_option("--offset", offset),
        since=None if since is None else instant_option(since, now, "--since"),
        until=None if until is None else instant_option(until, now, "--until"),
        lead=lead,
        ids=frozenset(letter or ()),
    )


def place_option(text: str) -> tuple[int, int]:
    """Return the partition and offset of a dead letter that was named on the command line.

    Raises:
        CommandFailed: If it is no PARTITION/OFFSET.
    """
    partition, _, offset = text.partition("/")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise CommandFailed(ExitCode.USAGE, f"{text}: name a dead letter as PARTITION/OFFSET, such as 3/17")
    return int(partition), int(offset)


def _with_prefix(topics: Any) -> frozenset[str]:  # noqa: ANN401 - any texts
    """Return topics by their full names: an installation's prefix may be left out.

    Raises:
        CommandFailed: If one is no input: to find nothing of it would look like all is well.
    """
    from schemas.topics import INPUT_TOPICS
    from streams.configuration.settings import load_settings

    if not topics:
        return frozenset()
    prefix = load_settings().topic_prefix
    known = {prefix + name for name in INPUT_TOPICS}
    wanted = frozenset(prefix + name if name in INPUT_TOPICS else name for name in topics)
    if unknown := wanted - known:
        names = ", ".join(sorted(known))
        raise CommandFailed(ExitCode.USAGE, f"--topic {min(unknown)}: no records are read from it; name one of {names}")
    return wanted


def _range_option(option: str, text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()) or int(last or first) < int(first):
        raise CommandFailed(ExitCode.USAGE, f"{option} {text}: give a number, or two as in 3-7, the first not above")
    return int(first), int(last or first)
