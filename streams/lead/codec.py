"""How a lead's row and an outbox entry become bytes in the tables, and back.

The first byte names the format. A format's layout (`streams.lead.row`, with its words) never changes: what must
change is a new format, and those of released versions stay readable. Equal leads give equal bytes. Bytes that are none
of ours are refused.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from streams.lead.earlier_row import later_row
from streams.lead.layout import ChallengedRow, EarlierChallengedRow, EarlierRow, Entry, Row
from streams.lead.lead import Lead
from streams.lead.row import lead_of, row_of
from streams.publisher.door import Message

LEAD_FORMAT: Final = 7
LEAD_FORMAT_BIG: Final = 8
"""As format 7, but some integer is beyond 64 bits (a sum of large measures): an extension of kind `BIG_INTEGER`."""
LEAD_FORMAT_CHALLENGED: Final = 9
"""As format 7, with where the lead stands by a challenger; `LEAD_FORMAT_CHALLENGED_BIG` is to it as 8 is to 7."""
LEAD_FORMAT_CHALLENGED_BIG: Final = 10
MESSAGE_FORMAT: Final = 1

BIG_INTEGER: Final = 1

AnyRow = Row | EarlierRow

_HEADS: Final = {
    Row: (bytes([LEAD_FORMAT]), bytes([LEAD_FORMAT_BIG])),
    ChallengedRow: (bytes([LEAD_FORMAT_CHALLENGED]), bytes([LEAD_FORMAT_CHALLENGED_BIG])),
}
_ROWS: Final[Mapping[int, type[AnyRow]]] = {
    3: EarlierRow,
    5: EarlierChallengedRow,
    LEAD_FORMAT: Row,
    LEAD_FORMAT_CHALLENGED: ChallengedRow,
}
_BIG_ROWS: Final[Mapping[int, type[AnyRow]]] = {
    4: EarlierRow,
    6: EarlierChallengedRow,
    LEAD_FORMAT_BIG: Row,
    LEAD_FORMAT_CHALLENGED_BIG: ChallengedRow,
}


class CodecRefused(Exception):
    """Bytes that are none of ours, or of a format that this version does not know."""


_encoder: Final = msgspec.msgpack.Encoder()
_row_decoders: Final = {kind: msgspec.msgpack.Decoder(row_type) for kind, row_type in _ROWS.items()}
_entry_decoder: Final = msgspec.msgpack.Decoder(Entry)


def encoded_lead(lead: Lead) -> bytes:
    """Return a lead as bytes; equal leads give equal bytes."""
    row = row_of(lead)
    head, head_big = _HEADS[type(row)]
    try:
        return head + _encoder.encode(row)
    except OverflowError:
        return head_big + _encoder.encode(_with_extensions(msgspec.to_builtins(row)))


def decoded_lead(data: bytes) -> Lead:
    """Return the lead that bytes stand for.

    Raises:
        CodecRefused: If they are none, or of a format that this version does not know.
    """
    kind = data[0] if data else -1
    try:
        if (decoder := _row_decoders.get(kind)) is not None:
            row = decoder.decode(memoryview(data)[1:])
            return lead_of(row if isinstance(row, Row) else later_row(row))
        if (row_type := _BIG_ROWS.get(kind)) is not None:
            plain = msgspec.msgpack.decode(memoryview(data)[1:], ext_hook=_integer)
            row = msgspec.convert(plain, row_type)
            return lead_of(row if isinstance(row, Row) else later_row(row))
    except (ValueError, LookupError, struct.error, RecursionError) as error:
        raise CodecRefused(f"stored lead of {len(data)} bytes: {error}; rebuild its partition") from error
    raise CodecRefused(_unknown("lead", kind, sorted({*_row_decoders, *_BIG_ROWS})))


def encoded_message(message: Message) -> bytes:
    """Return a message to be published as bytes for the outbox."""
    entry = Entry(message.topic, message.partition, message.key, message.value, message.headers, message.timestamp_ms)
    return b"\x01" + _encoder.encode(entry)


def decoded_message(data: bytes) -> Message:
    """Return the message that bytes stand for.

    Raises:
        CodecRefused: If they are none, or of a format that this version does not know.
    """
    kind = data[0] if data else -1
    if kind != MESSAGE_FORMAT:
        raise CodecRefused(_unknown("outbox entry", kind, (MESSAGE_FORMAT,)))
    try:
        entry = _entry_decoder.decode(memoryview(data)[1:])
    except ValueError as error:
        raise CodecRefused(f"outbox entry of {len(data)} bytes: {error}; rebuild its partition") from error
    return Message(entry.topic, entry.partition, entry.key, entry.value, entry.headers, entry.timestamp_ms)


def _unknown(what: str, kind: int, known: Iterable[int]) -> str:
    formats = ", ".join(map(str, known))
    found = "it is empty" if kind < 0 else f"format {kind} is unknown"
    return f"stored {what}: {found}, this version reads {formats}; run the version that wrote it, or a later one"


def _with_extensions(value: Any) -> Any:  # noqa: ANN401 - any part of a row
    """Put extensions in place of integers beyond 64 bits."""
    if isinstance(value, list):
        return [_with_extensions(item) for item in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        size = value.bit_length() // 8 + 1
        return msgspec.msgpack.Ext(BIG_INTEGER, value.to_bytes(size, "big", signed=True))
    return value


def _integer(kind: int, data: memoryview) -> int:
    if kind != BIG_INTEGER:
        raise ValueError(f"an extension of kind {kind} is unknown")
    return int.from_bytes(data, "big", signed=True)
