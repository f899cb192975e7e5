"""The simulation's ways to servers, without faults and on any event loop: for the suites that doors must hold."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import cast

from streams.publisher.door import Message
from streams.table.fake import FakeTable
from streams.tail.told import TailTopics
from tests.simulation.kafka import SimulatedKafka
from tests.simulation.line import Line
from tests.simulation.loop import STARTS_AT_SECONDS, SimulatedLoop
from tests.simulation.servers import SimulatedPublisher, SimulatedTable, SimulatedTails, tails_of


class _Now:
    """As much of a simulated loop as lines and logs need: what is to come later comes at the next turn."""

    def time(self) -> float:
        """Return when every simulation starts, in seconds."""
        return STARTS_AT_SECONDS

    def create_future(self) -> asyncio.Future[object]:
        """Return a future of the loop that runs."""
        return asyncio.get_running_loop().create_future()

    def later(self, _: float, callback: Callable[..., object], *args: object) -> asyncio.Handle:
        """Call something at the next turn."""
        return asyncio.get_running_loop().call_soon(callback, *args)


NOW = cast(SimulatedLoop, _Now())


def line() -> Line:
    """Return a way without faults."""
    return Line(NOW, Random(1), 1.0)


def table() -> SimulatedTable:
    """Return empty tables as a worker reaches them."""
    return SimulatedTable(line(), FakeTable(), lambda *_: None, lambda _: None)


def publisher(
    kafka: SimulatedKafka, told: Callable[[Message], None], message_bytes_max: int = 1024 * 1024
) -> SimulatedPublisher:
    """Return Kafka's output side; ``told`` gets what is appended."""
    return SimulatedPublisher(line(), kafka, Random(1), told, message_bytes_max)


def tails(kafka: SimulatedKafka, topics: TailTopics) -> SimulatedTails:
    """Return what reads the ends of topics."""
    return SimulatedTails(line(), tails_of(kafka, topics), lambda _: None)


def kafka() -> SimulatedKafka:
    """Return brokers without records."""
    return SimulatedKafka(NOW, Random(1))
