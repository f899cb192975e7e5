"""A refused record put aside: whole, or what is left of it."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import pytest
from msgspec.structs import replace as changed

from schemas.dead_letter import DeadLetterHeaders, Step
from schemas.refusals import Reason
from schemas.replay import ReplayHeaders
from streams.partition.dead_letters import STEP_OF, Desk, dead_letter, is_stub, stub_of
from streams.partition.records import Refused, SkippedRecord
from streams.publisher.door import Message
from tests.builders.records import HOUR, MINUTE, NOW, Record, page_view

MESSAGE_BYTES_MAX = 20_000
DESK = Desk("crm.dead-letters", 3, "0.1.0", "tiny-1", MESSAGE_BYTES_MAX)


def letter(item: Refused, at: int) -> Message:
    """Put a record aside."""
    return dead_letter(item, at, DESK)


def headers_of(message: Message) -> dict[str, str]:
    """Return a message's headers as text."""
    return {name: value.decode() for name, value in message.headers}


def refusal(record: Record, reason: Reason = Reason.SCHEMA) -> Refused:
    """Return a refusal."""
    return Refused(record, record.timestamp, reason, "url: Field required")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_step(reason: Reason) -> None:
    """The step that refused is told with the reason."""
    message = letter(refusal(page_view(), reason), NOW)

    assert DeadLetterHeaders.from_headers(message.headers).stage is STEP_OF[reason]
    assert set(STEP_OF.values()) == set(Step)


def test_a_dead_letter_keeps_the_record_whole() -> None:
    """Bytes, key and headers are untouched, so that it can be replayed; the reason rides beside them."""
    record = replace(page_view(offset=42), value=b"\xff{", headers=(("traceparent", b"00-ab"), ("empty", b"")))

    message = letter(refusal(record), NOW + MINUTE)

    assert (message.topic, message.partition) == ("crm.dead-letters", 3)
    assert (message.key, message.value) == (b"lead-ada", b"\xff{")
    assert message.headers[:2] == record.headers
    said = DeadLetterHeaders.from_headers(message.headers)
    assert (said.source_topic, said.source_partition, said.source_offset) == ("page-views", 0, 42)
    assert said.source_timestamp_ms == NOW
    assert (said.reason, said.stage, said.message) == (Reason.SCHEMA, Step.SCHEMA, "url: Field required")
    assert (said.application_version, said.scorecard_version) == ("0.1.0", "tiny-1")
    assert said.first_failed_at == datetime(2026, 11, 22, 10, 1, tzinfo=UTC)


def test_a_record_that_was_refused_before_says_the_latest_reason_once() -> None:
    """A replay that fails again does not pile up headers."""
    once = letter(refusal(page_view()), NOW)
    again = replace(page_view(), headers=once.headers)

    message = letter(refusal(again, Reason.TOO_LATE), NOW)

    assert len(message.headers) == len(once.headers)
    assert DeadLetterHeaders.from_headers(message.headers).reason is Reason.TOO_LATE


@pytest.mark.parametrize(("stamp", "told"), [(-1, -1), (2**62, 253_402_300_799_999), (-5, -1)])
def test_a_stamp_that_nobody_can_name_is_told_as_near_as_can_be(stamp: int, told: int) -> None:
    """A producer's broken clock does not keep its record out of the dead letters."""
    message = letter(refusal(replace(page_view(), timestamp=stamp)), NOW)

    assert DeadLetterHeaders.from_headers(message.headers).source_timestamp_ms == told


def test_a_record_without_key_and_value_is_put_aside_too() -> None:
    """Nulls stay nulls."""
    message = letter(refusal(replace(page_view(), key=None, value=None)), NOW)

    assert (message.key, message.value) == (None, None)


OVERLARGE = {
    "value": replace(page_view(offset=42), value=b"x" * MESSAGE_BYTES_MAX),
    "key": replace(page_view(offset=42), key=b"x" * MESSAGE_BYTES_MAX),
    "header": replace(page_view(offset=42), headers=(("x", b"x" * MESSAGE_BYTES_MAX),)),
}


