"""Records that the client cannot hand over, each put where it stood among those that it can.

So a hole goes the way of every record: it is delivered in its place, refused, and told by a dead letter in the same
commit that moves the watermark past it. Pure.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from schemas.refusals import Reason
from streams.kafka.unreadable import UnreadableRecord
from streams.partition.records import SkippedRecord
from streams.transport.door import Hole, HoleReason, Record, TopicPartition

_OVERSIZE = "larger than the client can fetch; its bytes stay in Kafka, lower the topic's max.message.bytes"
_UNREADABLE = (
    "the name of one of its headers is not UTF-8; key and value are kept, the headers are not: repair the producer"
)
_HOLES: Mapping[Reason, HoleReason] = {
    Reason.OVERSIZE: HoleReason.OVERSIZE,
    Reason.UNREADABLE: HoleReason.UNREADABLE,
}


def oversize(tp: TopicPartition, offset: int) -> SkippedRecord:
    """Return what stands for a record that is too large to be fetched; nothing of it is known."""
    return SkippedRecord(tp.topic, tp.partition, offset, Reason.OVERSIZE, _OVERSIZE)


def unreadable(tp: TopicPartition, record: UnreadableRecord) -> SkippedRecord:
    """Return what stands for a record with a header that cannot be read."""
    return SkippedRecord(
        tp.topic,
        tp.partition,
        record.offset,
        Reason.UNREADABLE,
        _UNREADABLE,
        record.timestamp,
        record.timestamp_type,
        record.key,
        record.value,
        has_value=True,
    )


def with_skipped(
    records: Mapping[TopicPartition, Sequence[Record]], skipped: Collection[SkippedRecord]
) -> Mapping[TopicPartition, Sequence[Record]]:
    """Return what was fetched with what was skipped in its place, by rising offset."""
    if not skipped:
        return records
    whole: dict[TopicPartition, list[Record]] = {TopicPartition(*tp): list(found) for tp, found in records.items()}
    for record in skipped:
        whole.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
    return {tp: sorted(found, key=lambda record: record.offset) for tp, found in whole.items()}


def holes_of(skipped: Collection[SkippedRecord]) -> Iterator[tuple[TopicPartition, Hole]]:
    """Tell what was skipped as holes; records of one partition that follow on each other are one."""
    first: SkippedRecord | None = None
    last: SkippedRecord | None = None
    for record in sorted(skipped, key=_place):
        if first is None or last is None or _place(record) != (*_place(last)[:-1], last.offset + 1):
            if first is not None and last is not None:
                yield _hole(first, last)
            first = record
        last = record
    if first is not None and last is not None:
        yield _hole(first, last)


def _hole(first: SkippedRecord, last: SkippedRecord) -> tuple[TopicPartition, Hole]:
    return TopicPartition(first.topic, first.partition), Hole(first.offset, last.offset + 1, _HOLES[first.reason])


def _place(record: SkippedRecord) -> tuple[str, int, str, int]:
    return record.topic, record.partition, record.reason, record.offset
