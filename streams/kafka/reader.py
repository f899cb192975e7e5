"""Reads a topic as a bystander: no group, no commits, from the beginning to where it ends now, or on and on.

A record with a header that no client can read is given without its headers, and says so.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.configuration.settings import Settings
from streams.kafka.answers import Answers
from streams.kafka.connection import WAY_OUT, connection_arguments
from streams.kafka.known_end import is_at_end
from streams.kafka.unreadable import UnreadableRecords

POLL_MS = 100
ASSIGNED_POLL_SECONDS = 0.01
RECORDS_A_POLL = 2_000


class ReadUnavailable(Exception):
    """Kafka did not answer, or has no such topic."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """One record: where it stands, when it was appended (milliseconds since the epoch), and what it holds.

    ``has_headers`` is false where the name of one of them is not UTF-8, so that all of them are left out.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    has_headers: bool = True


@dataclass(frozen=True, slots=True)
class Followed:
    """What one look brought, and up to when all is known.

    Everything that was appended before ``known_at`` (seconds of ``time.monotonic()``) was yielded; -inf if this look
    does not tell.
    """

    records: tuple[ReadRecord, ...]
    known_at: float


class TopicReader:
    """Reads one topic; an async context manager.

    Args:
        settings: Where Kafka is.
        topic: The topic's name in the catalogue, without prefix.
    """

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self.topic = settings.topic_prefix + topic
        self._consumer: Any = None
        self._places: list[Any] = []
        self._unreadable = UnreadableRecords()
        self._answers = Answers()

    async def __aenter__(self) -> Self:
        """Connect and stand at the beginning of every partition.

        Raises:
            ReadUnavailable: If Kafka does not answer, or has no such topic.
        """
        self._consumer = AIOKafkaConsumer(
            **connection_arguments(self._settings),
            client_id="leadstream-reader",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=POLL_MS,
            max_partition_fetch_bytes=self._settings.output_bytes_max,
        )
        try:
            await self._consumer.start()
            self._unreadable.attend(self._consumer._fetcher)  # noqa: SLF001 - aiokafka shows its answers nowhere else
            self._answers.attend(self._consumer._fetcher)  # noqa: SLF001 - as above
            await self._assign()
        except BaseException as error:
            await self._consumer.stop()
            if isinstance(error, KafkaError | OSError):
                raise self._unavailable(str(error) or type(error).__name__) from error
            raise
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Disconnect."""
        await self._consumer.stop()

    def begin_at(self, offsets: Mapping[int, int]) -> None:
        """Stand at an offset of each partition that is named; where Kafka no longer has it, at its first record."""
        for place in self._places:
            if place.partition in offsets:
                self._consumer.seek(place, offsets[place.partition])

    async def to_end(self) -> AsyncGenerator[ReadRecord]:
        """Yield every record up to where the topic ends when it is asked, in order within a partition.

        Raises:
            ReadUnavailable: If Kafka stops answering.
        """
        deadline = self._deadline()
        while True:
            records = await self._poll()
            for record in records:
                yield record
            if records:
                deadline = self._deadline()
            elif await self._is_at_end():
                return
            elif time.monotonic() > deadline:
                raise self._unavailable("no answer")

    async def forever(self) -> AsyncGenerator[ReadRecord]:
        """Yield every record, and those that are still to come, until the caller stops asking."""
        while True:
            for record in await self._poll():
                yield record

    async def follow(self) -> AsyncGenerator[Followed]:
        """Yield what comes, look by look and also if nothing came, until the caller stops asking.

        Raises:
            ReadUnavailable: If Kafka refuses to answer. While it is away, looks go on and say nothing.
        """
        while True:
            records = await self._poll()
            # Asked before the ends are compared: what was known by then has been yielded if the place is at its end.
            known_at = min(self._answers.of(place).asked_at for place in self._places)
            yield Followed(tuple(records), known_at if await self._is_at_end() else float("-inf"))

    async def _assign(self) -> None:
        # All are listed, none is asked for by name: a broker that creates topics by itself would make an empty one.
        if self.topic not in await self._consumer.topics():
            way_out = "make it with `leadstream topics create`, or see LEADSTREAM_TOPIC_PREFIX"
            raise ReadUnavailable(f"Kafka at {self._settings.kafka_bootstrap} has no topic {self.topic}; {way_out}")
        # Without a group a subscription is all partitions, once the client has learnt how many there are.
        self._consumer.subscribe([self.topic])
        deadline = self._deadline()
        while not self._consumer.assignment():
            if time.monotonic() > deadline:
                raise self._unavailable("no answer")
            await asyncio.sleep(ASSIGNED_POLL_SECONDS)
        self._places = sorted(self._consumer.assignment())

    async def _poll(self) -> list[ReadRecord]:
        try:
            fetched = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_A_POLL)
        except KafkaError as error:
            raise self._unavailable(str(error) or type(error).__name__) from error
        found = [
            ReadRecord(
                record.topic,
                record.partition,
                record.offset,
                record.timestamp,
                record.key,
                record.value,
                tuple(record.headers),
            )
            for _, records in fetched.items()
            for record in records
        ]
        found += [
            ReadRecord(*place, record.offset, record.timestamp, record.key, record.value, (), has_headers=False)
            for place, records in self._unreadable.take().items()
            for record in records
        ]
        return sorted(found, key=lambda record: (record.topic, record.partition, record.offset))

    async def _is_at_end(self) -> bool:
        return all([await is_at_end(self._consumer, place) for place in self._places])

    def _deadline(self) -> float:
        return time.monotonic() + 4 * self._settings.kafka_timeout_seconds

    def _unavailable(self, reason: str) -> ReadUnavailable:
        return ReadUnavailable(f"Kafka at {self._settings.kafka_bootstrap}, topic {self.topic}: {reason}; {WAY_OUT}")


async def read_to_end(settings: Settings, topic: str) -> AsyncGenerator[ReadRecord]:
    """Yield every record of a topic up to where it ends now.

    Raises:
        ReadUnavailable: If Kafka does not answer, or has no such topic.
    """
    async with TopicReader(settings, topic) as reader, aclosing(reader.to_end()) as records:
        async for record in records:
            yield record
