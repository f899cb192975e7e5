"""The broker: logs with append times and offsets, of inputs and outputs alike, and requests that wait for records."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random

from streams.publisher.door import Message
from streams.transport.door import TopicPartition
from tests.builders.records import NOW, TOPICS, Record
from tests.simulation.loop import STARTS_AT_SECONDS, SimulatedLoop

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


def place_of(record: Record) -> Place:
    """Return where a record stands."""
    return (record.topic, record.partition, record.offset)


class Request:
    """A fetch that waits at the broker until a record of its partitions comes."""

    def __init__(self, wanted: frozenset[TopicPartition], answer: Callable[[], None]) -> None:
        """Wait for partitions; ``answer`` is called when a record comes, once."""
        self.wanted = wanted
        self.answer = answer


class SimulatedKafka:
    """The logs, in the order of their append times, which are the broker's.

    Args:
        loop: Whose time it goes by.
        chance: Draws the holes that transaction markers leave.
    """

    def __init__(self, loop: SimulatedLoop, chance: Random) -> None:
        self._loop = loop
        self._chance = chance
        # Keyed by plain pairs, which a `TopicPartition` is equal to: to make one for each look takes time.
        self._logs: dict[tuple[str, int], list[Record]] = defaultdict(list)
        self._ends: dict[TopicPartition, int] = defaultdict(int)
        self._waiting: dict[str, list[Request]] = defaultdict(list)
        self._stalled: dict[str, list[Callable[[], None]]] = {}
        self._starts: dict[TopicPartition, int] = defaultdict(int)
        self._erased: dict[tuple[str, int], list[Record]] = defaultdict(list)
        self.holes = 0
        self.stalls: list[tuple[float, float]] = []

    def now_ms(self) -> int:
        """Return the broker's time in milliseconds."""
        return NOW + round((self._loop.time() - STARTS_AT_SECONDS) * 1000)

    def log(self, topic: str, partition: int) -> Sequence[Record]:
        """Return the records of a partition, in order."""
        return self._logs[topic, partition]

    def end(self, tp: TopicPartition) -> int:
        """Return the offset that the next record gets at least."""
        return self._ends[tp]

    def start(self, tp: TopicPartition) -> int:
        """Return the first offset that a partition still has, or would have."""
        return self._starts[tp]

    def erase(self, tp: TopicPartition, before: int) -> None:
        """Forget what lies before an offset, as retention does."""
        log = self._logs[tp]
        self._erased[tp] += [record for record in log if record.offset < before]
        self._logs[tp] = [record for record in log if record.offset >= before]
        self._starts[tp] = max(before, self._starts[tp])

    def erased(self, topic: str, partition: int) -> Sequence[Record]:
        """Return what was erased of a partition, in order."""
        return self._erased[topic, partition]

    def after(self, tp: TopicPartition, position: int) -> list[Record]:
        """Return the records of a partition from a position on."""
        log = self._logs[tp]
        # Offsets have few holes: start a little before where the position would be without them.
        start = max(0, position - (self._ends[tp] - len(log)))
        return [record for record in log[start:] if record.offset >= position] if start < len(log) else []

    def append(self, message: Message) -> Record:
        """Store a message at the end of its partition, at the time that it is now."""
        tp = TopicPartition(message.topic, message.partition)
        if message.topic in TOPICS and self._chance.random() < 0.02:
            self._ends[tp] += 1
            self.holes += 1
        record = Record(*tp, self._ends[tp], self.now_ms(), message.key, message.value, message.headers)
        self._ends[tp] += 1
        self._logs[tp].append(record)
        if message.topic not in self._stalled:
            self._wake(tp)
        return record

    def wait(self, topic: str, request: Request) -> None:
        """Keep a request until a record comes."""
        self._waiting[topic].append(request)

    def forget(self, topic: str, request: Request) -> None:
        """Drop a request that waits."""
        if request in self._waiting[topic]:
            self._waiting[topic].remove(request)

    def is_stalled(self, topic: str) -> bool:
        """Tell whether a topic's leader answers nobody now."""
        return topic in self._stalled

    def when_answering(self, topic: str, callback: Callable[[], None]) -> None:
        """Call something once a stalled topic's leader answers again."""
        self._stalled[topic].append(callback)

    def stall(self, topic: str, seconds: float) -> None:
        """Let a topic's leader answer nobody for a while; it goes on storing."""
        if topic in self._stalled:
            return
        self._stalled[topic] = []
        self.stalls.append((self._loop.time(), self._loop.time() + seconds))
        for request in self._waiting.pop(topic, []):
            request.answer()
        self._loop.later(seconds, self._answer_again, topic)

    def _answer_again(self, topic: str) -> None:
        for callback in self._stalled.pop(topic):
            callback()

    def _wake(self, tp: TopicPartition) -> None:
        waiting = self._waiting[tp.topic]
        if waiting:
            for request in [request for request in waiting if tp in request.wanted]:
                waiting.remove(request)
                request.answer()
