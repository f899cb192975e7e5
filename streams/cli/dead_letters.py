"""`leadstream dead-letters`: what was refused, and why."""

import asyncio
import json
from collections import deque
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from schemas.dead_letter import DeadLetterHeaders, Reason, without_dead_letter_headers
from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, counted, out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.kafka.reader import ReadRecord

app = typer.Typer(help="Look at refused records.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="JSON for machines; in a list one object a line.")]
VALUE_CHARACTERS_SHOWN = 10_000


@app.command("list")
def list_letters(
    *,
    reason: Annotated[Reason | None, typer.Option(help="Only those refused for this reason.")] = None,
    source: Annotated[str | None, typer.Option("--topic", help="Only those that came on this topic.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest ones.")] = 50,
    is_json: Json = False,
) -> None:
    """List refused records: where they came from, when, why. Their content, perhaps personal, is only in `show`."""

    def is_wanted(headers: DeadLetterHeaders | None) -> bool:
        if headers is None:
            return reason is None and source is None
        return reason in (None, headers.reason) and source in (None, headers.source_topic)

    newest, total = asyncio.run(_newest(is_wanted, limit))
    if is_json:
        for record in newest:
            print_json(_as_json(record))
        return
    rows = []
    for record in newest:
        told = _headers(record)
        place = f"{record.partition}/{record.offset}"
        if told is None:
            rows.append((place, "", "", "", "not written by leadstream"))
        else:
            origin = f"{told.source_topic} {told.source_partition}/{told.source_offset}"
            rows.append((place, f"{told.first_failed_at:%Y-%m-%d %H:%M:%S}", told.reason.value, origin, told.message))
    if rows:
        print_table(("id", "refused at", "reason", "came on", "why"), rows)
    say(f"{len(newest):,} of {counted(total, 'dead letter', 'dead letters')}" if total else "no dead letters")


@app.command("show")
def show(
    letter: Annotated[
        str, typer.Argument(metavar="ID", help="PARTITION/OFFSET, as `list` names it.", show_default=False)
    ],
    *,
    is_json: Json = False,
) -> None:
    """Show one refused record whole: why it was refused, its key, headers and value."""
    partition, _, offset = letter.partition("/")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise CommandFailed(ExitCode.USAGE, f"{letter}: name a dead letter as PARTITION/OFFSET, such as 3/17")
    record = asyncio.run(_one(int(partition), int(offset)))
    if record is None:
        message = f"no dead letter {letter}; `leadstream dead-letters list` names those that there are"
        raise CommandFailed(ExitCode.NOT_FOUND, message)
    if is_json:
        print_json(_as_json(record, has_content=True))
        return
    told = _headers(record)
    if told is not None:
        print_pairs({name.replace("_", " "): value for name, value in told.model_dump(mode="json").items()})
    print_pairs({"key": _text(record.key)})
    for name, value in without_dead_letter_headers(record.headers):
        print_pairs({f"header {name}": _text(value)})
    out().print()
    out().print(_pretty(record.value))


async def _newest(
    is_wanted: "Callable[[DeadLetterHeaders | None], bool]", limit: int
) -> "tuple[list[ReadRecord], int]":
    """Return the newest dead letters that are wanted, oldest first, and how many there are of them."""
    from streams.configuration.settings import load_settings
    from streams.kafka.reader import read_to_end

    kept: dict[int, deque[ReadRecord]] = {}
    total = 0
    async for record in read_to_end(load_settings(), "dead-letters"):
        if is_wanted(_headers(record)):
            total += 1
            kept.setdefault(record.partition, deque(maxlen=limit)).append(record)
    newest = sorted((record for records in kept.values() for record in records), key=lambda record: record.timestamp)
    return newest[-limit:], total


async def _one(partition: int, offset: int) -> "ReadRecord | None":
    from streams.configuration.settings import load_settings
    from streams.kafka.reader import read_to_end

    async with aclosing(read_to_end(load_settings(), "dead-letters")) as records:
        async for record in records:
            if (record.partition, record.offset) == (partition, offset):
                return record
    return None


def _headers(record: "ReadRecord") -> DeadLetterHeaders | None:
    """Return why a record was refused; None if somebody else wrote it."""
    try:
        return DeadLetterHeaders.from_headers(record.headers)
    except ValidationError:
        return None


def _as_json(record: "ReadRecord", *, has_content: bool = False) -> dict[str, object]:
    told = _headers(record)
    document: dict[str, object] = {"id": f"{record.partition}/{record.offset}"}
    if told is not None:
        document |= told.model_dump(mode="json")
    if has_content:
        document["key"] = _text(record.key)
        document["headers"] = {name: _text(value) for name, value in without_dead_letter_headers(record.headers)}
        document["value"] = _text(record.value)
    return document


def _text(content: bytes | None) -> str | None:
    """Return bytes as text that shows what is no UTF-8."""
    return None if content is None else content.decode("utf-8", errors="backslashreplace")


def _pretty(content: bytes | None) -> str:
    """Return a value for people: JSON indented, everything else as it is, both bounded."""
    if content is None:
        return "(no value)"
    text = _text(content) or "(empty value)"
    with suppress(ValueError):
        text = json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    if len(text) > VALUE_CHARACTERS_SHOWN:
        more = len(text) - VALUE_CHARACTERS_SHOWN
        return f"{text[:VALUE_CHARACTERS_SHOWN]}\n... {more} characters more (--json has all)"
    return text
