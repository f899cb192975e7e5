"""The ends of the output topics on Kafka, read by a consumer without a group that lives for one question.

What the broker answers when asked for end offsets is a hint only (the embedded one answers the base of the last batch
plus one). Where the end holds only holes, reading steps back.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from streams.configuration.settings import Settings
from streams.kafka.connection import connection_arguments
from streams.kafka.known_end import is_at_end
from streams.tail.door import TailsUnavailable
from streams.tail.positions import Positions, Published, highest, marked, published_of
from streams.tail.told import TailTopics, Told

POLL_MS: Final = 50
LAST_RECORDS: Final = 64
"""So many records of a partition are looked at first: a few, because a fenced owner may have published late."""
RECORDS_A_POLL: Final = 1_000

Record = Any
"""aiokafka has no types."""


class KafkaTails:
    """Reads the ends of topics of one Kafka.

    Args:
        connection: Arguments of `streams.kafka.connection.connection_arguments`.
        topics: Names of the topics.
        timeout_seconds: Bound on `read`, and on the silence of Kafka during `told`.
        record_bytes_max: The largest record on these topics.
    """

    def __init__(
        self,
        connection: dict[str, Any],
        topics: TailTopics,
        *,
        timeout_seconds: float = 5.0,
        record_bytes_max: int = 2 * 1024 * 1024,
    ) -> None:
        self._topics = topics
        self._timeout_seconds = timeout_seconds
        self._arguments = {
            **connection,
            "client_id": "leadstream-tails",
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            # Nobody writes transactions there, and with read_committed a stranger's open one would hide the end.
            "isolation_level": "read_uncommitted",
            "fetch_max_wait_ms": POLL_MS,
            "max_partition_fetch_bytes": record_bytes_max,
        }

    @classmethod
    def from_settings(cls, settings: Settings, topics: TailTopics) -> Self:
        """Return the tails that the settings name.

        Raises:
            SettingsRefused: If a certificate cannot be used.
        """
        return cls(
            connection_arguments(settings),
            topics,
            timeout_seconds=settings.kafka_timeout_seconds,
            record_bytes_max=settings.output_bytes_max,
        )

    async def read(self, partitions: Collection[int]) -> Mapping[int, Mapping[str, Positions]]:
        """Read how far outputs were published; see `streams.tail.door.Tails.read`."""
        tails: dict[int, dict[str, Positions]] = {partition: {} for partition in partitions}

        def take(record: Record) -> None:
            found = self._found(record)
            if found is not None:
                of_partition = tails[record.partition]
                of_partition[found[0]] = highest(of_partition.get(found[0], Positions()), found[1])

        topics = (*self._topics.outputs, self._topics.positions)
        places = [(topic, partition) for topic in topics for partition in partitions]
        async with self._consumer(places) as ends, asyncio.timeout(self._timeout_seconds):
            await ends.read_back(take, lambda end: end.is_found)
        return tails

    async def told(self, partition: int) -> Told:
        """Read what leads were told; see `streams.tail.door.Tails.told`."""
        tails = await self.read([partition])
        told = Told(self._topics, dict(tails[partition]))

        def take(record: Record) -> None:
            told.take(record.topic, record.key, record.value, record.headers)

        whole = self._topics.told
        async with self._consumer([(topic, partition) for topic in whole]) as ends:
            await ends.read_all(take)
        # Of the others only what is of the last commit matters: what lies below it is told by the positions.
        others = [(topic, partition) for topic in self._topics.outputs if topic not in whole]
        async with self._consumer(others) as ends, asyncio.timeout(self._timeout_seconds):
            await ends.read_back(take, lambda end: end.has_other_commits)
        return told

    def _found(self, record: Record) -> tuple[str, Positions] | None:
        """Return which output topic a record tells of, and how far it was published."""
        if record.topic == self._topics.positions:
            return marked(record.value)
        published = published_of(record.headers)
        return None if published is None else (record.topic, published.positions)

    @asynccontextmanager
    async def _consumer(self, places: Sequence[tuple[str, int]]) -> AsyncIterator["_Ends"]:
        """Hold a consumer of some partitions; whatever Kafka does wrong, or too late, becomes `TailsUnavailable`."""
        consumer = AIOKafkaConsumer(**self._arguments)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await consumer.start()
            yield _Ends(consumer, [TopicPartition(*place) for place in places], self._timeout_seconds)
        except (KafkaError, TimeoutError, OSError) as error:
            where = ",".join(self._arguments["bootstrap_servers"])
            text = str(error) or f"no answer within {self._timeout_seconds:g} s"
            raise TailsUnavailable(f"Kafka at {where}: the ends of the output topics cannot be read: {text}") from error
        finally:
            await consumer.stop()


@dataclass(slots=True)
class _End:
    """What was found at the end of one partition. ``first``: where reading began. ``least``: where the topic begins."""

    first: int
    least: int
    records: int = 0
    commits: set[str] = field(default_factory=set)

    @property
    def is_found(self) -> bool:
        """Whether something was found."""
        return self.records > 0

    @property
    def has_other_commits(self) -> bool:
        """Whether what was found reaches behind the last commit."""
        return len(self.commits) > 1


class _Ends:
    """The ends of some partitions, read by one consumer."""

    def __init__(self, consumer: Any, places: Sequence[TopicPartition], silence_seconds_max: float) -> None:  # noqa: ANN401 - aiokafka has no types
        self._consumer = consumer
        self._places = places
        self._silence_seconds_max = silence_seconds_max
        consumer.assign(places)

    async def read_back(self, take: Callable[[Record], None], is_enough: Callable[[_End], bool]) -> None:
        """Read the last records of each partition, more of them until it is enough or the topic's beginning is reached.

        A record may be taken more than once.
        """
        ends = await self._hinted()
        unread = set(self._places)
        count = LAST_RECORDS
        while unread:
            for place in unread:
                self._consumer.seek(place, ends[place].first)
            await self._read_through(unread, lambda record: _noted(ends, take, record))
            count *= 4
            unread = {place for place in unread if not is_enough(ends[place]) and ends[place].first > ends[place].least}
            for place in unread:
                ends[place].first = max(ends[place].least, ends[place].first - count)

    async def read_all(self, take: Callable[[Record], None]) -> None:
        """Read everything, in order within a partition."""
        await self._consumer.seek_to_beginning(*self._places)
        await self._read_through(self._places, take)

    async def _hinted(self) -> dict[TopicPartition, _End]:
        """Ask where the partitions begin, and about where they end."""
        least = await self._consumer.beginning_offsets(self._places)
        hints = await self._consumer.end_offsets(self._places)
        return {place: _End(max(least[place], hints[place] - LAST_RECORDS), least[place]) for place in self._places}

    async def _read_through(self, places: Collection[TopicPartition], take: Callable[[Record], None]) -> None:
        """Read some partitions up to where a fetch says that they end.

        Raises:
            TimeoutError: If Kafka is silent for too long.
        """
        unread = set(places)
        silent_since = time.monotonic()
        while unread:
            fetched = await self._consumer.getmany(*unread, timeout_ms=POLL_MS, max_records=RECORDS_A_POLL)
            if fetched:
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > self._silence_seconds_max:
                raise TimeoutError(f"nothing came for {self._silence_seconds_max:g} s")
            for records in fetched.values():
                for record in records:
                    take(record)
            for place in tuple(unread):
                if await is_at_end(self._consumer, place, is_committed=False):
                    unread.discard(place)


def _noted(ends: Mapping[TopicPartition, _End], take: Callable[[Record], None], record: Record) -> None:
    """Take a record and count it."""
    end = ends[TopicPartition(record.topic, record.partition)]
    end.records += 1
    published: Published | None = published_of(record.headers)
    if published is not None:
        end.commits.add(published.commit)
    take(record)
