"""What a command of `dead-letters` is about to do: planned from all letters, told, asked for, and summed up."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, counted, print_json, print_table, say

if TYPE_CHECKING:
    from streams.letters.letter import Letter
    from streams.letters.notes import Notes, Place
    from streams.letters.selection import Selection

PAST = {"replay": "replayed", "drop": "dropped"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    selection: "Selection"
    limit: int | None = None
    actor: str | None = None
    file: Path | None = None
    rate: float | None = None
    why: str = ""
    is_all: bool = False
    is_dry: bool = False
    is_yes: bool = False
    is_json: bool = False


@dataclass(slots=True)
class Plan:
    """Which letters an action takes, oldest first, and how many it leaves out, by reason."""

    places: list["Place"] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


async def planned(wish: Wish, refusal_of: Callable[["Letter"], str | None]) -> Plan:
    """Look through all letters and choose those that are meant."""
    plan, found = Plan(), dict["Place", tuple[int, str]]()
    async for letter in letters_of(wish.file):
        if wish.selection.takes(letter):
            refusal = refusal_of(letter)
            if refusal is not None:
                plan.left_out[str(refusal)] += 1
            else:
                reason = letter.said.reason.value if letter.said is not None else "unknown"
                found[letter.partition, letter.offset] = (letter.timestamp, reason)
    chosen = sorted(found, key=lambda place: (found[place][0], place))[: wish.limit]
    plan.places = chosen
    plan.reasons.update(found[place][1] for place in chosen)
    if len(chosen) < len(found):
        plan.left_out["beyond --limit"] += len(found) - len(chosen)
    return plan


def is_wanted(plan: Plan, verb: str, wish: Wish) -> bool:
    """Tell what is about to be done, and ask whether it shall be."""
    if wish.is_dry and wish.is_json:
        print_json({f"would_{verb}": len(plan.places), "by_reason": plan.reasons, "left_out": plan.left_out})
        return False
    if not wish.is_json:
        if plan.places:
            print_table(("reason", f"to {verb}"), plan.reasons.most_common())
        for reason, count in sorted(plan.left_out.items()):
            say(f"{count:,} left out: {reason}")
    if wish.is_dry:
        say(f"{counted(len(plan.places), 'dead letter', 'dead letters')} to {verb}; --dry-run: nothing was done")
        return False
    if not plan.places:
        if wish.is_json:
            print_json({PAST[verb]: 0, "left_out": plan.left_out})
        say(f"nothing to {verb}")
        return False
    if wish.is_yes:
        return True
    if not sys.stdin.isatty():
        raise CommandFailed(ExitCode.USAGE, f"{verb} asks before it does anything; where nobody can answer, give --yes")
    return typer.confirm(f"{verb} {counted(len(plan.places), 'dead letter', 'dead letters')}?", err=True)


def sum_up(done: str, count: int, plan: Plan, refused: Counter[str], wish: Wish) -> None:
    """Tell what was done."""
    if wish.is_json:
        print_json({done: count, "left_out": {**plan.left_out, **refused}})
        return
    for reason, left_out in refused.items():
        say(f"{left_out:,} left out: {reason}")
    say(f"{counted(count, 'dead letter', 'dead letters')} {done}")


async def known_notes() -> "Notes":
    """Return what people did to dead letters, and say if some of that cannot be read."""
    from streams.audit import AUDIT_LOG
    from streams.configuration.settings import load_settings
    from streams.letters.shelf import read_notes

    notes = await read_notes(load_settings())
    if notes.unreadable:
        records = counted(notes.unreadable, "record", "records")
        say(
            f"warning: {records} of {AUDIT_LOG} cannot be read, somebody else's or of a newer leadstream: "
            "a dead letter that is shown as open may have been replayed or dropped; see it with the newest leadstream"
        )
    return notes


def letters_of(file: Path | None) -> "AsyncIterator[Letter]":
    """Yield the letters of the topic, or of a file."""
    from streams.configuration.settings import load_settings
    from streams.letters.shelf import letters_of_file, read_letters

    async def of_file(path: Path) -> "AsyncIterator[Letter]":
        for letter in letters_of_file(path):
            yield letter

    return read_letters(load_settings()) if file is None else of_file(file)
