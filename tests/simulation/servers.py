"""Redis and Kafka's output side as a worker reaches them, each by a way that has faults (`tests.simulation.line`).

The table and the publisher behind are the fakes that hold the conformance suites.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any, TypeVar

from streams.publisher.door import Message, PublishUnavailable
from streams.publisher.fake import FakePublisher
from streams.table.door import (
    Claim,
    Commit,
    CommitAnswer,
    CommitReply,
    Loaded,
    PartitionFacts,
    TableUnavailable,
    Unavailability,
)
from streams.table.fake import FakeTable
from streams.tail.door import TailsUnavailable
from streams.tail.fake import FakeTails
from streams.tail.positions import Positions
from streams.tail.told import TailTopics, Told
from tests.builders.folding import TAIL_TOPICS
from tests.builders.records import Record
from tests.simulation.kafka import SimulatedKafka
from tests.simulation.line import Line, Loss

TABLE_TIMEOUT_SECONDS = 0.5
PUBLISH_TIMEOUT_SECONDS = 1.0

Answer = TypeVar("Answer")


def ran(call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Return what a call returns that waits for nothing."""
    try:
        call().send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise RuntimeError("a fake waited")


def _lost(text: str) -> Exception:
    return TableUnavailable(text, Unavailability.LOST)


def _no_answer() -> Exception:
    return TableUnavailable("no answer in time", Unavailability.TIMEOUT)


