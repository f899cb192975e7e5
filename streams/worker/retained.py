"""What Kafka retains of the inputs, read again for owners: a `streams.partition.backfill.Retained`.

Each reading has a client of its own, without a group: the one by which the inputs are followed is not disturbed.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from streams.configuration.settings import Settings
from streams.kafka.ends import End
from streams.kafka.reader import ReadUnavailable
from streams.kafka.retained import RetainedReader
from streams.partition.backfill import NothingRetained, RetainedRecords
from streams.partition.records import InputRecord
from streams.transport.door import InputSilent, TopicPartition
from streams.transport.skipped import unreadable, with_skipped

_NOTHING = NothingRetained()


class KafkaRetained:
    """Reads partition numbers again.

    Args:
        settings: Where Kafka is.
        tick_topic: Name of the topic of ticks, prefix included: they say nothing of leads, and are not read.
    """

    def __init__(self, settings: Settings, tick_topic: str) -> None:
        self._settings = settings
        self._tick_topic = tick_topic

    @asynccontextmanager
    async def reading(self, partition: int, spans: Mapping[str, range]) -> AsyncIterator[RetainedRecords]:
        """See `streams.partition.backfill.Retained.reading`."""
        # Where the first of them is gone, the client goes on at the first that there is.
        ends = {topic: End(span.start, span.stop, None) for topic, span in spans.items() if topic != self._tick_topic}
        if not ends:
            yield _NOTHING
            return
        try:
            async with RetainedReader(self._settings) as reader:
                reader.begin(partition, ends)
                yield _Reading(reader, partition, frozenset(spans) - frozenset(ends))
        except ReadUnavailable as error:
            raise InputSilent(str(error)) from error


class _Reading:
    """One partition number, while it is read."""

    def __init__(self, reader: RetainedReader, partition: int, left_out: frozenset[str]) -> None:
        self._reader = reader
        self._partition = partition
        self._left_out = left_out

    def is_done(self, topic: str) -> bool:
        """See `streams.partition.backfill.RetainedRecords.is_done`."""
        return topic in self._left_out or self._reader.is_done(topic)

    async def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[InputRecord]]:
        """See `streams.partition.backfill.RetainedRecords.fetch`."""
        found, left_out = await self._reader.fetch(topics)
        records = {TopicPartition(topic, self._partition): got for topic, got in found.items()}
        skipped = [
            unreadable(TopicPartition(topic, self._partition), record)
            for topic, unread in left_out.items()
            for record in unread
        ]
        return {place.topic: got for place, got in with_skipped(records, skipped).items()}
