"""A clock of the time in which this process could run: it stands still while the process or the machine sleeps.

What bounds a standstill goes by it. A process that was paused from outside (a signal, a laptop's lid, a virtual machine
that moves) did nothing wrong, and goes on when it may; by any other clock it would look dead in the moment it wakes.
"""

from collections.abc import Callable


class AwakeClock:
    """Seconds in which the process was seen to run. Read it at least once in ``step_seconds_max``.

    Args:
        monotonic: Seconds that never run backwards.
        step_seconds_max: Most seconds that count between two readings: what is more was slept through.

    Example:
        >>> seconds = iter([10.0, 11.0, 500.0])
        >>> clock = AwakeClock(lambda: next(seconds), step_seconds_max=2.0)
        >>> clock.read(), clock.read()
        (1.0, 3.0)
    """

    def __init__(self, monotonic: Callable[[], float], step_seconds_max: float) -> None:
        self._monotonic = monotonic
        self._step_seconds_max = step_seconds_max
        self._read_at = monotonic()
        self._seconds = 0.0

    def read(self) -> float:
        """Return the seconds awake since it was made, as far as the readings tell."""
        now = self._monotonic()
        self._seconds += min(now - self._read_at, self._step_seconds_max)
        self._read_at = now
        return self._seconds
