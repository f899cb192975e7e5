"""What is said of a record that was refused once and is sent again: beside its bytes, key and own headers.

It keeps the instant at which Kafka first stored it, so that a replay is not late for having waited to be mended.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.contract import Contract, Instant
from schemas.header_fields import AnyHeaders, Headers, texts_of, written

REPLAY_PREFIX = "leadstream_replay_"
REPLAYS_MAX = 1_000_000


class ReplayHeaders(Contract):
    """Where a replayed record comes from. Whoever reads it goes by it only if all of it is there and in bounds."""

    appended_at_ms: Annotated[int, Field(ge=-1, le=253_402_300_799_999)]
    """When Kafka first stored the record, milliseconds since 1970 (-1: unknown). Lateness is judged by it."""
    count: Annotated[int, Field(ge=1, le=REPLAYS_MAX)]
    """Which replay of the record this is, the first being 1."""
    first_failed_at: Instant
    """When it was refused for the first time."""
    letter_partition: Annotated[int, Field(ge=0, le=1_000_000)]
    """The dead letter that was replayed: its partition ..."""
    letter_offset: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """... and its offset."""

    def to_headers(self) -> Headers:
        """Return the fields as Kafka headers, each under ``leadstream_replay_`` and its name."""
        return written(self, REPLAY_PREFIX)

    @classmethod
    def from_headers(cls, headers: AnyHeaders) -> "ReplayHeaders":
        """Read the fields back from a record's headers; those of others are left aside, the last of a name counts.

        Raises:
            pydantic.ValidationError: If a field is missing, is not UTF-8 or breaks its bound.
        """
        return _FROM_TEXT.validate_strings(texts_of(headers, REPLAY_PREFIX))


_FROM_TEXT = TypeAdapter(ReplayHeaders)


def is_replay_header(name: str) -> bool:
    """Return whether a header's name is one of a replay's."""
    return name.startswith(REPLAY_PREFIX)
