"""Bringing a scorecard into force: what may be published, the record for it, and what became of it.

A release is a record on the topic of scorecards. What the workers make of it, the registry says, here as there.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.scorecard_activation import (
    ACTIVE_IN_MS_MAX,
    ACTIVE_IN_MS_MIN,
    SCORECARD_CHARACTERS_MAX,
    ScorecardActivation,
)
from streams.configuration.settings import Settings
from streams.kafka.reader import read_to_end
from streams.publisher.door import Message
from streams.scorecards.activation import Activation, RefusedActivation, Role
from streams.scorecards.contest import Contest, contest_of
from streams.scorecards.finding import ScorecardRefused
from streams.scorecards.loading import LoadedScorecard, load
from streams.scorecards.registry import Registry
from streams.translation.translate import milliseconds

SCORECARDS = "scorecards"
KEY_BYTES = 8


class ReleaseRefused(Exception):
    """A scorecard may not be published so. The text names the value, the rule and the way out."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a person wants to bring into force, and when: at an instant, or so long after Kafka stored it."""

    loaded: LoadedScorecard
    text: str
    active_at: datetime | None
    active_in_ms: int
    by: str
    note: str
    is_backfilled: bool = False
    role: Role = Role.CHAMPION


@dataclass(frozen=True, slots=True)
class KnownScorecards:
    """The topic as it stands: what the workers make of it, and where each record is, by its key."""

    registry: Registry
    offsets: Mapping[bytes, int]

    def became(self, key: bytes) -> Activation | RefusedActivation | None:
        """Return what became of the record with a key; None if it is not on the topic."""
        offset = self.offsets.get(key)
        known = self.registry
        outcomes: tuple[Activation | RefusedActivation, ...] = (*known.activations, *known.challenges, *known.refused)
        return next((outcome for outcome in outcomes if outcome.offset == offset), None)


async def known_scorecards(settings: Settings) -> KnownScorecards:
    """Read the topic to its end.

    Raises:
        ReadUnavailable: If Kafka does not answer, or has no such topic.
        ScorecardRefused: If the installation's file cannot be used.
    """
    registry, offsets = Registry(load(settings.scorecard)), dict[bytes, int]()
    async for record in read_to_end(settings, SCORECARDS):
        registry.take(record)
        if record.key is not None:
            offsets[record.key] = record.offset
    return KnownScorecards(registry, offsets)


def require_publishable(release: Release, registry: Registry, settings: Settings, now: datetime) -> None:
    """Refuse what the workers would refuse, before it is on the topic for ever.

    Raises:
        ReleaseRefused: If the version is known with another content, the text is too long, or the instant is out of
            bounds.
    """
    version, fingerprint = release.loaded.scorecard.version, release.loaded.fingerprint
    known = registry.versions.get(version)
    way_out = "give what you changed a version of its own"
    if known is not None and known.loaded.fingerprint != fingerprint:
        raise ReleaseRefused(f"version {version} was published with another content; {way_out}")
    file = _installed(settings)
    if file is not None and file.scorecard.version == version and file.fingerprint != fingerprint:
        raise ReleaseRefused(f"version {version} is in {settings.scorecard} with another content; {way_out}")
    if len(release.text) > SCORECARD_CHARACTERS_MAX:
        message = f"the file has {len(release.text)} characters, at most {SCORECARD_CHARACTERS_MAX} can be published"
        raise ReleaseRefused(f"{message}; take comments out")
    if release.active_at is not None:
        ahead_ms = milliseconds(release.active_at) - milliseconds(now)
        if not 0 <= ahead_ms <= ACTIVE_IN_MS_MAX - ACTIVE_IN_MS_MIN:
            days = ACTIVE_IN_MS_MAX // 86_400_000
            raise ReleaseRefused(f"--at {release.active_at.isoformat()}: give an instant in the next {days} days")


def contest_with(release: Release, registry: Registry, now: datetime) -> Contest:
    """Return what comes of a challenge: it stands beside the version that will be in force then.

    Raises:
        ContestRefused: If it is that version, or the two cannot judge the same cells.
    """
    wanted_at = 0 if release.active_at is None else milliseconds(release.active_at)
    reign = registry.reign_at(max(wanted_at, milliseconds(now) + release.active_in_ms))
    return contest_of(reign.champion, release.loaded.scorecard)


def release_message(release: Release, topic_prefix: str, now: datetime) -> Message:
    """Return the record that brings a release into force, under a key of its own, so that compaction keeps it."""
    said = ScorecardActivation(
        type=release.role.value,
        version=release.loaded.scorecard.version,
        text=release.text,
        active_at=release.active_at,
        active_in_ms=release.active_in_ms,
        is_backfilled=release.is_backfilled,
        published_at=now,
        published_by=release.by,
        note=release.note,
    )
    key = f"{said.version}/{secrets.token_hex(KEY_BYTES)}".encode()
    return Message(topic_prefix + SCORECARDS, 0, key, said.model_dump_json().encode())


def version_before(registry: Registry, now_ms: int) -> Activation | None:
    """Return the activation that a roll-back goes back to: the last one of another version than the one in force."""
    current = registry.activation_at(now_ms)
    if current is None:
        return None
    earlier = [one for one in registry.activations if one.active_at < current.active_at]
    return next((one for one in reversed(earlier) if one.version != current.version), None)


def _installed(settings: Settings) -> LoadedScorecard | None:
    """Return the installation's own scorecard file, if it can be used."""
    try:
        return load(settings.scorecard)
    except ScorecardRefused:
        return None
