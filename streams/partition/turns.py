"""Turns of the event loop for work that fills them: one at a time, first come, first served.

What answers bring is served between two turns. If every busy owner had a part in each turn of the loop, each wait of
each owner for an answer would last as long as the parts of all. Knows no owner and no work.
"""

import asyncio
from collections import deque
from weakref import WeakKeyDictionary


class Turns:
    """Who waits for a turn of one event loop."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def next(self) -> None:
        """Wait for a turn, behind all who wait already."""
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._waiting.append(waiter)
        if len(self._waiting) == 1:
            loop.call_soon(self._give, loop)
        await waiter

    def _give(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the next turn of the loop to the first who still wants it, and come again if others wait."""
        waiting = self._waiting
        while waiting and waiting[0].done():
            waiting.popleft()  # cancelled meanwhile
        if waiting:
            waiting.popleft().set_result(None)
        if waiting:
            loop.call_soon(self._give, loop)


_TURNS: "WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]" = WeakKeyDictionary()


def turns() -> Turns:
    """Return the turns of the running event loop."""
    return _TURNS.setdefault(asyncio.get_running_loop(), Turns())
