"""What is said of a record that came to the wrong partition and goes on to its owner.

Its value and its headers go on untouched; this rides beside them. The first place of a record is what names it for
ever: ids of decisions, dead letters and the receiver's memory of what it took go by it. Headers are UTF-8 text in
bytes, but for the first key, which is kept byte by byte.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.contract import Contract, ShortText
from schemas.header_fields import AnyHeaders, Headers, texts_of, written

HEADER_PREFIX = "forwarded_"
KEY_HEADER = HEADER_PREFIX + "source_key"
"""The key that the record had first; not there if it had none."""


class Stray(StrEnum):
    """What is wrong with where a record came, in the order in which it is asked."""

    KEY_MISSING = "key_missing"
    """It has no key, so its producer put it anywhere."""
    KEY_MISMATCH = "key_mismatch"
    """Its key is not its lead's id, so it went where that key belongs."""
    WRONG_PARTITION = "wrong_partition"
    """Its key is right and its partition another one: its producer partitions in another way."""


class ForwardedHeaders(Contract):
    """Where a forwarded record stood first, and why it could not stay there."""

    reason: Stray
    """What is wrong with where it came, from a closed set."""
    source_topic: Annotated[ShortText, Field(min_length=1)]
    """Where it was read first: the topic ..."""
    source_partition: Annotated[int, Field(ge=0, le=1_000_000)]
    """... the partition ..."""
    source_offset: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """... and the offset."""
    source_timestamp_ms: Annotated[int, Field(ge=-1, le=253_402_300_799_999)]
    """When Kafka first stored it, milliseconds since 1970 (-1: unknown). Its lateness is judged by this."""

    def to_headers(self, key: bytes | None) -> Headers:
        """Return the fields as Kafka headers, each under ``forwarded_`` and its name, and the first key beside them."""
        fields = written(self, HEADER_PREFIX)
        return fields if key is None else (*fields, (KEY_HEADER, key))

    @classmethod
    def from_headers(cls, headers: AnyHeaders) -> "ForwardedHeaders":
        """Read the fields back from a record's headers; those of others are left aside, the last of a name counts.

        Raises:
            pydantic.ValidationError: If a field is missing, is not UTF-8 or breaks its bound.
        """
        return _FROM_TEXT.validate_strings(texts_of(headers, HEADER_PREFIX))


NAMES = frozenset({KEY_HEADER, *(HEADER_PREFIX + name for name in ForwardedHeaders.model_fields)})
"""The headers that forwarding adds. Only these are taken off again: a producer may have others of the same prefix."""

_FROM_TEXT = TypeAdapter(ForwardedHeaders)


def source_key(headers: AnyHeaders) -> bytes | None:
    """Return the key that a forwarded record had first; None if it had none."""
    return next((value or b"" for name, value in reversed(headers) if name == KEY_HEADER), None)


def without_forwarded_headers(headers: AnyHeaders) -> tuple[tuple[str, bytes | None], ...]:
    """Return the headers that a forwarded record had first."""
    return tuple((name, value) for name, value in headers if name not in NAMES)
