"""`leadstream scorecard publish | rollback`: another scorecard in force, without a restart.

Each asks first, leaves a record on the topic `audit-log` before it does anything, waits until Kafka has what it
published, and reads it back: so it tells what the workers will do.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.actor import By
from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_shown, now_ms
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
from streams.cli.scorecard_doubts import Allowed, finding_document, findings_of, known_codes, require_no_doubts
from streams.cli.scorecard_dry_run import (
    DryRun,
    HasTopics,
    HistoryFile,
    check_together,
    dry_run,
    tell_changes,
    tell_doubts,
)
from streams.cli.terminal import CommandFailed, counted, out, print_json, say

if TYPE_CHECKING:
    from schemas.audit_record import AuditAction
    from streams.configuration.settings import Settings
    from streams.scorecards.activation import Activation
    from streams.scorecards.finding import Finding
    from streams.scorecards.registry import Registry
    from streams.scorecards.releasing import Release

Strict = Annotated[bool, typer.Option("--strict", help="Publish nothing that `check` doubts.")]


def publish(  # noqa: PLR0913 - an option each
    file: Annotated[Path, typer.Argument(help="The scorecard file.", show_default=False)],
    *,
    active_in: ActiveIn = "10s",
    at: At = None,
    note: Note = "",
    by: By = None,
    is_dry_run: DryRun = False,
    history: HistoryFile = None,
    has_topics: HasTopics = False,
    is_strict: Strict = False,
    allowed: Allowed = None,
    is_backfilled: Backfilled = False,
    is_yes: Yes = False,
    is_json: Json = False,
) -> None:
    """Bring a scorecard into force on all workers, from one instant on.

    The file is checked first. Activities stored before the instant are judged by the old scorecard, those after it by
    the new one, and at the instant every lead is judged anew. A version is immutable: a change needs a version of its
    own. What is doubtful and what would change is shown before you are asked; with --dry-run nothing else happens.
    """
    import asyncio

    from schemas.audit_record import AuditAction
    from streams.configuration.settings import load_settings
    from streams.scorecards.finding import ScorecardRefused
    from streams.scorecards.loading import content_of, studied
    from streams.scorecards.releasing import Release

    check_together(history, is_dry_run=is_dry_run, has_topics=has_topics)
    left_out = known_codes(allowed or ())
    content = content_of(file)
    study = studied(content, file)
    if study.loaded is None:
        raise ScorecardRefused(str(file), study.findings)
    doubts = findings_of(study, left_out)
    if is_strict:
        require_no_doubts(doubts, str(file))
    when, who = when_active(active_in, at), (actor_named(by), noted(note))
    release = Release(study.loaded, content.decode(), *when, *who, is_backfilled=is_backfilled)
    if is_dry_run:
        dry_run(release, doubts, history, has_topics=has_topics, is_json=is_json)
        return
    published = AuditAction.SCORECARD_PUBLISHED
    asyncio.run(release_asking(release, load_settings(), published, doubts, is_yes=is_yes, is_json=is_json))


def rollback(
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="Else the one before the one in force.")
    ] = None,
    *,
    active_in: ActiveIn = "10s",
    at: At = None,
    note: Note = "",
    by: By = None,
    is_backfilled: Backfilled = False,
    is_yes: Yes = False,
    is_json: Json = False,
) -> None:
    """Bring an older version into force again: as publishing it, from the text that the topic has.

    Nothing is undone: stage changes that were told stay told, and every lead is judged anew by the older version. Of
    signals that were not counted meanwhile, --backfill counts what was missed.
    """
    import asyncio

    from schemas.audit_record import AuditAction
    from streams.configuration.settings import load_settings
    from streams.scorecards.releasing import Release, known_scorecards

    settings = load_settings()
    registry = asyncio.run(known_scorecards(settings)).registry
    older = _older(registry, version)
    when, who = when_active(active_in, at), (actor_named(by), noted(note))
    release = Release(older.loaded, older.text, *when, *who, is_backfilled=is_backfilled)
    asyncio.run(
        release_asking(release, settings, AuditAction.SCORECARD_ROLLED_BACK, (), is_yes=is_yes, is_json=is_json)
    )


def _older(registry: "Registry", version: str | None) -> "Activation":
    """Return the version to go back to.

    Raises:
        CommandFailed: If there is none.
    """
    from streams.scorecards.releasing import version_before

    found = version_before(registry, now_ms()) if version is None else registry.versions.get(version)
    if found is not None:
        return found
    named = "no version before the one in force was published" if version is None else f"no version {version}"
    known = ", ".join(registry.versions) or "none"
    raise CommandFailed(ExitCode.NOT_FOUND, f"{named}; published: {known}. Publish a file instead")


async def release_asking(
    release: "Release",
    settings: "Settings",
    action: "AuditAction",
    doubts: "Sequence[Finding]",
    *,
    is_yes: bool,
    is_json: bool,
) -> None:
    """Check, ask, leave the record of it, publish, read back and tell."""
    from streams.scorecards.releasing import ReleaseRefused, known_scorecards, require_publishable

    registry, now = (await known_scorecards(settings)).registry, datetime.now(UTC)
    try:
        require_publishable(release, registry, settings, now)
    except ReleaseRefused as refused:
        raise CommandFailed(ExitCode.FINDING, str(refused)) from refused
    _require_news(release, registry)
    _require_yes(release, registry, doubts, is_yes=is_yes, is_json=is_json)
    became = await put(release, settings, action, now)
    _tell(became, registry, doubts, is_json=is_json)


async def put(release: "Release", settings: "Settings", action: "AuditAction", now: datetime) -> "Activation":
    """Leave the record of what is done, publish, and read back what the workers make of it.

    Raises:
        CommandFailed: If they refuse it.
    """
    from streams.audit import audit_message, audit_record
    from streams.publisher.kafka import KafkaPublisher
    from streams.scorecards.activation import Activation
    from streams.scorecards.releasing import known_scorecards, release_message

    message = release_message(release, settings.topic_prefix, now)
    version = release.loaded.scorecard.version
    detail = {"fingerprint": release.loaded.fingerprint, "key": (message.key or b"").decode(), "note": release.note}
    detail |= {"backfill": "yes"} if release.is_backfilled else {}
    publisher = KafkaPublisher.from_settings(settings)
    try:
        audit = audit_record(action, version, release.by, now, **detail)
        await publisher.publish([audit_message(audit, settings.topic_prefix)])
        await publisher.publish([message])
    finally:
        await publisher.close()
    became = (await known_scorecards(settings)).became(message.key or b"")
    if not isinstance(became, Activation):
        reason = "it is not on the topic" if became is None else became.message
        raise CommandFailed(ExitCode.FINDING, f"version {version} was stored and the workers refuse it: {reason}")
    return became


def _tell(activation: "Activation", before: "Registry", doubts: "Sequence[Finding]", *, is_json: bool) -> None:
    """Say when the version is in force, and what it takes the place of."""
    replaced = before.in_force(activation.active_at).scorecard.version
    active_at = instant_shown(activation.active_at)
    if is_json:
        told = {"version": activation.version, "fingerprint": activation.loaded.fingerprint, "active_at": active_at}
        flags = {"is_published": True, "is_backfilled": activation.is_backfilled}
        doubted = [finding_document(doubt) for doubt in doubts]
        print_json(told | {"offset": activation.offset, "replaces": replaced, "doubts": doubted} | flags)
        return
    out().print(f"version {activation.version} is in force from {active_at} on, in place of {replaced}")
    later = [one for one in before.activations if one.active_at > activation.active_at]
    for one in later:
        say(f"note: version {one.version} comes into force after it, at {instant_shown(one.active_at)}")
    if activation.is_backfilled:
        say("what it counts for the first time is read from what Kafka retains, the rest of it at that instant")
    say("every lead is judged anew at that instant; see: leadstream scorecard show")


def _require_news(release: "Release", registry: "Registry") -> None:
    """End the command where the version is the last one to come into force already.

    Raises:
        CommandFailed: If it is.
    """
    last = registry.activations[-1] if registry.activations else None
    if (
        last is not None
        and last.loaded.fingerprint == release.loaded.fingerprint
        and last.version == (release.loaded.scorecard.version)
    ):
        message = f"version {last.version} is the last one to come into force already; nothing was published"
        raise CommandFailed(ExitCode.FINDING, message)


def _require_yes(
    release: "Release", registry: "Registry", doubts: "Sequence[Finding]", *, is_yes: bool, is_json: bool
) -> None:
    """Show people what is doubtful and what changes, and ask whether to do it.

    Raises:
        CommandFailed: If nobody can be asked, or the answer is no.
    """
    if is_yes:
        if doubts and not is_json:
            file = release.loaded.path
            say(f"note: {counted(len(doubts), 'doubt', 'doubts')}; see: leadstream scorecard check {file}")
        return
    require_asked("this changes what every lead is worth")
    when = release.active_at.isoformat() if release.active_at else f"{release.active_in_ms / 1000:g} s from now on"
    current = registry.reign_at(now_ms()).champion
    if not is_json:
        tell_doubts(release, doubts)
        tell_changes(current, release)
    require_agreed(
        f"Bring version {release.loaded.scorecard.version} into force in place of {current.version}, {when}?"
    )
