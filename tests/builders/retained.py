"""What Kafka retains, read again from the logs in memory: a `streams.partition.backfill.Retained`."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streams.transport.door import InputSilent, TopicPartition
from tests.builders.kafka import FakeKafka
from tests.builders.records import Record


@dataclass
class FakeRetained:
    """The logs. ``fetches``: how often something was asked for; it hangs for ever, or fails once, when that is so many.

    ``spans``: what was to be read, in order.
    """

    kafka: FakeKafka
    hangs_after: int | None = None
    fails_after: int | None = None
    failure: Exception = field(default_factory=lambda: InputSilent("Kafka is away"))
    run_records_max: int = 2
    fetches: int = 0
    spans: list[Mapping[str, range]] = field(default_factory=list)

    @asynccontextmanager
    async def reading(self, partition: int, spans: Mapping[str, range]) -> AsyncIterator["_Reading"]:
        """See `streams.partition.backfill.Retained.reading`."""
        self.spans.append(spans)
        yield _Reading(self, partition, dict(spans))


class _Reading:
    """One partition number, while it is read."""

    def __init__(self, retained: FakeRetained, partition: int, spans: dict[str, range]) -> None:
        self._retained = retained
        self._partition = partition
        self._spans = spans

    def is_done(self, topic: str) -> bool:
        """See `streams.partition.backfill.RetainedRecords.is_done`."""
        return not self._left(topic)

    async def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[Record]]:
        """See `streams.partition.backfill.RetainedRecords.fetch`."""
        retained = self._retained
        retained.fetches += 1
        await asyncio.sleep(0)
        if retained.hangs_after is not None and retained.fetches > retained.hangs_after:
            await asyncio.Event().wait()
        if retained.fails_after is not None and retained.fetches > retained.fails_after:
            retained.fails_after = None
            raise retained.failure
        found = {topic: self._left(topic)[: retained.run_records_max] for topic in topics}
        for topic, records in found.items():
            if records:
                self._spans[topic] = range(records[-1].offset + 1, self._spans[topic].stop)
        return found

    def _left(self, topic: str) -> list[Record]:
        log = self._retained.kafka.logs[TopicPartition(topic, self._partition)]
        return [record for record in log if record.offset in self._spans[topic]]
