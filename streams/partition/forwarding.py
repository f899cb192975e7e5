"""How a record that came to the wrong partition reaches its owner, and what it is again when it is there.

Whoever finds it sends it to the topic `repartition`, to its lead's partition number, under its lead's id as key: value
and headers untouched, its first place and its first key in headers beside them. Whoever receives it decodes it by the
contract of the topic on which it stood first. Ids of what it causes, and dead letters, name its first place, so they
are the same however often it was forwarded. Pure: knows no topic's name but those it is given.
"""

from collections.abc import Collection, MutableMapping

from pydantic import ValidationError

from schemas.forwarded import ForwardedHeaders, source_key, without_forwarded_headers
from schemas.inputs import refusal_text
from streams.partition.records import LATEST_APPENDED_AT, InputRecord, Origin, Strayed
from streams.publisher.door import Message


class OriginUnknown(Exception):
    """A record on `repartition` does not say where it came from; the text says what is wrong, without its words."""


def is_taken_again(origin: Origin, taken: MutableMapping[str, int]) -> bool:
    """Tell whether a forwarded record was taken before; else note that it is taken now.

    An owner that lost its last commits forwards again what it had forwarded, in the same order: whatever is not beyond
    the last offset taken from that place is a repeat.

    Args:
        origin: What the record was before it was forwarded.
        taken: Of each place from which records were forwarded the last offset taken.
    """
    is_again = origin.offset <= taken.get(origin.place, -1)
    if not is_again:
        taken[origin.place] = origin.offset
    return is_again


def forwarded(item: Strayed, topic: str) -> Message:
    """Return a stray record as it goes to its owner.

    Args:
        item: The record, and where it belongs.
        topic: Name of the topic `repartition`, prefix included.
    """
    record = item.record
    said = ForwardedHeaders(
        reason=item.stray,
        source_topic=record.topic,
        source_partition=record.partition,
        source_offset=record.offset,
        source_timestamp_ms=max(-1, min(record.timestamp, LATEST_APPENDED_AT)),
    )
    own = tuple((name, value or b"") for name, value in record.headers)
    headers = (*own, *said.to_headers(record.key))
    return Message(topic, item.partition, item.lead_id.encode(), record.value, headers)


def origin_of(record: InputRecord, topics: Collection[str]) -> Origin:
    """Return what a forwarded record was where it stood first.

    Args:
        record: A record of the topic `repartition`.
        topics: Names of the topics from which records are forwarded, prefix included.

    Raises:
        OriginUnknown: If its headers do not say, or name another topic.
    """
    try:
        said = ForwardedHeaders.from_headers(record.headers)
    except ValidationError as error:
        raise OriginUnknown(f"headers of a forwarded record: {refusal_text(error)}") from None
    if said.source_topic not in topics:
        raise OriginUnknown("headers of a forwarded record: source_topic: Value should be an input topic's name")
    return Origin(
        said.source_topic,
        said.source_partition,
        said.source_offset,
        said.source_timestamp_ms,
        source_key(record.headers),
        record.value,
        without_forwarded_headers(record.headers),
    )
