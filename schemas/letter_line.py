"""One line of a file of dead letters (NDJSON): a refused record whole, in text that any tool can keep and read.

Bytes are base64, because nobody knows what a refused record holds.
"""

import base64
import binascii
from typing import Annotated

from pydantic import BeforeValidator, Field

from schemas.contract import Contract
from schemas.dead_letter import DeadLetterHeaders


def _decoded(text: object) -> bytes:
    """Return the bytes of a text; nothing in it is passed over, or a damaged line would be replayed as another record.

    Raises:
        ValueError: If it is no base64.
    """
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except binascii.Error as error:
        raise ValueError("Value should be base64") from error


Base64 = Annotated[bytes, BeforeValidator(_decoded)]


class LineHeader(Contract):
    """One of the producer's own headers."""

    name: str
    """Its name."""
    value: Base64
    """Its bytes, in base64."""


class LetterLine(Contract):
    """A dead letter in a file; what is replayed from it is what was refused, byte by byte."""

    letter_partition: Annotated[int, Field(ge=0, le=1_000_000)]
    """Where the dead letter stands: its partition ..."""
    letter_offset: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """... and its offset."""
    letter_timestamp_ms: Annotated[int, Field(ge=-1, le=253_402_300_799_999)]
    """When Kafka stored it, milliseconds since 1970."""
    said: DeadLetterHeaders
    """Why the record was refused, where it came from and when."""
    key: Base64 | None
    """The record's key, in base64."""
    value: Base64 | None
    """The record's value, in base64."""
    headers: tuple[LineHeader, ...] = ()
    """The producer's own headers, in their order."""
