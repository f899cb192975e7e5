"""Which scorecards came into force, and when: worked out of the topic's records alone.

The same records in the same order give the same answers, in every worker and in every replay: nothing here looks at a
clock. Versions are immutable; what is refused leaves everything as it was. A scorecard file is in force from the
beginning until the first activation.
"""

from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
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
    """A version in force from ``active_at`` on (milliseconds), with its text and who published it."""

    offset: int
    appended_at: int
    active_at: int
    loaded: LoadedScorecard
    text: str
    published_at: datetime
    published_by: str
    note: str

    @property
    def version(self) -> str:
        """The scorecard's version."""
        return self.loaded.scorecard.version

    @property
    def in_force(self) -> InForce:
        """What it brings into force; its name tells it from every other activation, of the same version too."""
        return InForce(self.loaded.scorecard, name_of(self.loaded.fingerprint, self.active_at), self.active_at)


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
    return Activation(*place, active_at, loaded, said.text, said.published_at, said.published_by, said.note)


class Registry:
    """All activations, in the order in which they come into force."""

    def __init__(self, file: LoadedScorecard) -> None:
        """Start with a file, in force from the beginning until the first activation."""
        self._file = InForce(file.scorecard, file.fingerprint)
        self._order: list[tuple[int, int]] = []
        self._activations: dict[int, Activation] = {}
        self._refused: dict[int, RefusedActivation] = {}
        self._appended_at: dict[int, int] = {}
        self._versions: dict[str, Activation] = {}

    @property
    def next_offset(self) -> int:
        """The offset behind the last record that was taken."""
        return max(self._appended_at, default=-1) + 1

    @property
    def activations(self) -> tuple[Activation, ...]:
        """All of them, in the order in which they come into force."""
        return tuple(self._activations[offset] for _, offset in self._order)

    @property
    def refused(self) -> tuple[RefusedActivation, ...]:
        """All records that brought nothing into force, by offset."""
        return tuple(self._refused.values())

    @property
    def versions(self) -> Mapping[str, Activation]:
        """Each version's first activation, which has its text."""
        return MappingProxyType(self._versions)

    def take(self, record: StoredRecord) -> Activation | RefusedActivation | None:
        """Take the topic's next record in; as `enter` of what it says."""
        return self.enter(parsed(record))

    def enter(self, said: Activation | RefusedActivation) -> Activation | RefusedActivation | None:
        """Take in what a record says, in the order of their offsets.

        Returns:
            What became of it; None if it was taken in before.
        """
        if said.offset < self.next_offset:
            known_at = self._appended_at.get(said.offset)
            if known_at == said.appended_at:
                return None
            message = "another record stood in its place before: the topic was made anew; restart the workers"
            return RefusedActivation(said.offset, said.appended_at, Refusal.TOPIC_CHANGED, message)
        self._appended_at[said.offset] = said.appended_at
        if isinstance(said, Activation):
            said = self._admitted(said)
        if isinstance(said, Activation):
            self._activations[said.offset] = said
            insort(self._order, (said.active_at, said.offset))
        else:
            self._refused[said.offset] = said
        return said

    def in_force(self, at: int) -> InForce:
        """Return what is in force at an instant in milliseconds. Of two activations at one, the later record's is."""
        activation = self.activation_at(at)
        return self._file if activation is None else activation.in_force

    def activation_at(self, at: int) -> Activation | None:
        """Return the activation in force at an instant; None if it is the file."""
        place = bisect_right(self._order, at, key=lambda entry: entry[0])
        return self._activations[self._order[place - 1][1]] if place else None

    def next_after(self, at: int) -> int | None:
        """Return the instant of the next activation after an instant; None if none is known."""
        place = bisect_right(self._order, at, key=lambda entry: entry[0])
        return self._order[place][0] if place < len(self._order) else None

    def _admitted(self, said: Activation) -> Activation | RefusedActivation:
        """Return an activation, with the text that its version first had; refused if that has another content."""
        first = self._versions.setdefault(said.version, said)
        if first.loaded.fingerprint == said.loaded.fingerprint:
            return said
        message = f"version {said.version} is known with another content; give what you changed a version of its own"
        return RefusedActivation(said.offset, said.appended_at, Refusal.VERSION_TAKEN, message, said.version)
