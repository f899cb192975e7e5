"""From a refused record to its dead letter: its bytes, key and headers untouched, the reason beside them.

A record that was replayed and is refused again keeps the instants of its first time. Where the record's bytes cannot
go into the topic, a stub goes in their place: where they came from, how long they were, their checksum. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from msgspec.structs import replace

from schemas.dead_letter import HEADER_PREFIX, DeadLetterHeaders, Step, without_dead_letter_headers
from schemas.refusals import Reason
from streams.partition.records import LATEST_APPENDED_AT, Refused, SkippedRecord
from streams.partition.replays import replay_of
from streams.publisher.door import Message
from streams.translation.translate import instant

VALUE_BYTES_HEADER = HEADER_PREFIX + "value_bytes"
VALUE_CHECKSUM_HEADER = HEADER_PREFIX + "value_blake2b"
UNKNOWN_BYTES = -1

POSITIONS_BYTES_MAX = 4_096
"""Room that a dead letter leaves for the positions, which are added later."""
STUB_KEY_BYTES_MAX = 1_024
"""A stub keeps a key up to this length."""

STEP_OF: Mapping[Reason, Step] = {
    Reason.OVERSIZE: Step.RECEIVE,
    Reason.UNREADABLE: Step.RECEIVE,
    Reason.UNDECODABLE: Step.DECODE,
    Reason.SCHEMA: Step.SCHEMA,
    Reason.KEY_MISSING: Step.IDENTITY,
    Reason.KEY_MISMATCH: Step.IDENTITY,
    Reason.WRONG_PARTITION: Step.IDENTITY,
    Reason.TOO_LATE: Step.TIME,
    Reason.FUTURE: Step.TIME,
    Reason.INTERNAL: Step.SCORE,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where dead letters go and what is said on all of them. ``message_bytes_max`` is the largest that is published."""

    topic: str
    partition: int
    application_version: str
    scorecard_version: str
    message_bytes_max: int


def dead_letter(item: Refused, at: int, desk: Desk) -> Message:
    """Put a refused record aside, whole, or as a stub where it is too large or its bytes are not known.

    Args:
        item: What was refused, and why.
        at: The partition's clock, in milliseconds: when it was refused.
        desk: Where to.
    """
    record = item.origin or item.record
    kept = tuple((name, value or b"") for name, value in without_dead_letter_headers(record.headers))
    headers = _said(item, at, desk).to_headers()
    letter = Message(desk.topic, desk.partition, record.key, record.value, kept + headers)
    if isinstance(record, SkippedRecord) and not record.has_value:
        return replace(letter, headers=(*headers, (VALUE_BYTES_HEADER, str(UNKNOWN_BYTES).encode())))
    return letter if letter.size_bytes + POSITIONS_BYTES_MAX <= desk.message_bytes_max else stub_of(letter)


def stub_of(letter: Message) -> Message:
    """Return a dead letter without its value and the producer's headers, with the value's length and checksum."""
    value, key = letter.value or b"", letter.key or b""
    left_out = (
        (VALUE_BYTES_HEADER, str(len(value)).encode()),
        (VALUE_CHECKSUM_HEADER, blake2b(value, digest_size=16).hexdigest().encode()),
    )
    own = {name for name, _ in without_dead_letter_headers(letter.headers)}
    ours = tuple((name, content) for name, content in letter.headers if name not in own)
    return replace(
        letter, key=letter.key if len(key) <= STUB_KEY_BYTES_MAX else None, value=None, headers=ours + left_out
    )


def is_stub(letter: Message) -> bool:
    """Return whether a dead letter's value is left out."""
    return any(name == VALUE_BYTES_HEADER for name, _ in letter.headers)


def _said(item: Refused, at: int, desk: Desk) -> DeadLetterHeaders:
    """Return what is said of a refusal. Of a replay, the append time and the first failure are the original's."""
    record = item.origin or item.record
    replay = replay_of(record)
    appended_at = record.timestamp if replay is None else replay.appended_at_ms
    return DeadLetterHeaders(
        reason=item.reason,
        stage=STEP_OF[item.reason],
        message=item.message[:512],
        source_topic=record.topic,
        source_partition=record.partition,
        source_offset=record.offset,
        source_timestamp_ms=max(-1, min(appended_at, LATEST_APPENDED_AT)),
        application_version=desk.application_version,
        scorecard_version=desk.scorecard_version,
        first_failed_at=instant(at) if replay is None else replay.first_failed_at,
        replay_count=0 if replay is None else replay.count,
    )
