"""What rides beside a forwarded record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.forwarded import (
    HEADER_PREFIX,
    KEY_HEADER,
    ForwardedHeaders,
    Stray,
    source_key,
    without_forwarded_headers,
)

SAID = ForwardedHeaders(
    reason=Stray.KEY_MISMATCH,
    source_topic="page-views",
    source_partition=3,
    source_offset=1042,
    source_timestamp_ms=1_795_341_600_000,
)


@pytest.mark.parametrize("key", [None, b"", b"lead-bob", b"\xff\x00"])
def test_headers_are_read_back_as_they_were_written(key: bytes | None) -> None:
    """Bytes out, bytes in, the same said; a key that was empty is not one that was missing."""
    headers = SAID.to_headers(key)

    assert ForwardedHeaders.from_headers(headers) == SAID
    assert source_key(headers) == key


def test_every_field_has_a_header_of_its_own() -> None:
    """Headers are UTF-8 text under one prefix."""
    headers = dict(SAID.to_headers(b"lead-bob"))

    assert len(headers) == len(ForwardedHeaders.model_fields) + 1
    assert headers["forwarded_reason"] == b"key_mismatch"
    assert headers["forwarded_source_offset"] == b"1042"
    assert headers[KEY_HEADER] == b"lead-bob"


def test_the_producers_headers_stand_aside() -> None:
    """Others' headers, also of the same prefix, neither harm nor get lost."""
    own = (("traceparent", b"00-ab"), ("forwarded_for", b"192.0.2.1"))
    headers = (*own, *SAID.to_headers(b""))

    assert ForwardedHeaders.from_headers(headers) == SAID
    assert without_forwarded_headers(headers) == own


@pytest.mark.parametrize("name", sorted(ForwardedHeaders.model_fields))
def test_a_missing_header_is_named(name: str) -> None:
    """What nobody of ours forwarded is refused by the field that it lacks."""
    headers = [header for header in SAID.to_headers(None) if header[0] != HEADER_PREFIX + name]

    with pytest.raises(ValidationError) as refused:
        ForwardedHeaders.from_headers(headers)

    assert refused.value.errors()[0]["loc"] == (name,)


@given(st.lists(st.tuples(st.sampled_from(list(ForwardedHeaders.model_fields)), st.binary(max_size=40)), max_size=9))
def test_any_headers_are_read_or_refused(pairs: list[tuple[str, bytes]]) -> None:
    """Whatever bytes stand in them, headers are read or refused, nothing else."""
    try:
        ForwardedHeaders.from_headers([(HEADER_PREFIX + name, value) for name, value in pairs])
    except ValidationError:
        return
