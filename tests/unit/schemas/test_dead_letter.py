"""What rides beside a refused record."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.dead_letter import HEADER_PREFIX, DeadLetterHeaders, Step, without_dead_letter_headers
from schemas.refusals import Reason

SAID = DeadLetterHeaders(
    reason=Reason.SCHEMA,
    stage=Step.SCHEMA,
    message="occurred_at: Field required",
    source_topic="page-views",
    source_partition=3,
    source_offset=1042,
    source_timestamp_ms=1_795_341_600_000,
    application_version="0.1.0",
    scorecard_version="2026-11",
    first_failed_at=datetime(2026, 11, 22, 10, 0, 0, 125_000, tzinfo=UTC),
    replay_count=2,
    value_bytes=300_000,
    value_blake2b="0123456789abcdef" * 2,
)


def test_headers_are_read_back_as_they_were_written() -> None:
    """Bytes out, bytes in, the same said."""
    assert DeadLetterHeaders.from_headers(SAID.to_headers()) == SAID


def test_every_field_has_a_header_of_its_own() -> None:
    """Headers are UTF-8 text under one prefix, so that they cannot be mistaken for the producer's."""
    headers = dict(SAID.to_headers())

    assert len(headers) == len(DeadLetterHeaders.model_fields)
    assert headers["dead_letter_reason"] == b"schema"
    assert headers["dead_letter_source_offset"] == b"1042"
    assert headers["dead_letter_first_failed_at"] == b"2026-11-22T10:00:00.125Z"


def test_the_producers_headers_stand_aside() -> None:
    """Others' headers, also empty ones, neither harm nor get lost."""
    own = (("traceparent", b"00-ab"), ("empty", None))
    headers = (*own, *SAID.to_headers(), ("leadstream_replay_count", b"1"), ("leadstream_positions", b"{}"))

    assert DeadLetterHeaders.from_headers(headers) == SAID
    assert without_dead_letter_headers(headers) == own


def test_a_whole_dead_letter_has_no_header_of_a_stub() -> None:
    """What is missing says that nothing is."""
    whole = SAID.model_copy(update={"value_bytes": None, "value_blake2b": None})

    assert DeadLetterHeaders.from_headers(whole.to_headers()) == whole
    assert (SAID.is_stub, whole.is_stub) == (True, False)
    assert len(SAID.to_headers()) - len(whole.to_headers()) == 2


@pytest.mark.parametrize("name", ["reason", "source_offset", "first_failed_at"])
def test_a_missing_header_is_named(name: str) -> None:
    """What is no dead letter of ours is refused by the field that it lacks."""
    headers = [header for header in SAID.to_headers() if header[0] != HEADER_PREFIX + name]

    with pytest.raises(ValidationError) as refused:
        DeadLetterHeaders.from_headers(headers)

    assert refused.value.errors()[0]["loc"] == (name,)


@given(st.lists(st.tuples(st.sampled_from(list(DeadLetterHeaders.model_fields)), st.binary(max_size=40)), max_size=14))
def test_any_headers_are_read_or_refused(pairs: list[tuple[str, bytes]]) -> None:
    """Whatever bytes stand in them, headers are read or refused, nothing else."""
    try:
        DeadLetterHeaders.from_headers([(HEADER_PREFIX + name, value) for name, value in pairs])
    except ValidationError:
        return
