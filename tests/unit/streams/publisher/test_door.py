"""A message knows how large it can be on its way."""

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from streams.publisher.door import Message

HEADER_BYTES = 61
"""Of a batch, before its first record."""


@given(
    key=st.none() | st.binary(max_size=300),
    value=st.none() | st.binary(max_size=300),
    headers=st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=20)), max_size=5),
)
def test_a_message_is_never_larger_than_it_says(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    """What is compared with a limit is at least what the client puts on the wire, alone in its batch."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=0,
        batch_size=1 << 20,
    )
    builder.append(0, 2**41, key, value, headers)

    message = Message("stage-changes", 0, key, value, tuple(headers))

    assert message.size_bytes >= len(builder.build()) > HEADER_BYTES
