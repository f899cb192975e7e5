"""What rides beside a record that is sent again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.replay import REPLAY_PREFIX, ReplayHeaders, is_replay_header

SAID = ReplayHeaders(
    appended_at_ms=1_795_341_600_000,
    count=2,
    first_failed_at=datetime(2026, 11, 22, 10, 0, 0, 125_000, tzinfo=UTC),
    letter_partition=3,
    letter_offset=17,
)


def test_headers_are_read_back_as_they_were_written() -> None:
    """Bytes out, bytes in, the same said, whatever else is there."""
    headers = (("traceparent", b"00-ab"), ("empty", None), *SAID.to_headers())

    assert ReplayHeaders.from_headers(headers) == SAID
    assert [name for name, _ in headers if not is_replay_header(name)] == ["traceparent", "empty"]


@pytest.mark.parametrize("name", list(ReplayHeaders.model_fields))
def test_a_missing_header_is_named(name: str) -> None:
    """Half a word is none."""
    headers = [header for header in SAID.to_headers() if header[0] != REPLAY_PREFIX + name]

    with pytest.raises(ValidationError) as refused:
        ReplayHeaders.from_headers(headers)

    assert refused.value.errors()[0]["loc"] == (name,)


@given(st.lists(st.tuples(st.sampled_from(list(ReplayHeaders.model_fields)), st.binary(max_size=40)), max_size=9))
def test_any_headers_are_read_or_refused(pairs: list[tuple[str, bytes]]) -> None:
    """Whatever bytes stand in them, headers are read or refused, nothing else."""
    try:
        ReplayHeaders.from_headers([(REPLAY_PREFIX + name, value) for name, value in pairs])
    except ValidationError:
        return
