"""A history that stands on the topics: what Kafka retains of every input, merged in append order as a worker would.

Ends are taken once, before anything is read: what is stored later is another history. One partition number is read
after the other, so that the leads of one are in memory, never of all. Ticks are left out: they bring no facts, and a
replay without them decides the same.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from math import inf
from typing import Protocol

from schemas.topics import INPUT_TOPICS, TOPICS
from streams.configuration.settings import Settings
from streams.history.history import RUN_RECORDS_MAX, Reading, Run
from streams.kafka.ends import End, Place, read_ends
from streams.kafka.partitioner import partition_of
from streams.kafka.retained import Fetched, RetainedReader
from streams.partition.decode import Acceptance, Decoder, InputNames
from streams.partition.merging import Merge
from streams.partition.records import Decoded, InputRecord
from streams.transport.door import TopicPartition
from streams.transport.skipped import unreadable

KEYS_REMEMBERED = 65_536
REPARTITION, TICKS = "repartition", "ticks"
PLAYED_TOPICS = tuple(name for name in INPUT_TOPICS if name != TICKS)


class Stock(Protocol):
    """Hands over what is retained of one partition number after the other."""

    def begin(self, number: int, ends: Mapping[str, End], /) -> None:
        """Turn to a partition number; ends by topic, prefix included."""
        ...

    def is_done(self, topic: str, /) -> bool:
        """Tell whether all that stands before a topic's end was handed over."""
        ...

    def fetch(self, topics: Collection[str], /) -> Mapping[str, Sequence[InputRecord]]:
        """Return the next records of some topics that are not done; none only if one of them came to its end."""
        ...


class TopicHistory:
    """What is retained on the topics.

    Args:
        settings: Names of the topics, how many partitions they have, what a worker refuses.
        ends: Where each topic's partitions begin and end, topics without prefix.
        stock: Where the records come from.
        until: Milliseconds since the epoch: what was stored later is left out; None takes everything.
    """

    unit = "records"

    def __init__(self, settings: Settings, ends: Mapping[Place, End], stock: Stock, until: int | None) -> None:
        self.name = f"the topics at {settings.kafka_bootstrap}"
        self._settings = settings
        self._ends = {place: end for place, end in ends.items() if place[0] != TICKS}
        self._stock = stock
        self._until = until
        self.ends_at = until
        if until is None:
            # A tick advances a worker's clock too: its wake-ups up to here are handled.
            self.ends_at = max((end.latest_at for end in ends.values() if end.latest_at is not None), default=None)
        self.reading = Reading(sum(end.end - end.first for end in self._ends.values()))
        self._decoder = _decoder(settings)

    def runs(self) -> Iterator[Run]:
        """Yield the records, partition by partition, in the order in which Kafka stored them."""
        done = 0
        for number in range(self._settings.partitions):
            ends = {
                self._settings.topic_prefix + topic: end
                for (topic, partition), end in self._ends.items()
                if partition == number
            }
            for items in self._partition(number, ends):
                yield Run(number, items)
            yield Run(number, (), is_last=True)
            done += sum(end.end - end.first for end in ends.values())
            self.reading.done = done

    def _partition(self, number: int, ends: Mapping[str, End]) -> Iterator[Sequence[Decoded]]:
        self._stock.begin(number, ends)
        merge = self._merge(ends)
        while True:
            taken = merge.take(
                records_max=RUN_RECORDS_MAX,
                bytes_max=self._settings.batch_bytes_max,
                now=0.0,
                patience_seconds=inf,
            )
            if taken:
                self.reading.done += len(taken)
                items = self._decoder.decoded(taken)
                if self._until is not None and items[-1].appended_at > self._until:
                    # In append order: whatever comes after it is later too.
                    yield items[: bisect_right(items, self._until, key=lambda item: item.appended_at)]
                    return
                yield items
                continue
            waiting = [topic for topic in ends if merge.is_accepting(topic) and not self._stock.is_done(topic)]
            if not waiting:
                return
            for topic, records in self._stock.fetch(waiting).items():
                merge.offer(topic, records, 0.0)

    def _merge(self, topics: Collection[str]) -> Merge:
        """Make the buffers of a partition number: as a worker's, but that everybody waits for everybody."""
        is_done = self._stock.is_done
        return Merge(
            topics,
            tick_topic=self._settings.topic_prefix + TICKS,
            input_bytes_max=self._settings.buffer_bytes_max // len(topics),
            is_at_end=is_done,
            is_drained=lambda topic, _since: is_done(topic),
            answered_at=lambda _topic: 0.0,
        )


class KafkaStock:
    """What is retained in Kafka, read whenever it is asked for.

    Args:
        runner: Runs what waits for Kafka.
        reader: Connected.
    """

    def __init__(self, runner: asyncio.Runner, reader: RetainedReader) -> None:
        self._runner = runner
        self._reader = reader
        self._number = 0
        self.is_done = reader.is_done

    def begin(self, number: int, ends: Mapping[str, End]) -> None:
        """Turn to a partition number."""
        self._number = number

        async def begin() -> None:
            self._reader.begin(number, ends)

        self._runner.run(begin())

    def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[InputRecord]]:
        """Return the next records of some topics; what the client cannot read stands in its place, to be refused."""
        fetched: Fetched = self._runner.run(self._reader.fetch(topics))
        found, left_out = fetched
        records: dict[str, list[InputRecord]] = {topic: list(got) for topic, got in found.items()}
        for topic, skipped in left_out.items():
            place = TopicPartition(topic, self._number)
            records.setdefault(topic, []).extend(unreadable(place, record) for record in skipped)
            records[topic].sort(key=lambda record: record.offset)
        return records


@contextmanager
def topic_history(settings: Settings, *, until: int | None = None) -> Iterator[TopicHistory]:
    """Connect to Kafka, take the ends of the topics, and hand over what stands before them as a history.

    Raises:
        ReadUnavailable: If Kafka does not answer, or lacks one of the topics.
    """
    places = [(topic, number) for topic in INPUT_TOPICS for number in range(settings.partitions)]
    with asyncio.Runner() as runner:
        ends = runner.run(read_ends(settings, places))
        reader = RetainedReader(settings)
        runner.run(reader.__aenter__())
        try:
            yield TopicHistory(settings, ends, KafkaStock(runner, reader), until)
        finally:
            runner.run(reader.__aexit__())


def _decoder(settings: Settings) -> Decoder:
    """Make the decoder that a worker with these settings has."""
    prefix = settings.topic_prefix
    acceptance = Acceptance(
        settings.record_bytes_max, settings.lateness_max_seconds * 1000, settings.future_max_seconds * 1000
    )
    placed = lru_cache(KEYS_REMEMBERED)(lambda key: partition_of(key, settings.partitions))
    contracts = {prefix + name: name for name in INPUT_TOPICS if TOPICS[name].direction == "in"}
    return Decoder(InputNames(contracts, prefix + REPARTITION, prefix + TICKS), acceptance, placed)
