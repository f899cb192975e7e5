"""`leadstream dead-letters replay | drop | export`: what people do about refused records.

Each that changes something asks first, says what it did, and leaves a record on the topic `audit-log`.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.actor import By
from streams.cli.exit_codes import ExitCode
from streams.cli.letter_filters import with_filters
from streams.cli.letter_plan import Plan, Wish, is_wanted, known_notes, letters_of, planned, sum_up
from streams.cli.output_file import require_output
from streams.cli.progress import count_progress
from streams.cli.terminal import CommandFailed, counted, say

if TYPE_CHECKING:
    from schemas.audit_record import AuditAction
    from streams.letters.letter import Letter
    from streams.letters.selection import Selection
    from streams.letters.sending import Sender, Trail
    from streams.publisher.door import Publisher


Json = Annotated[bool, typer.Option("--json", help="Sum up as one JSON object.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were replayed or dropped before.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest ones.")]
File = Annotated[Path | None, typer.Option("--from", help="Take them from a file that `export` wrote.")]


@with_filters
def replay(  # noqa: PLR0913 - an option each
    *,
    file: File = None,
    rate: Annotated[float | None, typer.Option(min=0.1, max=100_000, help="At most so many a second.")] = None,
    limit: Limit = None,
    is_all: All = False,
    is_dry: DryRun = False,
    is_yes: Yes = False,
    actor: By = None,
    is_json: Json = False,
    selection: "Selection",
) -> None:
    """Send refused records again: to their topic, with their own bytes, key and headers.

    Mend the cause first. A replay is judged by when Kafka first stored the record, so it is not late for having waited.
    What was replayed three times and is refused still is not sent again. A replay of an activity that counted already
    counts nothing, as far as the lead's journal remembers it.
    """
    asyncio.run(
        _replay(Wish(selection, limit, actor, file, rate, is_all=is_all, is_dry=is_dry, is_yes=is_yes, is_json=is_json))
    )


@with_filters
def drop(
    *,
    why: Annotated[str, typer.Option(help="Why they are given up, for the audit log.")] = "",
    limit: Limit = None,
    is_dry: DryRun = False,
    is_yes: Yes = False,
    actor: By = None,
    is_json: Json = False,
    selection: "Selection",
) -> None:
    """Mark refused records as given up: `list` and `stats` leave them out from then on.

    Nothing is deleted: Kafka keeps the records for the topic's retention, and `--all` shows them.
    """
    asyncio.run(_drop(Wish(selection, limit, actor, why=why, is_dry=is_dry, is_yes=is_yes, is_json=is_json)))


@with_filters
def export(
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this new file, not to the screen.")
    ] = None,
    is_all: All = False,
    selection: "Selection",
) -> None:
    """Write refused records whole, one JSON object a line, bytes in base64; `replay --from` reads them."""
    count, foreign = asyncio.run(_export(selection, output, is_all=is_all))
    left_out = f"; {foreign:,} others left out" if foreign else ""
    say(f"{counted(count, 'dead letter', 'dead letters')} written{left_out}")


async def _replay(wish: Wish) -> None:
    from schemas.audit_record import AuditAction
    from streams.configuration.settings import load_settings
    from streams.letters.replaying import refusal_of
    from streams.letters.sending import Pace, Sender
    from streams.letters.shelf import installation_of

    settings = load_settings()
    installation, notes = installation_of(settings), await known_notes()
    plan = await planned(wish, lambda letter: refusal_of(letter, notes, installation, takes_all=wish.is_all))
    if not is_wanted(plan, "replay", wish):
        return
    async with _publishing() as publisher:
        trail = _trail(publisher, AuditAction.DEAD_LETTERS_REPLAYED, wish)
        sender = Sender(publisher, installation, notes, trail, Pace(wish.rate, time.monotonic, asyncio.sleep))
        await trail.begin(asked=wish.selection.described(), count=len(plan.places))
        try:
            await _send(sender, plan, wish.file)
        finally:
            sum_up("replayed", sender.sent_count, plan, sender.refused, wish)
    if sender.refused:
        raise CommandFailed(ExitCode.FINDING, "some were not replayed; the lines above say why")


async def _send(sender: "Sender", plan: Plan, file: Path | None) -> None:
    """Send the letters of a plan, in their order within a partition."""
    wanted = set(plan.places)
    with count_progress("replaying", len(wanted), lambda: sender.sent_count):
        async for letter in letters_of(file):
            place = (letter.partition, letter.offset)
            if place in wanted:
                wanted.discard(place)
                await sender.take(letter)
        await sender.flush()


async def _drop(wish: Wish) -> None:
    from schemas.audit_record import AuditAction
    from streams.letters.notes import Status

    notes = await known_notes()

    def refusal(letter: "Letter") -> str | None:
        is_dropped = notes.status((letter.partition, letter.offset)) is Status.DROPPED
        return "dropped before" if is_dropped else None

    plan = await planned(wish, refusal)
    if not is_wanted(plan, "drop", wish):
        return
    async with _publishing() as publisher:
        trail = _trail(publisher, AuditAction.DEAD_LETTERS_DROPPED, wish)
        await trail.begin(asked=wish.selection.described(), count=len(plan.places), why=wish.why)
        await trail.done(plan.places)
    sum_up("dropped", len(plan.places), plan, Counter(), wish)


async def _export(selection: "Selection", output: Path | None, *, is_all: bool) -> tuple[int, int]:
    """Write the letters that are meant; returns how many, and how many leadstream did not write."""
    from streams.letters.notes import Status

    require_output("--output", output)
    notes = await known_notes()
    count = foreign = 0
    with ExitStack() as stack:
        try:
            sink = sys.stdout if output is None else stack.enter_context(output.open("x", encoding="utf-8"))
        except FileExistsError:
            raise CommandFailed(ExitCode.USAGE, f"--output {output} is there already; name a new file") from None
        async for letter in letters_of(None):
            is_open = notes.status((letter.partition, letter.offset)) is Status.OPEN
            if not (is_all or is_open) or not selection.takes(letter):
                continue
            if letter.said is None:
                foreign += 1
                continue
            sink.write(letter.to_line() + "\n")
            count += 1
    return count, foreign


@asynccontextmanager
async def _publishing() -> "AsyncIterator[Publisher]":
    """Give a publisher that is closed at the end."""
    from streams.configuration.settings import load_settings
    from streams.publisher.kafka import KafkaPublisher

    publisher = KafkaPublisher.from_settings(load_settings())
    try:
        yield publisher
    finally:
        await publisher.close()


def _trail(publisher: "Publisher", action: "AuditAction", wish: Wish) -> "Trail":
    from streams.audit import current_actor
    from streams.configuration.settings import load_settings
    from streams.letters.sending import Trail

    who = current_actor() if wish.actor is None else wish.actor
    return Trail(publisher, load_settings().topic_prefix, action, who, lambda: datetime.now(UTC))
