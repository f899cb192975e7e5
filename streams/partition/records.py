"""A record as Kafka hands it over, and what decoding made of it.

Knows no Kafka client: any record with these fields will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from schemas.dead_letter import Reason
from scorer import Activity, ProfileUpdate

LATEST_APPENDED_AT = 253_402_300_799_999
"""The end of the year 9999, in milliseconds: no contract can name a later instant. A later stamp, which only a
producer's broken clock can set, is taken as this one."""


class InputRecord(Protocol):
    """One record of an input topic. ``timestamp`` is when Kafka stored it, in milliseconds since the epoch."""

    @property
    def topic(self) -> str:
        """Name of the topic, prefix included."""
        ...

    @property
    def partition(self) -> int:
        """Number of the partition."""
        ...

    @property
    def offset(self) -> int:
        """Place in the partition."""
        ...

    @property
    def timestamp(self) -> int:
        """Append time in milliseconds since the epoch."""
        ...

    @property
    def key(self) -> bytes | None:
        """The lead's id, if the producer gave one."""
        ...

    @property
    def value(self) -> bytes | None:
        """The body."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """The producer's headers."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that is good: what it says of which lead."""

    record: InputRecord
    appended_at: int
    lead_id: str
    content: Activity | ProfileUpdate


@dataclass(frozen=True, slots=True)
class Refused:
    """A record for the dead letters. ``message`` names the rule and the way out, and holds no personal data."""

    record: InputRecord
    appended_at: int
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """A tick: nothing but its append time."""

    record: InputRecord
    appended_at: int


Decoded = Taken | Refused | Ticked
