"""What is said of a record that was refused. Its value, key and own headers go on untouched; this rides beside them.

The reason is a closed set: dashboards and replays choose by it. Headers are UTF-8 text in bytes, as Kafka keeps them.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.contract import Contract, Instant, ShortText, Text, rfc3339


class Reason(StrEnum):
    """Why a record was refused."""

    OVERSIZE = "oversize"
    """Larger than a record may be."""
    UNDECODABLE = "undecodable"
    """No JSON, or not UTF-8."""
    SCHEMA = "schema"
    """JSON that breaks its contract."""
    KEY_MISSING = "key_missing"
    """No key: nobody can tell which partition it belongs to."""
    KEY_MISMATCH = "key_mismatch"
    """The key is another lead than the body."""
    WRONG_PARTITION = "wrong_partition"
    """The key belongs to another partition: the producer partitions in another way."""
    TOO_LATE = "too_late"
    """It happened longer before it was stored than the bound allows."""
    FUTURE = "future"
    """It claims to happen longer after it was stored than the bound allows."""
    INTERNAL = "internal"
    """It broke the scorer, again and again; the fault is ours."""


class Step(StrEnum):
    """A step of the line that can refuse a record."""

    RECEIVE = "receive"
    DECODE = "decode"
    SCHEMA = "schema"
    IDENTITY = "identity"
    TIME = "time"
    SCORE = "score"


HEADER_PREFIX = "dead_letter_"

Headers = tuple[tuple[str, bytes], ...]


class DeadLetterHeaders(Contract):
    """Why a record was refused, where it came from and when."""

    reason: Reason
    """What is wrong with it, from a closed set."""
    stage: Step
    """Which step refused it."""
    message: Text
    """The rule and the way out, free of personal data."""
    source_topic: ShortText
    """Where it was read: the topic ..."""
    source_partition: Annotated[int, Field(ge=0, le=1_000_000)]
    """... the partition ..."""
    source_offset: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """... and the offset."""
    source_timestamp_ms: Annotated[int, Field(ge=-1, le=253_402_300_799_999)]
    """When Kafka first stored it, milliseconds since 1970 (-1: unknown). A replay keeps it."""
    application_version: Annotated[str, Field(min_length=1, max_length=64)]
    """The leadstream that refused it."""
    scorecard_version: Annotated[str, Field(max_length=64)] = ""
    """The scorecard in force; empty before one was."""
    first_failed_at: Instant
    """When it was refused for the first time."""
    replay_count: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How often it was replayed and refused again."""

    def to_headers(self) -> Headers:
        """Return the fields as Kafka headers, each under ``dead_letter_`` and its name."""
        return tuple((HEADER_PREFIX + name, _encoded(getattr(self, name))) for name in type(self).model_fields)

    @classmethod
    def from_headers(cls, headers: Sequence[tuple[str, bytes | None]]) -> "DeadLetterHeaders":
        """Read the fields back from a dead letter's headers; those of others are left aside, the last of a name counts.

        Raises:
            pydantic.ValidationError: If a field is missing, is not UTF-8 or breaks its bound.
        """
        texts = {
            name.removeprefix(HEADER_PREFIX): value.decode("utf-8", errors="replace")
            for name, value in headers
            if value is not None and name.startswith(HEADER_PREFIX)
        }
        return _FROM_TEXT.validate_strings(texts)


_FROM_TEXT = TypeAdapter(DeadLetterHeaders)


def without_dead_letter_headers(headers: Sequence[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes | None], ...]:
    """Return a dead letter's original headers, for its replay."""
    return tuple((name, value) for name, value in headers if not name.startswith(HEADER_PREFIX))


def _encoded(value: object) -> bytes:
    """Return a field's value as header bytes."""
    text = rfc3339(value) if isinstance(value, datetime) else str(value)
    return text.encode("utf-8")
