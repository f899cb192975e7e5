"""How fast a process judges leads anew at most, all of its partitions together.

At a rate partitions are swept one after the other: the records of each wait until it is done, and so half as long in
the mean as if all were done at once. It decides when a page is judged and nothing else: the clock stands at the
activation whatever it takes, so rows, changes and their instants are the same at every rate.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from streams.partition.pulse import pulse
from streams.partition.turns import SLICE_SECONDS, Turns

PAGES_A_SECOND = 10
"""So many pages share a second's leads: a sweep at a rate goes on in small steps, not in one jolt a second."""


class SweepPace:
    """Lets so many leads a second through; one for all owners of a process.

    Args:
        leads_per_second_max: How many; 0 for no bound.
    """

    def __init__(self, leads_per_second_max: int = 0) -> None:
        self._leads_per_second_max = leads_per_second_max
        self._free_at = float("-inf")
        self._turns = Turns(1)

    def turn(self, is_stopping: Callable[[], bool]) -> AbstractAsyncContextManager[None]:
        """Wait until no other partition is swept, if there is a bound, and hold the turn while the block runs.

        Args:
            is_stopping: Tells whether to give up waiting; then the block runs without the turn.
        """
        return self._turns.turn(is_stopping) if self._leads_per_second_max else nullcontext()

    def page_leads(self, count_max: int) -> int:
        """Return how many leads a page is to have, at most ``count_max``."""
        if not self._leads_per_second_max:
            return count_max
        return max(1, min(count_max, self._leads_per_second_max // PAGES_A_SECOND))

    async def wait_for(self, count: int, is_stopping: Callable[[], bool]) -> None:
        """Wait until some more leads may be judged; what was not used before is not made up for.

        Args:
            count: How many.
            is_stopping: Tells whether to give up waiting.
        """
        if not self._leads_per_second_max:
            return
        time = asyncio.get_running_loop().time
        begins_at = max(time(), self._free_at)
        self._free_at = begins_at + count / self._leads_per_second_max
        while (seconds := begins_at - time()) > 0 and not is_stopping():
            await _slice(min(seconds, SLICE_SECONDS))


async def _slice(seconds: float) -> None:
    """Wait for a part of what is to be waited for."""
    pulse().step()  # whose turn is to come does not stand still
    await asyncio.sleep(seconds)
