"""The ends of topics in memory: reads what a `FakePublisher` published. It holds the real part's conformance suite."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from streams.tail.door import TailsUnavailable
from streams.tail.positions import Positions, highest, marked, published_of
from streams.tail.told import TailTopics, Told


class Kept(Protocol):
    """One message as it stands on a topic."""

    @property
    def key(self) -> bytes | None:
        """Whom it is about."""
        ...

    @property
    def value(self) -> bytes | None:
        """The body."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """The headers."""
        ...


class Written(Protocol):
    """What was published, as a `FakePublisher` keeps it."""

    def of(self, topic: str, partition: int | None = None) -> Sequence[Kept]:
        """Return the messages of a topic's partition, in order."""
        ...


class FakeTails:
    """Reads a fake publisher's topics.

    ``failures``: how many of the next calls fail. ``reads`` counts the calls of `told`.

    Args:
        publisher: Whose topics.
        topics: Their names.
    """

    def __init__(self, publisher: Written, topics: TailTopics) -> None:
        self.failures = 0
        self.reads = 0
        self._publisher = publisher
        self._topics = topics
        self._tails_of: dict[int, dict[str, Positions]] = {}
        self._seen: dict[tuple[str, int], int] = {}

    async def read(self, partitions: Collection[int]) -> Mapping[int, Mapping[str, Positions]]:
        """See `streams.tail.door.Tails.read`."""
        self._fail_if_told()
        return {partition: self._tails(partition) for partition in partitions}

    async def told(self, partition: int) -> Told:
        """See `streams.tail.door.Tails.told`."""
        self._fail_if_told()
        self.reads += 1
        told = Told(self._topics, self._tails(partition))
        for topic in self._topics.outputs:
            for message in self._publisher.of(topic, partition):
                told.take(topic, message.key, message.value, message.headers)
        return told

    def _tails(self, partition: int) -> dict[str, Positions]:
        tails = self._tails_of.setdefault(partition, {})
        for topic in self._topics.outputs:
            for message in self._fresh(topic, partition):
                if (published := published_of(message.headers)) is not None:
                    known = tails.get(topic)
                    tails[topic] = published.positions if known is None else highest(known, published.positions)
        for message in self._fresh(self._topics.positions, partition):
            if (found := marked(message.value)) is not None:
                tails[found[0]] = highest(tails.get(found[0], Positions()), found[1])
        return dict(tails)

    def _fresh(self, topic: str, partition: int) -> Sequence[Kept]:
        """Return what has come since it was looked at last: nothing of a topic ever goes, and tails only rise."""
        there, place = self._publisher.of(topic, partition), (topic, partition)
        fresh = there[self._seen.get(place, 0) :]
        self._seen[place] = len(there)
        return fresh

    def _fail_if_told(self) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise TailsUnavailable("the fake tails were told to fail")
