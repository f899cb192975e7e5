"""Whose turn it is to do something long: few of the owners of a process at once, first come first served.

Owners share one processor. If all of them worked through a backlog at the same time, each batch would be committed
when nearly all are, late and with all of them in memory. So long runs take turns; short ones wait for nobody: a
partition that keeps up stays fresh beside others that catch up.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from streams.partition.pulse import pulse

RUNS_AT_ONCE = 2
"""So many long runs are worked through at once: one goes on while the other waits for a server."""
LONG_RECORDS = 2_000
"""From how many records on a run is long: some 0.3 s of work."""
SLICE_SECONDS = 0.25
"""How soon somebody who waits notices that it is to stop."""


class Turns:
    """The turns of the owners of a process."""

    def __init__(self, at_once: int = RUNS_AT_ONCE) -> None:
        """Start with nobody at work; ``at_once`` of them may be."""
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self, is_stopping: Callable[[], bool]) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while the block runs.

        Args:
            is_stopping: Tells whether to give up waiting; then the block runs without the turn.
        """
        asked = asyncio.ensure_future(self._free.acquire())
        try:
            while not asked.done() and not is_stopping():
                pulse().step()  # whose turn is to come does not stand still
                await asyncio.wait([asked], timeout=SLICE_SECONDS)
            yield
        finally:
            if asked.done() and not asked.cancelled():
                self._free.release()
            else:
                asked.cancel()
