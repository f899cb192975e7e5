"""Waiting for something to arrive, with a bound."""

import asyncio

from streams.partition.arrival import Arrival
from tests.builders.virtual_time import elapse, in_virtual_time


async def seconds_of(arrival: Arrival, seconds_max: float) -> float:
    """Wait, and return how long it took."""
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    await arrival.wait(seconds_max)
    return loop.time() - began_at


@in_virtual_time
async def test_nothing_arrives() -> None:
    """The wait ends at its bound, without an error."""
    assert await seconds_of(Arrival(), 0.5) == 0.5


@in_virtual_time
async def test_what_arrives_ends_the_wait() -> None:
    """Who waits goes on at once, and the bound does not end the next wait."""
    arrival = Arrival()
    asyncio.get_running_loop().call_later(0.2, arrival.set)

    assert round(await seconds_of(arrival, 0.5), 6) == 0.2
    arrival.clear()
    assert await seconds_of(arrival, 0.5) == 0.5


@in_virtual_time
async def test_what_arrived_before_is_not_waited_for() -> None:
    """It stays there until it is taken note of, however often somebody looks."""
    arrival = Arrival()
    arrival.set()
    arrival.set()

    assert await seconds_of(arrival, 0.5) == 0.0
    assert await seconds_of(arrival, 0.5) == 0.0
    arrival.clear()
    assert await seconds_of(arrival, 0.5) == 0.5


@in_virtual_time
async def test_bound_and_arrival_in_one_instant() -> None:
    """Either ends the wait, and the other does no harm."""
    arrival = Arrival()
    loop = asyncio.get_running_loop()
    loop.call_later(0.5, arrival.set)
    loop.call_later(0.5, arrival.set)

    assert await seconds_of(arrival, 0.5) == 0.5


@in_virtual_time
async def test_a_wait_that_is_cancelled_leaves_nothing() -> None:
    """An owner can be cancelled while it waits; what arrives then wakes nobody."""
    arrival = Arrival()
    waiting = asyncio.create_task(arrival.wait(0.5))
    await elapse(0.1)

    waiting.cancel()
    (ended,) = await asyncio.gather(waiting, return_exceptions=True)

    assert isinstance(ended, asyncio.CancelledError)
    arrival.set()
    assert await seconds_of(arrival, 0.5) == 0.0


@in_virtual_time
async def test_a_poll_ends_when_it_is_so() -> None:
    """Something of which nobody tells is asked for again and again."""
    asked_at: list[float] = []
    loop = asyncio.get_running_loop()
    began_at = loop.time()

    def is_so() -> bool:
        asked_at.append(round(loop.time() - began_at, 6))
        return len(asked_at) == 3

    await Arrival().poll(is_so, 0.1)

    assert asked_at == [0.1, 0.2, 0.3]


@in_virtual_time
async def test_a_poll_ends_with_what_arrives() -> None:
    """Then nobody is asked."""
    arrival = Arrival()
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    loop.call_later(0.05, arrival.set)

    await arrival.poll(lambda: False, 0.1)

    assert round(loop.time() - began_at, 6) == 0.05
