"""Keeps a child process alive: starts it again when it ends, later and later while it keeps ending.

Time is given, so that every rule can be tried without waiting. What a supervisor such as systemd does for a worker in
production, this does for `leadstream dev` and `leadstream demo`.
"""

from dataclasses import dataclass

from streams.sandbox.process import Child

BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0)
STEADY_SECONDS = 60.0
"""A child that ran so long before it ended is started again as if for the first time."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The child ended; it is started again after ``again_in_seconds``.

    ``exit_code`` is negative for a signal. ``quick_ends`` counts how often in a row it ended soon after its start: more
    than a few are a crash loop. ``log_tail`` is the end of its log.
    """

    name: str
    exit_code: int | None
    quick_ends: int
    again_in_seconds: float
    log_tail: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The child runs again."""

    name: str
    restarts: int


class Supervisor:
    """Watches one child. Call `look` a few times a second."""

    def __init__(self, child: Child) -> None:
        """Take a child that is not started yet."""
        self.name = child.name
        self._child = child
        self._started_at: float | None = None
        self._again_at: float | None = None
        self._quick_ends = 0
        self.restarts = 0

    def start(self, now: float) -> None:
        """Start the child.

        Args:
            now: Monotonic seconds.

        Raises:
            SandboxError: If it cannot be executed.
        """
        self._started_at = now
        self._child.start(lambda: True, 1.0)

    def look(self, now: float) -> Ended | Restarted | None:
        """See whether the child still runs, and start it again when its time has come.

        Args:
            now: Monotonic seconds.

        Returns:
            What happened since the last look, if anything did.
        """
        if self._again_at is not None:
            if now < self._again_at:
                return None
            self._again_at = None
            self.restarts += 1
            self.start(now)
            return Restarted(self._child.name, self.restarts)
        if self._started_at is None or self._child.is_running:
            return None
        was_steady = now - self._started_at >= STEADY_SECONDS
        self._quick_ends = 0 if was_steady else self._quick_ends + 1
        wait_seconds = BACKOFF_SECONDS[min(max(self._quick_ends - 1, 0), len(BACKOFF_SECONDS) - 1)]
        self._again_at = now + wait_seconds
        return Ended(self._child.name, self._child.exit_code, self._quick_ends, wait_seconds, self._child.log_tail())

    def stop(self) -> None:
        """Stop the child in good order, for good."""
        self._started_at = self._again_at = None
        self._child.stop()
