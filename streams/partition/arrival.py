"""Whether something came that an owner waits for: said from outside, waited for with a bound.

As much as an `asyncio.Event` inside an `asyncio.timeout`, for a fraction of their price: an idle owner waits all the
time. One waits at a time. Knows nothing of what comes.
"""

import asyncio
from collections.abc import Callable


class Arrival:
    """A sign that something is there to be done."""

    def __init__(self) -> None:
        """Begin with nothing there."""
        self._is_there = False
        self._waiter: asyncio.Future[None] | None = None

    def set(self) -> None:
        """Say that something is there; who waits goes on."""
        self._is_there = True
        if self._waiter is not None:
            _release(self._waiter)

    def clear(self) -> None:
        """Take note of what is there: from now on only something new counts."""
        self._is_there = False

    async def wait(self, seconds_max: float) -> None:
        """Wait until something is there, at most for some seconds."""
        if self._is_there:
            return
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        timer = loop.call_later(seconds_max, _release, waiter)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None

    async def poll(self, is_so: Callable[[], bool], every_seconds: float) -> None:
        """Wait until something is there, or until something is so, of which nobody tells."""
        while True:
            await self.wait(every_seconds)
            if self._is_there or is_so():
                return


def _release(waiter: asyncio.Future[None]) -> None:
    """Let who waits go on, unless it does already."""
    if not waiter.done():
        waiter.set_result(None)
