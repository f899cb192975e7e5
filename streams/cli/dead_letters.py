"""`leadstream dead-letters`: what was refused and why; what to do about it is in `dead_letter_actions`."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.cli import dead_letter_actions
from streams.cli.exit_codes import ExitCode
from streams.cli.letter_filters import place_option, with_filters
from streams.cli.letter_plan import known_notes
from streams.cli.terminal import CommandFailed, counted, out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from streams.letters.letter import Letter
    from streams.letters.notes import Notes
    from streams.letters.selection import Selection

app = typer.Typer(help="Look at refused records, send them again, or give them up.", no_args_is_help=True)
app.command("replay")(dead_letter_actions.replay)
app.command("drop")(dead_letter_actions.drop)
app.command("export")(dead_letter_actions.export)

Json = Annotated[bool, typer.Option("--json", help="JSON for machines; in a list one object a line.")]
All = Annotated[bool, typer.Option("--all", help="Also those that were replayed or dropped.")]
VALUE_CHARACTERS_SHOWN = 10_000
UNKNOWN = "not written by leadstream"


@app.command("list")
@with_filters
def list_letters(
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest ones.")] = 50,
    is_all: All = False,
    is_json: Json = False,
    selection: "Selection",
) -> None:
    """List refused records: where they came from, when, why. Their content, perhaps personal, is only in `show`."""
    newest, total, notes = asyncio.run(_newest(selection, limit, is_all=is_all))
    if is_json:
        for letter in newest:
            print_json(_as_json(letter, notes))
        return
    columns = ("id", "refused at", "reason", "came on", "why", *(("status",) if is_all else ()))
    if newest:
        print_table(columns, [_row(letter, notes)[: len(columns)] for letter in newest])
    say(f"{len(newest):,} of {counted(total, 'dead letter', 'dead letters')}" if total else "no dead letters")


@app.command("show")
def show(
    letter: Annotated[
        str, typer.Argument(metavar="ID", help="PARTITION/OFFSET, as `list` names it.", show_default=False)
    ],
    *,
    is_json: Json = False,
) -> None:
    """Show one refused record whole: why it was refused, what became of it, its key, headers and value."""
    found, notes = asyncio.run(_one(*place_option(letter)))
    if found is None:
        message = f"no dead letter {letter}; `leadstream dead-letters list` names those that there are"
        raise CommandFailed(ExitCode.NOT_FOUND, message)
    if is_json:
        print_json(_as_json(found, notes, has_content=True))
        return
    if found.said is not None:
        said = found.said.model_dump(mode="json", exclude_none=True)
        print_pairs({name.replace("_", " "): value for name, value in said.items()})
    print_pairs({"status": _status(found, notes), "key": _text(found.key)})
    for name, value in found.headers:
        print_pairs({f"header {name}": _text(value)})
    out().print()
    out().print(_pretty(found.value))


@app.command("stats")
@with_filters
def stats(*, is_all: All = False, is_json: Json = False, selection: "Selection") -> None:
    """Count refused records by reason, topic and day."""
    told, by = asyncio.run(_counted(selection, is_all=is_all))
    if is_json:
        print_json({**told, **{f"by_{name}": dict(sorted(found.items())) for name, found in by.items()}})
        return
    if not told["letters"]:
        say("no dead letters")
    for name, found in by.items():
        if found:
            print_table((name, "letters"), [(key, f"{count:,}") for key, count in found.most_common()])
            out().print()
    say(", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in told.items() if count))


async def _wanted(selection: "Selection", *, is_all: bool) -> "AsyncIterator[tuple[Letter, Notes]]":
    """Yield the letters that are meant, with what people did to them."""
    from streams.configuration.settings import load_settings
    from streams.letters.notes import Status
    from streams.letters.shelf import read_letters

    settings = load_settings()
    notes = await known_notes()
    async with aclosing(read_letters(settings)) as letters:
        async for letter in letters:
            is_open = notes.status((letter.partition, letter.offset)) is Status.OPEN
            if (is_all or is_open) and selection.takes(letter):
                yield letter, notes


async def _newest(selection: "Selection", limit: int, *, is_all: bool) -> "tuple[list[Letter], int, Notes]":
    """Return the newest letters that are meant, oldest first, how many there are of them, and what was done to them."""
    from streams.letters.notes import Notes

    kept: dict[int, deque[Letter]] = {}
    total, notes = 0, Notes()
    async for letter, notes in _wanted(selection, is_all=is_all):  # noqa: B007 - the notes are the same for all
        total += 1
        kept.setdefault(letter.partition, deque(maxlen=limit)).append(letter)
    newest = sorted((letter for letters in kept.values() for letter in letters), key=lambda letter: letter.timestamp)
    return newest[-limit:], total, notes


async def _one(partition: int, offset: int) -> "tuple[Letter | None, Notes]":
    from streams.configuration.settings import load_settings
    from streams.letters.shelf import read_letters

    settings = load_settings()
    notes = await known_notes()
    async with aclosing(read_letters(settings)) as letters:
        async for letter in letters:
            if (letter.partition, letter.offset) == (partition, offset):
                return letter, notes
    return None, notes


async def _counted(selection: "Selection", *, is_all: bool) -> tuple[dict[str, int], dict[str, Counter[str]]]:
    """Return how many letters there are in all and of which status, and by reason, topic and day."""
    told = Counter({"letters": 0, "bytes": 0, "open": 0, "replayed": 0, "dropped": 0, "stubs": 0})
    by: dict[str, Counter[str]] = {"reason": Counter(), "topic": Counter(), "day": Counter()}
    async for letter, notes in _wanted(selection, is_all=is_all):
        said = letter.said
        told.update(("letters", notes.status((letter.partition, letter.offset)).value))
        told["bytes"] += letter.size_bytes
        told["stubs"] += said is not None and said.is_stub
        by["reason"][UNKNOWN if said is None else said.reason.value] += 1
        by["topic"]["" if said is None else said.source_topic] += 1
        by["day"][_day(letter.timestamp)] += 1
    return dict(told), by


def _row(letter: "Letter", notes: "Notes") -> tuple[str, ...]:
    """Return a letter as a row for people."""
    said, status = letter.said, _status(letter, notes)
    at = _instant(letter.timestamp)
    if said is None:
        return letter.id, at, "", "", UNKNOWN, status
    origin = f"{said.source_topic} {said.source_partition}/{said.source_offset}"
    return letter.id, at, said.reason.value, origin, said.message, status


def _as_json(letter: "Letter", notes: "Notes", *, has_content: bool = False) -> dict[str, Any]:
    place = (letter.partition, letter.offset)
    document: dict[str, Any] = {"id": letter.id, "refused_at": _instant(letter.timestamp)}
    document |= {"status": notes.status(place).value, "replays": notes.replay_count(place)}
    if letter.said is not None:
        document |= letter.said.model_dump(mode="json", exclude_none=True)
    if has_content:
        document["key"] = _text(letter.key)
        document["headers"] = {name: _text(value) for name, value in letter.headers}
        document["value"] = _text(letter.value)
    return document


def _status(letter: "Letter", notes: "Notes") -> str:
    """Return what became of a letter, for people."""
    place = (letter.partition, letter.offset)
    count = notes.replay_count(place)
    return notes.status(place).value + (f" ({count} times)" if count > 1 else "")


def _day(at_ms: int) -> str:
    return _instant(at_ms)[:10]


def _instant(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(max(0, at_ms) / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(content: bytes | None) -> str | None:
    """Return bytes as text that shows what is no UTF-8."""
    return None if content is None else content.decode("utf-8", errors="backslashreplace")


def _pretty(content: bytes | None) -> str:
    """Return a value for people: JSON indented, everything else as it is, both bounded."""
    if content is None:
        return "(no value)"
    text = _text(content) or "(empty value)"
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(content), indent=2, ensure_ascii=False)
    if len(text) > VALUE_CHARACTERS_SHOWN:
        more = len(text) - VALUE_CHARACTERS_SHOWN
        return f"{text[:VALUE_CHARACTERS_SHOWN]}\n... {more} characters more (--json has all)"
    return text
