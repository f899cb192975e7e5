"""`leadstream scorecard show`: what is in force, what was, and what is to come, as the topic of scorecards says."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from streams.scorecards.registry import Activation, RefusedActivation, Registry


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
    """Show what is in force now, and what comes."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    current, in_force = registry.activation_at(now_ms), registry.in_force(now_ms)
    coming = [one for one in registry.activations if one.active_at > now_ms]
    if is_json:
        told = {"version": in_force.scorecard.version, "active_at": _text(in_force.since), "file": None}
        if current is None:
            told["file"] = file
        print_json(told | {"next": [_as_json(one, registry) for one in coming]})
        return
    origin = f"the file {file}; nothing was published" if current is None else f"{current.published_by} published it"
    pairs: dict[str, object] = {"in force": in_force.scorecard.version, "since": _text(in_force.since), "from": origin}
    if current is not None and current.note:
        pairs["note"] = current.note
    print_pairs(pairs)
    for one in coming:
        out().print(f"then {one.version} from {_text(one.active_at)} on")


def _show_history(registry: "Registry", *, is_json: bool) -> None:
    """Show all that came into force, in that order, and what was refused."""
    if is_json:
        for activation in registry.activations:
            print_json(_as_json(activation, registry))
        for refused in registry.refused:
            print_json(_as_json(refused, registry))
        return
    rows: list[tuple[object, ...]] = [
        (one.version, _text(one.active_at), _text(one.appended_at), one.published_by, one.note)
        for one in registry.activations
    ]
    rows += [
        (one.version or "?", f"refused: {one.reason.value}", _text(one.appended_at), "", one.message)
        for one in registry.refused
    ]
    if rows:
        print_table(("version", "in force from", "stored", "by", "note"), rows)
    else:
        say("nothing was published")


def _as_json(one: "Activation | RefusedActivation", registry: "Registry") -> dict[str, object]:
    """Return what is told of one record."""
    from streams.scorecards.registry import RefusedActivation

    told: dict[str, object] = {"version": one.version, "offset": one.offset, "stored_at": _text(one.appended_at)}
    if isinstance(one, RefusedActivation):
        return told | {"refused": one.reason.value, "message": one.message}
    told |= {"active_at": _text(one.active_at), "fingerprint": one.loaded.fingerprint}
    replaced = registry.in_force(one.active_at - 1).scorecard.version
    told |= {"published_by": one.published_by, "note": one.note, "replaces": replaced}
    return told | {"is_backfilled": one.is_backfilled}


def _text(at_ms: int | None) -> str | None:
    from schemas.contract import rfc3339
    from streams.translation.translate import instant

    return None if at_ms is None else rfc3339(instant(at_ms))
