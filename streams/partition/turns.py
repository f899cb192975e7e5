"""Whose turn it is to work through a long run of records: few of the owners of a process at once.

Owners share one processor. If all of them worked through a backlog at the same time, each batch would be committed
when nearly all are, late and with all of them in memory. So long runs take turns, first come first served; two at once,
so that one goes on while the other waits for a server. Short runs wait for nobody: a partition that keeps up stays
fresh beside others that catch up.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from streams.partition.pulse import pulse

AT_ONCE = 2
"""So many long runs are worked through at once."""
LONG_RECORDS = 2_000
"""From how many records on a run is long: some 0.3 s of work."""
SLICE_SECONDS = 0.25
"""How soon somebody who waits notices that it is to stop."""


class Turns:
    """The turns of the owners of a process."""

    def __init__(self) -> None:
        """Start with nobody at work."""
        self._free = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def turn(self, records: int, is_stopping: Callable[[], bool]) -> AsyncIterator[None]:
        """Wait for the turn of a run, and hold it while the block runs.

        Args:
            records: How many there are in the run.
            is_stopping: Tells whether to give up waiting; then the block runs without the turn.
        """
        if records < LONG_RECORDS:
            yield
            return
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
