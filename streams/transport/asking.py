"""Calls of the Kafka client in its thread, each within a bound: one that never answers must hold up no rebalance.

Bounded twice: in the thread, so that it is free for the next call, and here, should the thread itself stand still. What
is not answered may be asked again. Fetches are not asked this way: they have a time-out of their own, and one that does
not end is seen by the watch over the delivery loop, which does not count the time that the process was paused.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from aiokafka.errors import KafkaTimeoutError

from streams.transport.door import InputSilent

THREAD_SECONDS = 0.5
"""How much longer a call may take to come back from the thread."""

Answered = TypeVar("Answered")


class CallingThread(Protocol):
    """A thread with an event loop that can be told to call something; Faust's."""

    async def call_thread(self, fun: Callable[..., Awaitable[Any]], *args: Any) -> Any:  # noqa: ANN401 - Faust's own
        """Call it in the thread and return what it returned."""
        ...


async def asked(
    thread: CallingThread, seconds_max: float, call: Callable[..., Awaitable[Answered]], *arguments: object
) -> Answered:
    """Have a thread call something, and return the answer.

    Args:
        thread: The client's.
        seconds_max: How long it may take, in seconds.
        call: What to call; safe to be called again.
        arguments: What to call it with.

    Raises:
        InputSilent: If there is no answer in time. The call was given up.
    """

    async def within() -> Answered:
        async with asyncio.timeout(seconds_max):
            return await call(*arguments)

    try:
        async with asyncio.timeout(seconds_max + THREAD_SECONDS):
            answer: Answered = await thread.call_thread(within)
            return answer
    except (TimeoutError, KafkaTimeoutError) as error:
        name = getattr(call, "__name__", "a call").strip("_")
        raise InputSilent(f"Kafka's client did not answer {name} for {seconds_max:g} s") from error
