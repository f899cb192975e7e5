"""Reads what Kafka retains of one partition number of several topics, up to ends that were taken before.

Joins no group and commits nothing. Nothing is fetched of a topic beyond what the client reads ahead while nobody asks
for it, so memory stays bounded however far the topics are apart.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition as ClientPartition

from streams.configuration.settings import Settings
from streams.kafka.connection import WAY_OUT, connection_arguments
from streams.kafka.ends import End
from streams.kafka.reader import ReadUnavailable
from streams.kafka.unreadable import UnreadableRecord, UnreadableRecords

POLL_MS = 100
FETCH_WAIT_MS = 10
"""How long the broker may wait for more before it answers: what is asked for is there already."""
RECORDS_A_POLL = 10_000

Fetched = tuple[Mapping[str, Sequence[Any]], Mapping[str, Sequence[UnreadableRecord]]]
"""By topic, prefix included: the client's records, and what it could not read."""


class RetainedReader:
    """Reads one partition number after the other; an async context manager.

    Args:
        settings: Where Kafka is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer: Any = None
        self._unreadable = UnreadableRecords()
        self._ends: dict[str, int] = {}
        self._number = 0
        self._done: set[str] = set()

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ReadUnavailable: If Kafka does not answer.
        """
        settings = self._settings
        self._consumer = AIOKafkaConsumer(
            **connection_arguments(settings),
            client_id="leadstream-history",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=max(settings.fetch_bytes_max, settings.output_bytes_max),
        )
        try:
            await self._consumer.start()
            self._unreadable.attend(self._consumer._fetcher)  # noqa: SLF001 - aiokafka shows its answers nowhere else
        except BaseException as error:
            await self._consumer.stop()
            if isinstance(error, KafkaError | OSError):
                raise self._unavailable(str(error) or type(error).__name__) from error
            raise
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Disconnect."""
        await self._consumer.stop()

    def begin(self, number: int, ends: Mapping[str, End]) -> None:
        """Turn to a partition number.

        Args:
            number: Which one.
            ends: By topic, prefix included, where it begins and ends.
        """
        self._number = number
        self._ends = {topic: end.end for topic, end in ends.items()}
        self._done = {topic for topic, end in ends.items() if end.first >= end.end}
        wanted = {ClientPartition(topic, number): end.first for topic, end in ends.items() if topic not in self._done}
        if wanted:
            self._consumer.assign(list(wanted))
            for place, first in wanted.items():
                self._consumer.seek(place, first)

    def is_done(self, topic: str) -> bool:
        """Tell whether all that stands before a topic's end was handed over."""
        return topic in self._done

    async def fetch(self, topics: Collection[str]) -> Fetched:
        """Return the next records of some topics that are not done, in order within each; at least one, or some end.

        Raises:
            ReadUnavailable: If Kafka stops answering.
        """
        places = [ClientPartition(topic, self._number) for topic in topics]
        deadline = time.monotonic() + 4 * self._settings.kafka_timeout_seconds
        while time.monotonic() < deadline:
            try:
                found = await self._consumer.getmany(*places, timeout_ms=POLL_MS, max_records=RECORDS_A_POLL)
                has_ended = await self._note_ends(places)
            except KafkaError as error:
                raise self._unavailable(str(error) or type(error).__name__) from error
            left_out = {place.topic: records for place, records in self._unreadable.take().items()}
            if found or left_out or has_ended:
                records = {place.topic: self._before_end(place.topic, got) for place, got in found.items()}
                return records, {topic: self._before_end(topic, got) for topic, got in left_out.items()}
        raise self._unavailable(f"no answer for partition {self._number} of {', '.join(topics)}")

    async def _note_ends(self, places: Collection[Any]) -> bool:
        """Note which places are read up to their ends; tell whether any came to be."""
        ended = [place for place in places if await self._consumer.position(place) >= self._ends[place.topic]]
        if ended:
            # Else the client would go on asking for them, and the broker would let the others wait with its answer.
            self._consumer.pause(*ended)
            self._done.update(place.topic for place in ended)
        return bool(ended)

    def _before_end(self, topic: str, records: Sequence[Any]) -> Sequence[Any]:
        """Leave out what was stored after the ends were taken."""
        end = self._ends[topic]
        return records if records[-1].offset < end else [record for record in records if record.offset < end]

    def _unavailable(self, reason: str) -> ReadUnavailable:
        return ReadUnavailable(f"Kafka at {self._settings.kafka_bootstrap}: {reason}; {WAY_OUT}")
