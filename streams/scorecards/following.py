"""Reads the topic of scorecards from its beginning and on and on, and says up to when all of it is known.

An activation comes into force at least 10 s after Kafka stored it. So a worker whose last look is no older than half of
that knows every scorecard that may judge what it has received; the other half is for brokers whose clocks differ. While
Kafka does not answer, nothing is judged: records wait within their bounds.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Protocol

from schemas.scorecard_activation import ACTIVE_IN_MS_MIN
from streams.kafka.reader import Followed, ReadUnavailable
from streams.monitoring.sweeps import SweepMetrics
from streams.partition.judging import InForce
from streams.scorecards.activation import Activation, Refusal, RefusedActivation, Role, StoredRecord, parsed
from streams.scorecards.registry import Registry

log = logging.getLogger(__name__)

KNOWN_SECONDS = ACTIVE_IN_MS_MIN / 2_000
"""How old the last look may be."""
RETRY_SECONDS = 1.0
"""Pause before connecting anew."""


class Reader(Protocol):
    """What is followed; see `streams.kafka.reader.TopicReader`."""

    def follow(self) -> AsyncGenerator[Followed]:
        """Yield what comes, look by look."""
        ...


class ScorecardFollower:
    """The registry as the topic goes on: a `streams.partition.judging.ScorecardBook`."""

    def __init__(
        self, registry: Registry, open_reader: Callable[[], AbstractAsyncContextManager[Reader]], metrics: SweepMetrics
    ) -> None:
        """Know nothing yet.

        Args:
            registry: Where activations are entered.
            open_reader: Connects to the topic, at its beginning.
            metrics: Told of what is refused, and when the last known scorecard comes into force.
        """
        self.registry = registry
        self._open_reader = open_reader
        self._metrics = metrics
        self._known_at = float("-inf")
        metrics.expect_refusals(Refusal)

    def in_force(self, at: int) -> InForce:
        """See `streams.partition.judging.ScorecardBook.in_force`."""
        return self.registry.in_force(at)

    def next_after(self, at: int) -> int | None:
        """See `streams.partition.judging.ScorecardBook.next_after`."""
        return self.registry.next_after(at)

    def is_read(self, now: float) -> bool:
        """See `streams.partition.judging.ScorecardBook.is_read`."""
        return now - self._known_at <= KNOWN_SECONDS

    def missing(self, now: float) -> list[str]:
        """Name what keeps owners from judging, for readiness; nothing once the scorecards are known."""
        if self.is_read(now):
            return []
        return ["scorecards are not read far enough: nothing is judged until Kafka answers for their topic"]

    @asynccontextmanager
    async def going_on(self, on_failure: Callable[[BaseException], None]) -> AsyncIterator[None]:
        """Follow while the block runs; ``on_failure`` is told if that ends by a fault of ours."""

        def ended(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                on_failure(error)

        following = asyncio.create_task(self.run(), name="scorecards")
        following.add_done_callback(ended)
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def run(self) -> None:
        """Follow the topic until cancelled; connect anew, and read from the beginning, whenever that fails."""
        while True:
            try:
                async with self._open_reader() as reader, aclosing(reader.follow()) as looks:
                    async for look in looks:
                        await self._take(look)
            except ReadUnavailable as error:
                log.warning("scorecards_unread: %s", error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _take(self, look: Followed) -> None:
        """Enter what a look brought, then know so much more."""
        for record in look.records:
            await self._enter(record)
        self._known_at = max(self._known_at, look.known_at)

    async def _enter(self, record: StoredRecord) -> None:
        # Reading a scorecard takes as long as hundreds of records; owners go on meanwhile.
        taken = self.registry.enter(await asyncio.to_thread(parsed, record))
        if isinstance(taken, Activation):
            said = (taken.role.value, taken.version, taken.active_at, taken.offset)
            log.info("scorecard_known what=%s version=%s active_at=%d offset=%d", *said)
            if taken.role is Role.CHAMPION:
                self._metrics.observe_activation(self.registry.activations[-1].active_at)
        elif isinstance(taken, RefusedActivation):
            log.error(
                "scorecard_refused offset=%d reason=%s version=%s: %s",
                *(taken.offset, taken.reason.value, taken.version or "none", taken.message),
            )
            self._metrics.observe_refusal(taken.reason.value)
