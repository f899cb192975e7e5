"""One record of the topic of scorecards: what it brings into force, beside it or away from it, and when; or why not.

What a record says is worked out of the record alone, without regard to others.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from schemas.inputs import refusal_text
from schemas.scorecard_activation import ACTIVE_IN_MS_MAX, ScorecardActivation
from streams.partition.judging import InForce, name_of
from streams.scorecards.finding import ScorecardRefused
from streams.scorecards.loading import LoadedScorecard, read
from streams.translation.translate import milliseconds

MESSAGE_CHARACTERS_MAX = 512


class Refusal(StrEnum):
    """Why a record brings no scorecard into force: a closed set."""

    UNREADABLE = "unreadable"
    """No activation by its contract."""
    SCORECARD = "scorecard"
    """Its text holds a mistake."""
    VERSION_DIFFERS = "version_differs"
    """Its text names another version than the record."""
    VERSION_TAKEN = "version_taken"
    """The version is known with another content."""
    TOO_FAR = "too_far"
    """It would come into force too long after it was stored."""
    TOPIC_CHANGED = "topic_changed"
    """Another record stood in its place before: the topic was made anew."""


class Role(StrEnum):
    """What a record does with its version: the types of `schemas.scorecard_activation`."""

    CHAMPION = "scorecard_activation"
    CHALLENGER = "scorecard_challenge"
    WITHDRAWAL = "scorecard_withdrawal"


class StoredRecord(Protocol):
    """A record of the topic. ``timestamp`` is its append time in milliseconds."""

    @property
    def offset(self) -> int:
        """Its place."""
        ...

    @property
    def timestamp(self) -> int:
        """When Kafka stored it."""
        ...

    @property
    def value(self) -> bytes | None:
        """The activation."""
        ...


@dataclass(frozen=True, slots=True)
class Activation:
    """A version in force from ``active_at`` on (milliseconds), with its text and who published it.

    ``is_backfilled``: its new signals are counted from what Kafka retains. By its ``role`` it may also challenge the
    version in force from then on, or stop doing so.
    """

    offset: int
    appended_at: int
    active_at: int
    loaded: LoadedScorecard
    text: str
    published_at: datetime
    published_by: str
    note: str
    is_backfilled: bool = False
    role: Role = Role.CHAMPION

    @property
    def version(self) -> str:
        """The scorecard's version."""
        return self.loaded.scorecard.version

    @property
    def in_force(self) -> InForce:
        """What it brings into force; its name tells it from every other activation, of the same version too."""
        name = name_of(self.loaded.fingerprint, self.active_at)
        return InForce(self.loaded.scorecard, name, self.active_at, self.is_backfilled)


@dataclass(frozen=True, slots=True)
class RefusedActivation:
    """A record that brings nothing into force. ``version`` is what it named, if it could be read."""

    offset: int
    appended_at: int
    reason: Refusal
    message: str
    version: str | None = None


def parsed(record: StoredRecord) -> Activation | RefusedActivation:
    """Return what one record says, without regard to others. It takes some 50 ms, so call it beside the event loop."""
    place = (record.offset, record.timestamp)
    try:
        said = ScorecardActivation.model_validate_json(record.value or b"")
    except ValidationError as error:
        return RefusedActivation(*place, Refusal.UNREADABLE, refusal_text(error)[:MESSAGE_CHARACTERS_MAX])
    try:
        loaded = read(said.text.encode(), Path(said.version))
    except ScorecardRefused as refused:
        message = str(refused)[:MESSAGE_CHARACTERS_MAX]
        return RefusedActivation(*place, Refusal.SCORECARD, message, said.version)
    if loaded.scorecard.version != said.version:
        message = (
            f"the record names version {said.version}, its text {loaded.scorecard.version}; publish it with its own"
        )
        return RefusedActivation(*place, Refusal.VERSION_DIFFERS, message, said.version)
    wanted_at = 0 if said.active_at is None else milliseconds(said.active_at)
    active_at = max(wanted_at, record.timestamp + said.active_in_ms)
    if active_at > record.timestamp + ACTIVE_IN_MS_MAX:
        days = ACTIVE_IN_MS_MAX // 86_400_000
        message = f"it would come into force more than {days} days after it was stored; publish it later"
        return RefusedActivation(*place, Refusal.TOO_FAR, message, said.version)
    return Activation(
        *place,
        active_at,
        loaded,
        text=said.text,
        published_at=said.published_at,
        published_by=said.published_by,
        note=said.note,
        is_backfilled=said.is_backfilled,
        role=Role(said.type),
    )
