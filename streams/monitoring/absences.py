"""Which servers lately failed to answer: told when asked, and in the log when it begins and again while it lasts.

All owners of a worker ask the same servers, several times a second while one is away: a line for each failure would
bury what it says.
"""

import logging
from collections.abc import Callable

from streams.table.door import TableUnavailable

log = logging.getLogger(__name__)

AWAY_SECONDS = 10.0
"""How long after a failed call its server counts as away; a call and the pause before the next take less."""
REPEAT_SECONDS = 30.0
"""How often the log says the same of a server."""


class Absences:
    """When the calls to each server failed last, and how."""

    def __init__(self, wall_seconds: Callable[[], float]) -> None:
        """Start with all at hand; ``wall_seconds`` is the worker's clock in seconds since the epoch."""
        self._wall_seconds = wall_seconds
        self._failed_at: dict[str, float] = {}
        self._told_at: dict[tuple[str, str], float] = {}

    def note(self, server: str, error: Exception) -> None:
        """Note a failed call; log it unless the same kind of failure was logged lately."""
        now = self._wall_seconds()
        self._failed_at[server] = now
        kind = error.reason.value if isinstance(error, TableUnavailable) else type(error).__name__
        if now - self._told_at.get((server, kind), -REPEAT_SECONDS) >= REPEAT_SECONDS:
            self._told_at[server, kind] = now
            log.warning("server_away server=%s reason=%s error=%s; it is asked again", server, kind, error)

    def away(self) -> list[str]:
        """Name the servers that lately failed to answer: while one is away it is asked more often than that."""
        now = self._wall_seconds()
        return [server for server, failed_at in sorted(self._failed_at.items()) if now - failed_at < AWAY_SECONDS]
