"""Asking again, with growing pauses and an end: a server that is away for a while costs nothing but time.

The end is loud: past it the caller gets `GaveUp` and the process is to exit, for its supervisor to start it anew.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from streams.partition.pulse import pulse
from streams.publisher.door import PublishUnavailable
from streams.table.door import TableUnavailable
from streams.tail.door import TailsUnavailable
from streams.transport.door import InputSilent

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0

Answer = TypeVar("Answer")


class Patiently(Protocol):
    """Asks until there is an answer, however its caller bounds that."""

    def __call__(self, ask: Callable[[], Awaitable[Answer]], /) -> Awaitable[Answer]:
        """Return the answer."""
        ...


class GaveUp(Exception):
    """A server was unavailable for longer than the bound."""


async def patiently(
    ask: Callable[[], Awaitable[Answer]],
    *,
    seconds_max: float,
    on_retry: Callable[[Exception], None] | None = None,
    way_out: str = "bring the server back, or raise LEADSTREAM_RETRY_SECONDS_MAX",
) -> Answer:
    """Ask until there is an answer.

    Args:
        ask: The call; safe to repeat.
        seconds_max: How long to go on asking, in seconds.
        on_retry: Told of each failure, for logs and metrics.
        way_out: What to do when the time is over.

    Returns:
        The answer.

    Raises:
        GaveUp: If none came in time; its cause is the last failure.
    """
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds_max
    pause_seconds = FIRST_PAUSE_SECONDS
    while True:
        try:
            answer = await ask()
        except (TableUnavailable, PublishUnavailable, TailsUnavailable, InputSilent) as error:
            pulse().refuse()
            if on_retry is not None:
                on_retry(error)
            if loop.time() + pause_seconds > ends_at:
                raise GaveUp(f"no answer for {seconds_max:g} s: {error}; {way_out}") from error
        else:
            pulse().turn()
            return answer
        # Jitter, so that the owners of many partitions do not all come back in the same instant.
        await asyncio.sleep(pause_seconds * random.uniform(0.5, 1.0))
        pause_seconds = min(LONGEST_PAUSE_SECONDS, pause_seconds * 2)
