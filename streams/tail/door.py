"""The door to what stands at the end of the output topics.

An implementation holds `tests/conformance/test_tails.py`.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from streams.tail.positions import Positions
from streams.tail.told import Told


class TailsUnavailable(Exception):
    """Kafka cannot answer just now: ask again."""


class Tails(Protocol):
    """The ends of the output topics, as an owner reads them before it begins."""

    async def read(self, partitions: Collection[int]) -> Mapping[int, Mapping[str, Positions]]:
        """Read how far the outputs of some partition numbers were published.

        From the last records of each output topic and from the markers, the higher of each component. What was
        published and is not told of here may be published again; never the other way round.

        Returns:
            For each partition number, by output topic. A topic that nothing tells of is left out.

        Raises:
            TailsUnavailable: If Kafka cannot answer.
        """
        ...

    async def told(self, partition: int) -> Told:
        """Read what the leads of a partition number were told. Takes as long as it takes to read two topics.

        Raises:
            TailsUnavailable: If Kafka stops answering.
        """
        ...
