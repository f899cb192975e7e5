"""`leadstream scorecard challenge | withdraw | promote`: a second scorecard beside the one in force, and in its place.

A challenger judges the leads of the line on the same counts, and tells on a topic of its own what it would have told.
It comes, and goes, as a record on the topic of scorecards, at one instant on all workers; see `scorecard_release`.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.actor import By
from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_shown
from streams.cli.release_options import (
    ActiveIn,
    At,
    Json,
    Note,
    Yes,
    actor_named,
    noted,
    require_agreed,
    require_asked,
    when_active,
)
from streams.cli.scorecard_backfill import Backfilled
from streams.cli.scorecard_dry_run import tell_differences
from streams.cli.scorecard_release import put, release_asking
from streams.cli.terminal import CommandFailed, out, print_json, say

if TYPE_CHECKING:
    from streams.configuration.settings import Settings
    from streams.scorecards.activation import Activation
    from streams.scorecards.contest import Contest
    from streams.scorecards.registry import Registry
    from streams.scorecards.releasing import Release


def challenge(
    file: Annotated[Path, typer.Argument(help="The scorecard file.", show_default=False)],
    *,
    active_in: ActiveIn = "10s",
    at: At = None,
    note: Note = "",
    by: By = None,
    is_yes: Yes = False,
    is_json: Json = False,
) -> None:
    """Let a scorecard judge every lead beside the one in force, from one instant on.

    It decides what it would decide had it come into force at that instant; its stage changes go to the topic
    `challenger-stage-changes`, and nobody's stage, score or message becomes another one. It goes on until it is
    withdrawn, another one challenges, or another version comes into force. Compare them: leadstream scorecard compare
    """
    import asyncio

    from streams.configuration.settings import load_settings
    from streams.scorecards.activation import Role
    from streams.scorecards.loading import content_of, read
    from streams.scorecards.releasing import Release

    content = content_of(file)
    who = (actor_named(by), noted(note))
    release = Release(read(content, file), content.decode(), *when_active(active_in, at), *who, role=Role.CHALLENGER)
    asyncio.run(_challenge(release, load_settings(), is_yes=is_yes, is_json=is_json))


def withdraw(
    *,
    active_in: ActiveIn = "10s",
    at: At = None,
    note: Note = "",
    by: By = None,
    is_yes: Yes = False,
    is_json: Json = False,
) -> None:
    """Let the challenger judge no more, from one instant on. What it told stays told.

    One that is yet to challenge never does.
    """
    import asyncio

    from schemas.audit_record import AuditAction
    from streams.configuration.settings import load_settings
    from streams.scorecards.activation import Role
    from streams.scorecards.releasing import Release, known_scorecards
    from streams.translation.translate import instant

    settings, now = load_settings(), datetime.now(UTC)
    registry = asyncio.run(known_scorecards(settings)).registry
    standing = _challenger(registry, now)
    who, (wanted_at, active_in_ms) = (actor_named(by), noted(note)), when_active(active_in, at)
    # Who is yet to challenge would do so after a withdrawal that is in force before; of two at one instant the later
    # record holds.
    begins_at = instant(standing.active_at)
    active_at = wanted_at if begins_at <= now else max(begins_at, wanted_at or begins_at)
    release = Release(standing.loaded, standing.text, active_at, active_in_ms, *who, role=Role.WITHDRAWAL)
    _require_yes(f"Withdraw {standing.version}?", "the challenger goes", is_yes=is_yes)
    became = asyncio.run(put(release, settings, AuditAction.SCORECARD_WITHDRAWN, now))
    if is_json:
        told = {"version": became.version, "active_at": instant_shown(became.active_at), "offset": became.offset}
        print_json(told | {"is_withdrawn": True})
        return
    out().print(f"version {became.version} challenges until {instant_shown(became.active_at)}, and no longer")


def promote(
    *,
    active_in: ActiveIn = "10s",
    at: At = None,
    note: Note = "",
    by: By = None,
    is_backfilled: Backfilled = False,
    is_yes: Yes = False,
    is_json: Json = False,
) -> None:
    """Bring the challenger into force in place of the version that it challenges: as publishing it.

    What it alone counted since it challenges stays counted; with --backfill its past is counted too. It challenges no
    more from then on.
    """
    import asyncio

    from schemas.audit_record import AuditAction
    from streams.configuration.settings import load_settings
    from streams.scorecards.releasing import Release, known_scorecards

    settings = load_settings()
    standing = _challenger(asyncio.run(known_scorecards(settings)).registry, datetime.now(UTC))
    when, who = when_active(active_in, at), (actor_named(by), noted(note))
    release = Release(standing.loaded, standing.text, *when, *who, is_backfilled=is_backfilled)
    promoted = AuditAction.SCORECARD_PROMOTED
    asyncio.run(release_asking(release, settings, promoted, (), is_yes=is_yes, is_json=is_json))


async def _challenge(release: "Release", settings: "Settings", *, is_yes: bool, is_json: bool) -> None:
    """Check, ask, leave the record of it, publish, read back and tell."""
    from schemas.audit_record import AuditAction
    from streams.comparison.scorecard_changes import scorecard_changes
    from streams.scorecards.contest import ContestRefused
    from streams.scorecards.releasing import ReleaseRefused, contest_with, known_scorecards, require_publishable

    registry, now = (await known_scorecards(settings)).registry, datetime.now(UTC)
    try:
        require_publishable(release, registry, settings, now)
        contest = contest_with(release, registry, now)
    except (ReleaseRefused, ContestRefused) as refused:
        raise CommandFailed(ExitCode.FINDING, str(refused)) from refused
    version = release.loaded.scorecard.version
    if not is_yes and not is_json:
        pair = (contest.alone, release.loaded.scorecard)
        tell_differences(scorecard_changes(*pair), pair)
        _say_counted(contest)
    question = f"Let version {version} judge beside {contest.champion.version}?"
    _require_yes(question, "a second scorecard judges every lead", is_yes=is_yes)
    became = await put(release, settings, AuditAction.SCORECARD_CHALLENGED, now)
    _tell(became, contest, is_json=is_json)


def _tell(became: "Activation", contest: "Contest", *, is_json: bool) -> None:
    """Say from when on it challenges whom."""
    if is_json:
        told: dict[str, object] = {"version": became.version, "fingerprint": became.loaded.fingerprint}
        told |= {"active_at": instant_shown(became.active_at), "offset": became.offset}
        told |= {"challenges": contest.champion.version, "counted_from_then_on": list(contest.fresh)}
        print_json(told | {"valued_as_long_as_kept": list(contest.clipped), "is_published": True})
        return
    challenged = f"{contest.champion.version} from {instant_shown(became.active_at)} on"
    out().print(f"version {became.version} challenges {challenged}, on the topic challenger-stage-changes")
    _say_counted(contest)
    say("every lead is judged by it at that instant; see: leadstream scorecard compare")


def _say_counted(contest: "Contest") -> None:
    """Say which of its counts are not those that it would have had from the beginning."""
    if contest.fresh:
        say(f"note: counted from then on, as after a release: {', '.join(contest.fresh)}")
    if contest.clipped:
        say(f"note: valued only for as long as the version in force keeps the counts: {', '.join(contest.clipped)}")


def _challenger(registry: "Registry", now: datetime) -> "Activation":
    """Return the challenger: that of now, or else the one that is to come.

    Raises:
        CommandFailed: If there is none.
    """
    now_ms = int(now.timestamp() * 1000)
    coming = [registry.reign_at(one.active_at).challenger for one in registry.challenges if one.active_at > now_ms]
    standing = registry.reign_at(now_ms).challenger or next(iter(coming), None)
    if standing is None:
        in_force = registry.in_force(now_ms).scorecard.version
        message = f"nothing challenges version {in_force}; let a file do so: leadstream scorecard challenge FILE"
        raise CommandFailed(ExitCode.NOT_FOUND, message)
    return standing


def _require_yes(question: str, consequence: str, *, is_yes: bool) -> None:
    """Ask whether to do it.

    Raises:
        CommandFailed: If nobody can be asked, or the answer is no.
    """
    if not is_yes:
        require_asked(consequence)
        require_agreed(question)
