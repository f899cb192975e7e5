"""How a stray record reaches its owner, and what it is again there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.forwarded import Stray
from streams.partition.forwarding import OriginUnknown, forwarded, origin_of
from streams.partition.records import LATEST_APPENDED_AT, Strayed
from tests.builders.records import DAY, NOW, PAGE_VIEWS, REPARTITION, Record, page_view, received

HEADERS = st.lists(st.tuples(st.sampled_from(["trace", "forwarded_for", ""]), st.binary(max_size=9)), max_size=3)


def strayed(record: Record, partition: int = 0) -> Strayed:
    """Return a record that belongs to another partition."""
    return Strayed(record, record.timestamp, "lead-ada", partition, Stray.WRONG_PARTITION)


def sent(record: Record) -> Record:
    """Return a record as it arrives on `repartition`."""
    message = forwarded(strayed(record), REPARTITION)
    return Record(REPARTITION, message.partition, 7, NOW + DAY, message.key, message.value, message.headers)


def test_it_goes_to_its_leads_partition_under_its_leads_id() -> None:
    """The key is the lead's, so that the record is right by it wherever it is looked at."""
    message = forwarded(strayed(replace(page_view(partition=2), key=b"lead-bob"), partition=5), "crm.repartition")

    assert (message.topic, message.partition, message.key) == ("crm.repartition", 5, b"lead-ada")
    assert message.value == page_view(partition=2).value


@given(
    key=st.none() | st.binary(max_size=9),
    value=st.binary(min_size=1, max_size=20),
    headers=HEADERS,
    offset=st.integers(0, 2**63 - 1),
    at=st.integers(-1, LATEST_APPENDED_AT),
)
def test_what_it_was_is_read_back(
    key: bytes | None, value: bytes, headers: list[tuple[str, bytes]], offset: int, at: int
) -> None:
    """Place, time, key, value and headers are those that it had first, byte by byte."""
    record = Record(PAGE_VIEWS, 2, offset, at, key, value, tuple(headers))

    origin = origin_of(sent(record), {PAGE_VIEWS})

    assert (origin.topic, origin.partition, origin.offset, origin.timestamp) == (PAGE_VIEWS, 2, offset, at)
    assert (origin.key, origin.value, origin.headers) == (key, value, record.headers)
    assert origin.place == "page-views/2"


def test_a_stamp_that_no_contract_can_name_is_bounded() -> None:
    """A producer's broken clock on a broker that takes its times does not stop a record from being forwarded."""
    assert origin_of(sent(page_view(at=NOW)), {PAGE_VIEWS}).timestamp == NOW
    assert origin_of(sent(replace(page_view(), timestamp=2**60)), {PAGE_VIEWS}).timestamp == LATEST_APPENDED_AT
    assert origin_of(sent(replace(page_view(), timestamp=-7)), {PAGE_VIEWS}).timestamp == -1


def test_a_record_that_nobody_forwarded_is_told() -> None:
    """The text names the header, and repeats none of its words."""
    with pytest.raises(OriginUnknown, match="source_topic: Field required"):
        origin_of(replace(received(), headers=(("forwarded_reason", b"key_missing"),)), {PAGE_VIEWS})
    with pytest.raises(OriginUnknown, match="source_topic: Value should be an input topic's name") as unknown:
        origin_of(received(), {"email-opens"})
    assert "page-views" not in str(unknown.value)
