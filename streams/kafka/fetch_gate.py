"""When a client may ask Kafka for more: once its reader is back for more, not as soon as the reader has taken what was.

By itself aiokafka asks again at once. A reader that waits a little before it comes back, so that what arrives close
together is handled together, then finds what was there in the first millisecond of that wait, and the rest comes one
wait later. Through the gate one answer brings all of it, and of all partitions alike. A reader that stays away holds
nothing up for long: how far Kafka is must be known also where nobody takes more.

Knows the inside of aiokafka's fetcher; lives in the client's thread.
"""

import time
from collections.abc import Callable
from typing import Any

CLOSED_SECONDS_MAX = 0.2
"""Longer than a reader is away while it keeps up."""


class FetchGate:
    """What a client's questions for records go through."""

    def __init__(self) -> None:
        """Start open."""
        self._is_open = True
        self._has_asked = False
        self._closed_at = 0.0
        self._wake: Callable[[], None] = lambda: None

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Hold back the questions of a started client's fetcher while the gate is closed, from now on."""
        plan: Callable[[Any], tuple[Any, ...]] = fetcher._get_actions_per_node  # noqa: SLF001 - see the module's head

        def gated(assignment: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
            questions, *others = plan(assignment)
            if not self._is_open and time.monotonic() < self._closed_at + CLOSED_SECONDS_MAX:
                return ([], *others)
            self._has_asked = self._has_asked or bool(questions)
            return (questions, *others)

        fetcher._get_actions_per_node = gated  # noqa: SLF001 - as above
        self._wake = lambda: fetcher._notify(fetcher._wait_consume_future)  # noqa: SLF001 - as above

    def open(self) -> None:
        """Let the client ask: at once, if it has something to ask for."""
        if not self._is_open:
            self._is_open, self._has_asked = True, False
            self._wake()

    def close(self) -> None:
        """Let it ask no more until the gate is opened again, or for a while; if it has asked since it was opened."""
        if self._is_open and self._has_asked:
            self._is_open, self._closed_at = False, time.monotonic()
