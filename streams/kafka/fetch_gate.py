"""When a client may ask Kafka for more: once its reader is back for more, not as soon as the reader has taken what was.

By itself aiokafka asks again at once. A reader that waits a little before it comes back, so that what arrives close
together is handled together, then finds what was there in the first millisecond of that wait, and the rest comes one
wait later. Through the gate each broker's answer brings all of it, of all partitions alike, and those of several
brokers are picked together. A reader that stays away holds nothing up for long: how far Kafka is must be known also
where nobody takes more.

Knows the inside of aiokafka's fetcher; lives in the client's thread.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any

from streams.kafka.answers import Place

CLOSED_SECONDS_MAX = 0.2
"""Longer than a reader is away while it keeps up."""
GATHER_SECONDS = 0.005
"""How long the other brokers' answers are waited for when one has come. One that has nothing new does not answer.

Also how long the client may take to notice that it may ask: while it has no partitions it does not look.
"""


class FetchGate:
    """What a client's questions for records go through."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start open; ``monotonic`` is a clock in seconds."""
        self._monotonic = monotonic
        self._is_open = True
        self._has_asked = False
        self._closed_at = 0.0
        self._planned: asyncio.Future[None] | None = None

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Hold back the questions of a started client's fetcher while the gate is closed, from now on."""
        plan: Callable[[Any], tuple[Any, ...]] = fetcher._get_actions_per_node  # noqa: SLF001 - see the module's head

        def gated(assignment: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
            questions, *others = plan(assignment)
            if self._planned is not None and not self._planned.done():
                self._planned.set_result(None)
            if not self._is_open and self._monotonic() < self._closed_at + CLOSED_SECONDS_MAX:
                return ([], *others)
            self._has_asked = self._has_asked or bool(questions)
            return (questions, *others)

        fetcher._get_actions_per_node = gated  # noqa: SLF001 - as above

    async def picked(self, fetcher: Any, wanted: Collection[Place], timeout_seconds: float, records_max: int) -> Any:  # noqa: ANN401 - as above
        """Open the gate and return what the client has then, or is answered: as its own ``fetched_records``, by place.

        Args:
            fetcher: The client's, which was started.
            wanted: Of which partitions.
            timeout_seconds: How long to wait for a first record.
            records_max: Most records to pick.
        """
        if not self._is_open:
            await self._open(fetcher)
        if not fetcher._records:  # noqa: SLF001 - as above
            answered = fetcher._create_fetch_waiter()  # noqa: SLF001 - as above
            await asyncio.wait([answered], timeout=timeout_seconds)
            timeout_seconds = 0.0
            if answered.done():
                answered.result()  # the client tells so that it may not read a topic
            else:
                answered.cancel()
        asked = set(fetcher._pending_tasks)  # noqa: SLF001 - as above
        if fetcher._records and asked:  # noqa: SLF001 - as above
            await asyncio.wait(asked, timeout=GATHER_SECONDS)
        return await fetcher.fetched_records(wanted, timeout_seconds, max_records=records_max)

    def close(self) -> None:
        """Let it ask no more until the gate is opened again, or for a while; if it has asked since it was opened."""
        if self._is_open and self._has_asked:
            self._is_open, self._closed_at = False, self._monotonic()

    async def _open(self, fetcher: Any) -> None:  # noqa: ANN401 - as above
        """Let the client ask: at once, if it has something to ask for."""
        self._is_open, self._has_asked = True, False
        self._planned = asyncio.get_running_loop().create_future()
        fetcher._notify(fetcher._wait_consume_future)  # noqa: SLF001 - as above
        await asyncio.wait([self._planned], timeout=GATHER_SECONDS)
