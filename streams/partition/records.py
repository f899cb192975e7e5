"""A record as Kafka hands it over, and what decoding made of it.

Knows no Kafka client: any record with these fields will do.
"""

from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from schemas.forwarded import Stray
from schemas.header_fields import AnyHeaders
from schemas.refusals import Reason
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
    def headers(self) -> AnyHeaders:
        """The producer's headers; Kafka allows one without a value."""
        ...


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that the Kafka client cannot hand over: it stands in the record's place, so that the hole is told.

    ``timestamp`` is -1 where the client does not know it; ``key`` and ``value`` are None then, or where they are lost.
    ``has_value`` says whether ``value`` is what the record held. Its headers are lost in any case.
    """

    topic: str
    partition: int
    offset: int
    reason: Reason
    message: str
    timestamp: int = -1
    timestamp_type: int = 0
    key: bytes | None = None
    value: bytes | None = None
    has_value: bool = False
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """A forwarded record as it stood on the topic and the partition to which it came first."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def place(self) -> str:
        """Topic and partition, as the receiver notes how far it took what came from there."""
        return f"{self.topic}/{self.partition}"


class Ordered(Struct, frozen=True, gc=False):
    """A record with the append time that the merge ordered it by (never before its predecessor's in the partition)."""

    appended_at: int
    record: InputRecord


class Taken(Struct, frozen=True, gc=False):
    """A record that is good: what it says of which lead.

    ``origin`` is what it was before it was forwarded to this partition, if it was. ``stray`` names what is wrong with
    its key although it is in the right place. ``is_history``: it is part of an import. A struct, because there is one
    for each record: a frozen dataclass takes 2 us to make, this 0.1.
    """

    record: InputRecord
    appended_at: int
    lead_id: str
    content: Activity | ProfileUpdate
    origin: Origin | None = None
    stray: Stray | None = None
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A record for the dead letters. ``message`` names the rule and the way out, and holds no personal data.

    ``origin`` is what it was before it was forwarded, if it was: a dead letter names its first place.
    """

    record: InputRecord
    appended_at: int
    reason: Reason
    message: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Strayed:
    """A good record on the wrong partition: to be forwarded to ``partition``, its lead's."""

    record: InputRecord
    appended_at: int
    lead_id: str
    partition: int
    stray: Stray


@dataclass(frozen=True, slots=True)
class Ticked:
    """A tick: nothing but its append time."""

    record: InputRecord
    appended_at: int


Decoded = Taken | Refused | Strayed | Ticked