@pytest.mark.parametrize("record", OVERLARGE.values(), ids=OVERLARGE.keys())
def test_of_a_record_that_is_too_large_even_for_dead_letters_a_stub_is_left(record: Record) -> None:
    """It says where the record was, how long its value is, and a checksum to find it by."""
    message = letter(refusal(record, Reason.OVERSIZE), NOW)

    value = record.value or b""
    headers = headers_of(message)
    assert message.value is None
    assert message.size_bytes < MESSAGE_BYTES_MAX / 2
    assert headers["dead_letter_value_bytes"] == str(len(value))
    assert headers["dead_letter_value_blake2b"] == blake2b(value, digest_size=16).hexdigest()
    assert DeadLetterHeaders.from_headers(message.headers).source_offset == 42


def replayed(record: Record, **said: int) -> Record:
    """Return a record as a replay of it: stored anew an hour later."""
    fields = {"appended_at_ms": record.timestamp, "count": 1, "letter_partition": 3, "letter_offset": 17} | said
    headers = ReplayHeaders(first_failed_at=datetime(2026, 11, 22, 10, tzinfo=UTC), **fields).to_headers()
    return replace(record, offset=99, timestamp=record.timestamp + HOUR, headers=(*record.headers, *headers))


def test_a_replay_that_is_refused_again_keeps_its_first_time() -> None:
    """So it is never late for having waited, and its age is told; how often it was tried is counted."""
    own = (("traceparent", b"00-ab"),)

    message = letter(refusal(replayed(replace(page_view(), headers=own), count=2)), NOW + 2 * HOUR)

    said = DeadLetterHeaders.from_headers(message.headers)
    assert (said.source_timestamp_ms, said.source_offset, said.replay_count) == (NOW, 99, 2)
    assert said.first_failed_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert message.headers[0] == own[0]
    assert not [name for name, _ in message.headers if name.startswith("leadstream_replay_")]


def test_a_replay_that_lies_is_refused_as_what_it_is() -> None:
    """Headers that claim a time after the record's own are nobody's word."""
    message = letter(refusal(replayed(page_view(), appended_at_ms=NOW + 2 * HOUR)), NOW + 3 * HOUR)

    said = DeadLetterHeaders.from_headers(message.headers)
    assert (said.source_timestamp_ms, said.replay_count) == (NOW + HOUR, 0)
    assert said.first_failed_at == datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_of_a_record_that_nobody_could_fetch_its_place_is_told() -> None:
    """The hole does not pass in silence: it has a stub with coordinates and reason."""
    hole = SkippedRecord("page-views", 3, 42, Reason.OVERSIZE, "larger than the client can fetch")

    message = letter(Refused(hole, NOW, hole.reason, hole.message), NOW)

    said = DeadLetterHeaders.from_headers(message.headers)
    assert (message.key, message.value, said.is_stub, said.value_bytes) == (None, None, True, -1)
    assert (said.reason, said.stage, said.source_offset) == (Reason.OVERSIZE, Step.RECEIVE, 42)
    assert said.source_timestamp_ms == -1


def test_of_a_record_with_an_unreadable_header_the_rest_is_kept() -> None:
    """Key and value are known, so it can be replayed."""
    hole = SkippedRecord("page-views", 3, 42, Reason.UNREADABLE, "a header", NOW, 1, b"lead-ada", b"{}", has_value=True)

    message = letter(Refused(hole, NOW, hole.reason, hole.message), NOW)

    said = DeadLetterHeaders.from_headers(message.headers)
    assert (message.key, message.value, said.is_stub) == (b"lead-ada", b"{}", False)
    assert (said.reason, said.source_timestamp_ms) == (Reason.UNREADABLE, NOW)


def test_a_stub_keeps_what_is_said_and_the_positions() -> None:
    """What Kafka refuses whole is told in short: nothing but the bytes and the producer's headers go."""
    whole = letter(refusal(replace(page_view(), headers=(("traceparent", b"00-ab"),))), NOW)
    whole = changed(whole, headers=(*whole.headers, ("leadstream_positions", b"{}")))

    stub = stub_of(whole)

    assert (is_stub(whole), is_stub(stub), stub.value, stub.key) == (False, True, None, b"lead-ada")
    added = headers_of(stub).keys() - headers_of(whole).keys()
    assert added == {"dead_letter_value_bytes", "dead_letter_value_blake2b"}
    assert headers_of(whole).keys() - headers_of(stub).keys() == {"traceparent"}
    assert DeadLetterHeaders.from_headers(stub.headers).value_bytes == len(whole.value or b"")
