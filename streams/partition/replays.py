"""Records that are sent again after they were refused: what their headers say of where they come from.

Anybody who may write to an input can write such headers, so nothing is believed that does not hold together: headers
that lack a field, break a bound or claim a time after the record's own count as none, and are counted. Pure.
"""

from pydantic import ValidationError

from schemas.replay import ReplayHeaders, is_replay_header
from streams.partition.records import InputRecord

VALUE_BYTES_MAX = 64
"""No field of a replay's headers is longer than this as text."""


def is_said_replayed(record: InputRecord) -> bool:
    """Return whether a record has any header of a replay, good or not."""
    return any(is_replay_header(name) for name, _ in record.headers)


def replay_of(record: InputRecord) -> ReplayHeaders | None:
    """Return where a replayed record comes from; None if it is none, or what it says cannot be."""
    ours = [(name, value) for name, value in record.headers if is_replay_header(name)]
    if not ours or any(len(value or b"") > VALUE_BYTES_MAX for _, value in ours):
        return None
    try:
        replay = ReplayHeaders.from_headers(ours)
    except ValidationError:
        return None
    return replay if replay.appended_at_ms <= record.timestamp else None


def first_appended_at(record: InputRecord) -> int:
    """Return when Kafka first stored a record, in milliseconds: a replay does not make it later."""
    replay = replay_of(record) if record.headers else None
    return record.timestamp if replay is None or replay.appended_at_ms < 0 else replay.appended_at_ms
