"""Kafka's input side in memory: logs, a consumer that delivers runs of them, and what owners may ask about it.

It keeps the contract of `streams.transport.door`, except where a test tells it not to.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from streams.partition.partitions import Partitions
from streams.publisher.door import Message
from streams.publisher.fake import FakePublisher
from streams.transport.door import EARLIEST, TopicPartition
from tests.builders.records import NOW, TICKS, TOPICS, Record
from tests.builders.virtual_time import elapse

POLL_SECONDS = 0.02


@dataclass
class Delivery:
    """A run as the transport hands it over."""

    value: Sequence[Record]
    acknowledged: Callable[["Delivery"], None]

    def ack(self) -> bool:
        """Note that the run's effects are stored."""
        self.acknowledged(self)
        return True


@dataclass
class FakeKafka:
    """The broker: the input topics' logs.

    ``committed``: per partition the offset behind the last acknowledged run. ``steps``: what happened, in order.
    ``away``: topics that answer nobody. ``run_records_max``: how many records a consumer gets at once.
    """

    logs: dict[TopicPartition, list[Record]] = field(default_factory=lambda: defaultdict(list))
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    steps: list[tuple[str, object]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    run_records_max: int = 3

    def store(self, *records: Record) -> None:
        """Append records as they are, at the next offset of their partition or a later one of their own."""
        for record in records:
            log = self.logs[TopicPartition(record.topic, record.partition)]
            next_offset = log[-1].offset + 1 if log else 0
            log.append(replace(record, offset=max(record.offset, next_offset)))

    def now_ms(self) -> int:
        """Return the broker's time, which goes with the virtual time."""
        return NOW + round((asyncio.get_running_loop().time() - 1_000.0) * 1000)

    def monotonic(self) -> float:
        """Return the virtual time in seconds."""
        return asyncio.get_running_loop().time()

    def delivery(self, run: Sequence[Record]) -> Delivery:
        """Return a run as a consumer hands it over."""
        return Delivery(run, self._acknowledge)

    def _acknowledge(self, delivery: Delivery) -> None:
        last = delivery.value[-1]
        self.committed[TopicPartition(last.topic, last.partition)] = last.offset + 1
        self.steps.append(("acknowledge", (last.topic, last.offset)))


@dataclass
class FakeInput:
    """One worker's consumer.

    ``in_flight``: runs that were delivered and wait somewhere; against the contract they arrive after the next seek.
    """

    kafka: FakeKafka
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    asked: dict[TopicPartition, float] = field(default_factory=dict)
    in_flight: list[tuple[TopicPartition, list[Record]]] = field(default_factory=list)
    arriving: list[tuple[TopicPartition, list[Record]]] = field(default_factory=list)
    seek_error: Exception | None = None

    async def consume(self, partitions: Partitions) -> None:
        """Deliver what is accepted, until cancelled."""
        while True:
            for tp, position in sorted(self.positions.items()):
                if tp.topic in self.kafka.away or not partitions.is_accepting(tp):
                    continue
                self.asked[tp] = self.kafka.monotonic()
                run = self._next_run(tp, position)
                if run:
                    partitions.offer(tp, self.kafka.delivery(run))
            await elapse(POLL_SECONDS)

    def _next_run(self, tp: TopicPartition, position: int) -> list[Record]:
        """Return the next run of a partition, and stand behind it."""
        for late in [late for late in self.arriving if late[0] == tp]:
            self.arriving.remove(late)
            return late[1]
        run = [record for record in self.kafka.logs[tp] if record.offset >= position][: self.kafka.run_records_max]
        if run:
            self.positions[tp] = run[-1].offset + 1
        return run

    def is_at_end(self, tp: TopicPartition) -> bool:
        """See `streams.transport.door.InputPositions.is_at_end`."""
        log = self.kafka.logs[tp]
        return tp in self.asked and (not log or self.positions.get(tp, 0) > log[-1].offset)

    def asked_at(self, tp: TopicPartition) -> float:
        """See `streams.transport.door.InputPositions.asked_at`."""
        return self.asked.get(tp, float("-inf"))

    def answered_at(self, tp: TopicPartition) -> float:
        """See `streams.transport.door.InputPositions.answered_at`."""
        return self.asked_at(tp)

    def is_drained(self, tp: TopicPartition, since: float) -> bool:
        """See `streams.transport.door.InputPositions.is_drained`."""
        return self.asked_at(tp) > since and self.is_at_end(tp)

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """See `streams.transport.door.InputPositions.seek`."""
        await elapse(0.001)
        if self.seek_error is not None:
            raise self.seek_error
        log = self.kafka.logs[tp]
        self.positions[tp] = (log[0].offset if log else 0) if offset == EARLIEST else offset
        self.asked.pop(tp, None)
        self.arriving += self.in_flight
        self.in_flight = []
        self.kafka.steps.append(("seek", (tp.topic, offset)))

    def problem(self) -> str | None:
        """See `streams.transport.door.InputPositions.problem`."""
        return None


class KafkaOutputs(FakePublisher):
    """Kafka's output side: keeps what is published, and appends ticks to their input topic."""

    def __init__(self, kafka: FakeKafka) -> None:
        super().__init__()
        self._kafka = kafka

    async def publish(self, messages: Sequence[Message]) -> None:
        """See `streams.publisher.door.Publisher.publish`."""
        await elapse(0.001)
        await super().publish(messages)
        self._kafka.steps += [("publish", message.topic) for message in messages]
        for message in messages:
            if message.topic == TICKS:
                log = self._kafka.logs[TopicPartition(TICKS, message.partition)]
                offset = log[-1].offset + 1 if log else 0
                at = self._kafka.now_ms()
                log.append(Record(TICKS, message.partition, offset, at, message.key, message.value))


def all_inputs(*numbers: int) -> frozenset[TopicPartition]:
    """Return these partition numbers of every input topic."""
    return frozenset(TopicPartition(topic, number) for topic in TOPICS for number in numbers)
