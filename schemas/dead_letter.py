"""What is said of a record that was refused. Its value, key and own headers go on untouched; this rides beside them.

Headers are UTF-8 text in bytes, as Kafka keeps them.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.contract import Contract, Instant, ShortText, Text
from schemas.header_fields import AnyHeaders, Headers, texts_of, written
from schemas.refusals import Reason
from schemas.replay import is_replay_header


class Step(StrEnum):
    """A step of the line that can refuse a record."""

    RECEIVE = "receive"
    DECODE = "decode"
    SCHEMA = "schema"
    IDENTITY = "identity"
    TIME = "time"
    SCORE = "score"


HEADER_PREFIX = "dead_letter_"
POSITIONS_HEADER = "leadstream_positions"
"""What each output carries beside its own headers; no producer's header has that name."""


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
    value_bytes: Annotated[int, Field(ge=-1, le=2**40)] | None = None
    """Of a stub, whose value is not here: how many bytes it had (-1: unknown). Missing on a whole dead letter."""
    value_blake2b: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    """Of a stub: the BLAKE2b of the value, 16 bytes in hexadecimal digits, where it is known."""

    @property
    def is_stub(self) -> bool:
        """Whether the value is left out, so that there is nothing to replay."""
        return self.value_bytes is not None

    def to_headers(self) -> Headers:
        """Return the fields as Kafka headers, each under ``dead_letter_`` and its name."""
        return written(self, HEADER_PREFIX)

    @classmethod
    def from_headers(cls, headers: AnyHeaders) -> "DeadLetterHeaders":
        """Read the fields back from a dead letter's headers; those of others are left aside, the last of a name counts.

        Raises:
            pydantic.ValidationError: If a field is missing, is not UTF-8 or breaks its bound.
        """
        return _FROM_TEXT.validate_strings(texts_of(headers, HEADER_PREFIX))


_FROM_TEXT = TypeAdapter(DeadLetterHeaders)


def without_dead_letter_headers(headers: AnyHeaders) -> tuple[tuple[str, bytes | None], ...]:
    """Return the producer's own headers: without what was said of a refusal, a replay or an output's positions."""
    return tuple((name, value) for name, value in headers if not _is_ours(name))


def _is_ours(name: str) -> bool:
    return name.startswith(HEADER_PREFIX) or is_replay_header(name) or name == POSITIONS_HEADER
