"""What a replayed record says of itself, and when it is believed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.replay import ReplayHeaders
from streams.partition.replays import first_appended_at, is_said_replayed, replay_of
from tests.builders.records import HOUR, NOW, Record, page_view

SAID = ReplayHeaders(
    appended_at_ms=NOW - HOUR,
    count=1,
    first_failed_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    letter_partition=3,
    letter_offset=17,
)


def with_headers(*headers: tuple[str, bytes]) -> Record:
    """Return a record with headers."""
    return replace(page_view(), headers=headers)


def test_a_replay_is_as_old_as_it_was() -> None:
    """It is not late for having waited in the dead letters."""
    record = with_headers(("traceparent", b"00-ab"), *SAID.to_headers())

    assert replay_of(record) == SAID
    assert is_said_replayed(record)
    assert first_appended_at(record) == NOW - HOUR


def test_a_record_without_such_headers_is_no_replay() -> None:
    """Nor is one with headers of other names."""
    record = with_headers(("traceparent", b"00-ab"))

    assert (replay_of(record), is_said_replayed(record), first_appended_at(record)) == (None, False, NOW)
    assert first_appended_at(page_view()) == NOW


def test_an_unknown_append_time_leaves_the_records_own() -> None:
    """Nobody invents one."""
    unknown = SAID.model_copy(update={"appended_at_ms": -1})

    assert first_appended_at(with_headers(*unknown.to_headers())) == NOW


GARBAGE = {
    "half of them": SAID.to_headers()[:2],
    "a time after its own": SAID.model_copy(update={"appended_at_ms": NOW + 1}).to_headers(),
    "a time before 1970": (*SAID.to_headers(), ("leadstream_replay_appended_at_ms", b"-5")),
    "no number": (*SAID.to_headers(), ("leadstream_replay_count", b"twice")),
    "no replay at all": (*SAID.to_headers(), ("leadstream_replay_count", b"0")),
    "not UTF-8": (*SAID.to_headers(), ("leadstream_replay_count", b"\xff\xfe")),
    "endless digits": (*SAID.to_headers(), ("leadstream_replay_count", b"1" * 100_000)),
    "a long text of ours": (*SAID.to_headers(), ("leadstream_replay_note", b"x" * 100)),
}


@pytest.mark.parametrize("headers", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_counts_as_none(headers: tuple[tuple[str, bytes], ...]) -> None:
    """Whoever may write to an input cannot make a record older or newer by a half-truth; it is counted elsewhere."""
    record = with_headers(*headers)

    assert is_said_replayed(record)
    assert replay_of(record) is None
    assert first_appended_at(record) == NOW
