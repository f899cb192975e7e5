"""`leadstream scorecard show`: what is in force, what was, and what is to come, as the topic of scorecards says."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_shown, now_ms
from streams.cli.terminal import CommandFailed, out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from streams.scorecards.activation import Activation, RefusedActivation
    from streams.scorecards.registry import Registry, Reign

COMES, CHALLENGES, LEAVES = "scorecard_activation", "scorecard_challenge", "scorecard_withdrawal"
"""What a record does with its version; `streams.scorecards.activation.Role`, which takes long to load."""
ROLES = {COMES: "champion", CHALLENGES: "challenger", LEAVES: "withdrawn"}
WORDS = {COMES: "in force from", CHALLENGES: "challenges from", LEAVES: "challenges no more from"}
DID = {COMES: "", CHALLENGES: " as challenger", LEAVES: " withdrawn"}


def show(
    version: Annotated[str | None, typer.Argument(metavar="[VERSION]", help="Print this version's file.")] = None,
    *,
    is_history: Annotated[bool, typer.Option("--history", help="All that came into force or was refused.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="JSON for machines; of a history one object a line.")] = False,
) -> None:
    """Show the scorecard in force and the ones to come; or a version's file; or the history.

    In force is what this machine's clock says; workers go by the clock of each partition.
    """
    import asyncio

    from streams.configuration.settings import load_settings
    from streams.scorecards.releasing import known_scorecards

    settings = load_settings()
    registry = asyncio.run(known_scorecards(settings)).registry
    if version is not None:
        _show_text(registry, version, is_json=is_json)
    elif is_history:
        _show_history(registry, is_json=is_json)
    else:
        _show_in_force(registry, str(settings.scorecard), is_json=is_json)


def _show_text(registry: "Registry", version: str, *, is_json: bool) -> None:
    """Print a version's file as it was published.

    Raises:
        CommandFailed: If it was not.
    """
    found = registry.versions.get(version)
    if found is None:
        known = ", ".join(registry.versions) or "none"
        raise CommandFailed(ExitCode.NOT_FOUND, f"no version {version} was published; published: {known}")
    if is_json:
        print_json(_as_json(found, registry) | {"text": found.text})
    else:
        sys.stdout.write(found.text)


def _show_in_force(registry: "Registry", file: str, *, is_json: bool) -> None:
    """Show what is in force now, who challenges it, and what comes."""
    now = now_ms()
    reign = registry.reign_at(now)
    current, version = reign.activation, reign.in_force.scorecard.version
    active_at = None if current is None else current.active_at
    coming = [one for one in _in_order(registry) if one.active_at > now]
    if is_json:
        told: dict[str, object] = {"version": version, "active_at": _text(active_at)}
        told["file"] = file if current is None else None
        told["challenger"] = None if reign.challenger is None else _as_json(reign.challenger, registry)
        print_json(told | {"hindrance": reign.hindrance, "next": [_as_json(one, registry) for one in coming]})
        return
    origin = f"the file {file}; nothing was published" if current is None else f"{current.published_by} published it"
    pairs: dict[str, object] = {"in force": version, "since": _text(active_at), "from": origin}
    if current is not None and current.note:
        pairs["note"] = current.note
    print_pairs(pairs | _challenged(reign))
    for one in coming:
        out().print(f"then {one.version} {WORDS[one.role]} {_text(one.active_at)} on")


def _challenged(reign: "Reign") -> dict[str, object]:
    """Return what is told of the challenger; nothing where nobody challenges."""
    one = reign.challenger
    if one is None:
        return {} if reign.hindrance is None else {"not challenged": reign.hindrance}
    told: dict[str, object] = {"challenged by": one.version, "challenger since": _text(one.active_at)}
    told["challenger from"] = f"{one.published_by} published it"
    return told | ({"challenger's note": one.note} if one.note else {})


def _show_history(registry: "Registry", *, is_json: bool) -> None:
    """Show all that came into force or challenged, in that order, and what was refused."""
    records = _in_order(registry)
    if is_json:
        for activation in records:
            print_json(_as_json(activation, registry))
        for refused in registry.refused:
            print_json(_as_json(refused, registry))
        return
    rows: list[tuple[object, ...]] = [
        (
            one.version,
            f"{_text(one.active_at)}{DID[one.role]}",
            _text(one.appended_at),
            one.published_by,
            one.note,
        )
        for one in records
    ]
    rows += [
        (one.version or "?", f"refused: {one.reason.value}", _text(one.appended_at), "", one.message)
        for one in registry.refused
    ]
    if rows:
        print_table(("version", "in force from", "stored", "by", "note"), rows)
    else:
        say("nothing was published")


def _in_order(registry: "Registry") -> "list[Activation]":
    """Return all records that were not refused, by their instants."""
    return sorted((*registry.activations, *registry.challenges), key=lambda one: (one.active_at, one.offset))


def _as_json(one: "Activation | RefusedActivation", registry: "Registry") -> dict[str, object]:
    """Return what is told of one record."""
    from streams.scorecards.activation import RefusedActivation

    told: dict[str, object] = {"version": one.version, "offset": one.offset, "stored_at": _text(one.appended_at)}
    if isinstance(one, RefusedActivation):
        return told | {"refused": one.reason.value, "message": one.message}
    told |= {"active_at": _text(one.active_at), "fingerprint": one.loaded.fingerprint, "role": ROLES[one.role]}
    told |= {"published_by": one.published_by, "note": one.note, "is_backfilled": one.is_backfilled}
    if one.role == COMES:
        return told | {"replaces": registry.in_force(one.active_at - 1).scorecard.version}
    return told | {"challenges": registry.reign_at(one.active_at).champion.version}


def _text(at_ms: int | None) -> str | None:
    return None if at_ms is None else instant_shown(at_ms)
