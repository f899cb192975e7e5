"""How fast an import goes at most, so that live traffic keeps its share of the workers."""

from collections.abc import Callable


class Pace:
    """Lets so many activities a second through.

    Args:
        per_second: How many; 0 for no bound.
        now: Seconds of a clock that never goes back.
        sleep: Waits for some seconds.
    """

    def __init__(self, per_second: float, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._per_second = per_second
        self._now = now
        self._sleep = sleep
        self._free_at = now()

    def wait_for(self, count: int) -> None:
        """Wait until some more may go; what was not used before is not made up for."""
        if self._per_second <= 0:
            return
        now = self._now()
        if self._free_at > now:
            self._sleep(self._free_at - now)
        self._free_at = max(self._free_at, now) + count / self._per_second
