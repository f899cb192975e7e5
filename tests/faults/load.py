"""The activities of a run: drawn from a seed, sent at a set rate, with what goes wrong in practice among them.

Repeats, records that come late or out of order, dates in the future, poison of every kind, and keys placed by the wrong
partitioner or missing. What is bad about a record in itself is said in a header, for the oracle.
"""

import asyncio
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from tests.faults.activities import Drawn, drawn_activities

SLICE_SECONDS = 0.05
"""How often the sender looks at the clock."""
STOP_SECONDS_MAX = 20.0
"""What is not sent by then, with Kafka gone, is not waited for."""
CATCH_UP = 2.0
"""How much faster than the rate it sends after it was held up."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What is to be sent. ``rate``: activities a second."""

    seed: int
    activities: int
    leads: int
    rate: float


class Load:
    """Sends a plan's activities to the topics of an installation."""

    def __init__(self, plan: LoadPlan, *, bootstrap: str, prefix: str, partitions: int) -> None:
        self._plan = plan
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._partitions = partitions
        self.sent = 0
        self.acknowledged: Counter[tuple[str, int]] = Counter()
        self.refused = 0
        self.began_at = self.ended_at = 0.0
        self._ends: dict[tuple[str, int], deque[tuple[int, float]]] = {}

    @property
    def activities_per_second(self) -> float:
        """The rate that was held, from the first activity to the last acknowledgement."""
        return sum(self.acknowledged.values()) / max(self.ended_at - self.began_at, 1e-9)

    async def run(self) -> None:
        """Send everything, and return when Kafka has acknowledged it."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            linger_ms=5,
            max_request_size=4 * 1024 * 1024,
            # Room for what is sent while the broker is away: the load goes on through it.
            max_batch_size=1024 * 1024,
            request_timeout_ms=60_000,
        )
        await producer.start()
        self.began_at = time.monotonic()
        try:
            await self._send_all(producer)
            await producer.flush()
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS_MAX):
                    await producer.stop()
        self.ended_at = time.monotonic()

    def oldest_unhandled(self, watermarks: dict[tuple[str, int], int]) -> float | None:
        """Return when the oldest record beyond some watermarks was acknowledged; None if there is none.

        What lies at or below them is forgotten: a later look must not go back.
        """
        oldest = None
        for place, ends in self._ends.items():
            while ends and ends[0][0] <= watermarks.get(place, -1):
                ends.popleft()
            if ends and (oldest is None or ends[0][1] < oldest):
                oldest = ends[0][1]
        return oldest

    async def _send_all(self, producer: AIOKafkaProducer) -> None:
        plan, allowed, looked_at = self._plan, 0.0, time.monotonic()
        activities = drawn_activities(plan.seed, plan.activities, plan.leads, self._partitions)
        for drawn in activities:
            while allowed < 1:
                await asyncio.sleep(SLICE_SECONDS)
                now = time.monotonic()
                due = (now - self.began_at) * plan.rate - self.sent
                allowed += min(due, (now - looked_at) * plan.rate * CATCH_UP)
                looked_at = now
            allowed -= 1
            await self._send(producer, drawn)

    async def _send(self, producer: AIOKafkaProducer, drawn: Drawn) -> None:
        value, headers = drawn.value_at(time.time_ns() // 1_000_000)
        place = (drawn.topic, drawn.partition)
        waiting = await producer.send(
            self._prefix + drawn.topic, value, key=drawn.key, partition=drawn.partition, headers=list(headers)
        )
        self.sent += 1
        waiting.add_done_callback(lambda done: self._note(place, done))

    def _note(self, place: tuple[str, int], done: "asyncio.Future[object]") -> None:
        if done.cancelled() or done.exception() is not None:
            self.refused += 1
            return
        self.acknowledged[place] += 1
        self._ends.setdefault(place, deque()).append((done.result().offset, time.monotonic()))  # type: ignore[attr-defined]