class SimulatedTable:
    """The tables as one worker reaches them.

    Args:
        line: The way to the server.
        table: What the server has.
        told: Called at the server with each commit and what was answered, and with each claim.
    """

    def __init__(
        self,
        line: Line,
        table: FakeTable,
        told: Callable[[Commit, CommitReply], None],
        claimed: Callable[[Claim], None],
    ) -> None:
        self._line = line
        self._table = table
        self._told = told
        self._claimed = claimed

    @property
    def partition_count(self) -> int | None:
        """See `streams.table.door.Table`."""
        return self._table.partition_count

    @partition_count.setter
    def partition_count(self, count: int | None) -> None:
        self._table.partition_count = count

    async def check(self) -> tuple[str, ...]:
        """See `streams.table.door.Table.check`."""
        return await self._ask(self._table.check)

    async def claim(self, partition: int, owner_token: str, *, above_epoch: int = 0) -> Claim:
        """See `streams.table.door.Table.claim`."""

        async def claim() -> Claim:
            answer = await self._table.claim(partition, owner_token, above_epoch=above_epoch)
            self._claimed(answer)
            return answer

        return await self._ask(claim)

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """See `streams.table.door.Table.load`."""
        bounds = {"due_until": due_until, "due_count_max": due_count_max}
        return await self._ask(partial(self._table.load, partition, lead_ids, **bounds))

    async def commit(self, commit: Commit) -> CommitReply:
        """See `streams.table.door.Table.commit`."""

        async def apply() -> CommitReply:
            reply = await self._table.commit(commit)
            self._told(commit, reply)
            return reply

        return await self._ask(apply)

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """See `streams.table.door.Table.acknowledge`."""
        return await self._ask(lambda: self._table.acknowledge(partition, epoch, owner_token, through_sequence))

    async def verify(self, partition: int, epoch: int, owner_token: str, commit_token: str) -> CommitAnswer:
        """See `streams.table.door.Table.verify`."""
        return await self._ask(lambda: self._table.verify(partition, epoch, owner_token, commit_token))

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """See `streams.table.door.Table.leads_after`."""
        return await self._ask(lambda: self._table.leads_after(partition, cursor, count))

    async def lead_count(self, partition: int) -> int:
        """See `streams.table.door.Table.lead_count`."""
        return await self._ask(lambda: self._table.lead_count(partition))

    async def lead(self, partition: int, lead_id: str) -> bytes | None:
        """See `streams.table.door.Table.lead`."""
        return await self._ask(lambda: self._table.lead(partition, lead_id))

    async def facts(self, partition: int) -> PartitionFacts:
        """See `streams.table.door.Table.facts`."""
        return await self._ask(lambda: self._table.facts(partition))

    async def close(self) -> None:
        """See `streams.table.door.Table.close`."""

    async def _ask(self, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        return await self._line.call(partial(ran, call), self._line.drawn_loss(), _lost, _no_answer)


class _Outputs:
    """The logs as a `FakeTails` reads them."""

    def __init__(self, kafka: SimulatedKafka) -> None:
        self._kafka = kafka

    def of(self, topic: str, partition: int | None = None) -> Sequence[Record]:
        """Return what stands on a topic's partition."""
        return self._kafka.log(topic, partition or 0)


def tails_of(kafka: SimulatedKafka, topics: TailTopics = TAIL_TOPICS) -> FakeTails:
    """Return the ends of output topics."""
    return FakeTails(_Outputs(kafka), topics)


class SimulatedTails:
    """The ends of the output topics as one worker reads them.

    Args:
        line: The way to the brokers.
        tails: What the brokers have: one for all workers.
        told: Called at the broker with what is read.
    """

    def __init__(
        self, line: Line, tails: FakeTails, told: Callable[[Mapping[int, Mapping[str, Positions]]], None]
    ) -> None:
        self._noted = told
        self._line = line
        self._tails = tails

    async def read(self, partitions: Collection[int]) -> Mapping[int, Mapping[str, Positions]]:
        """See `streams.tail.door.Tails.read`."""

        async def read() -> Mapping[int, Mapping[str, Positions]]:
            found = await self._tails.read(partitions)
            self._noted(found)
            return found

        return await self._ask(partial(ran, read))

    async def told(self, partition: int) -> Told:
        """See `streams.tail.door.Tails.told`."""
        return await self._ask(partial(ran, partial(self._tails.told, partition)))

    async def _ask(self, serve: Callable[[], Answer]) -> Answer:
        loss = self._line.drawn_loss()
        return await self._line.call(serve, loss, TailsUnavailable, lambda: TailsUnavailable("no answer in time"))


class SimulatedPublisher:
    """Kafka's output side as one worker reaches it: what gets through is appended to the logs.

    Args:
        line: The way to the brokers.
        kafka: The logs.
        chance: Draws how much of a publication gets through that is cut off.
        told: Called at the broker with each message that is appended.
        message_bytes_max: A larger message is refused.
    """

    def __init__(
        self,
        line: Line,
        kafka: SimulatedKafka,
        chance: Random,
        told: Callable[[Message], None],
        message_bytes_max: int = 2 * 1024 * 1024,
    ) -> None:
        self._message_bytes_max = message_bytes_max
        self._line = line
        self._kafka = kafka
        self._chance = chance
        self._told = told

    async def publish(self, messages: Sequence[Message]) -> None:
        """See `streams.publisher.door.Publisher.publish`."""
        loss = self._line.drawn_loss()
        through = self._some_of(messages) if loss is Loss.PART else messages
        fake = FakePublisher(self._message_bytes_max)
        await fake.publish(messages)  # refuses what is too large, before anything is sent

        def append() -> None:
            for message in through:
                self._told(message)
                self._kafka.append(message)

        await self._line.call(
            append, loss, PublishUnavailable, lambda: PublishUnavailable("no acknowledgement in time")
        )

    async def close(self) -> None:
        """See `streams.publisher.door.Publisher.close`."""

    def _some_of(self, messages: Sequence[Message]) -> list[Message]:
        """Return the first ones of each partition: within a partition the order is kept, and no hole left."""
        counts: dict[tuple[str, int], int] = {}
        for message in messages:
            place = (message.topic, message.partition)
            counts[place] = counts.get(place, 0) + 1
        left = {place: self._chance.randint(0, count) for place, count in counts.items()}
        through = []
        for message in messages:
            place = (message.topic, message.partition)
            if left[place] > 0:
                left[place] -= 1
                through.append(message)
        return through
