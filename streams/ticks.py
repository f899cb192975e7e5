"""When to append a tick, so that a partition without traffic reaches its next wake-up.

The worker's clock only guesses that a wake-up may be due; the tick's append time, set by the broker, decides. So a
clock that is slow delays and one that is fast wastes ticks; the append times seen so far correct the guess.
"""

from collections.abc import Callable, Sequence

from schemas.tick import Tick
from streams.publisher.door import Message
from streams.records import Decoded, Ticked

RESEND_SECONDS = 1.0
"""How long to wait for a tick that was sent before sending another."""
SOONEST_SECONDS = 0.02
"""Least time between two ticks of a partition."""


class Ticker:
    """Decides for one partition when a tick is wanted."""

    def __init__(
        self, topic: str, partition: int, epoch: int, wall_ms: Callable[[], int], monotonic: Callable[[], float]
    ) -> None:
        """Start with the worker's clock taken to be right.

        Args:
            topic: Name of the ticks topic, prefix included.
            partition: The partition number to wake.
            epoch: The owner's epoch, for readers of the topic.
            wall_ms: The worker's clock, in milliseconds since the epoch.
            monotonic: A clock in seconds that only bounds waits.
        """
        self._topic = topic
        self._partition = partition
        self._epoch = epoch
        self._wall_ms = wall_ms
        self._monotonic = monotonic
        self._broker_ahead_ms = 0
        self._not_before = 0.0
        self._sent_wall_ms: int | None = None

    def observe(self, decoded: Sequence[Decoded]) -> None:
        """Learn from append times how far the broker's clock is ahead of the worker's."""
        if not decoded:
            return
        now_ms = self._wall_ms()
        self._broker_ahead_ms = max(self._broker_ahead_ms, max(item.appended_at for item in decoded) - now_ms)
        for item in decoded:
            if isinstance(item, Ticked) and self._sent_wall_ms is not None:
                # Between sending and appending lies half a round trip: near enough for a guess.
                self._broker_ahead_ms = item.appended_at - self._sent_wall_ms
                self._sent_wall_ms = None
                self._not_before = self._monotonic() + SOONEST_SECONDS

    def wanted(self, next_due_at: int | None) -> Message | None:
        """Return the tick to append now, if the next wake-up seems due and none is under way."""
        now = self._monotonic()
        if next_due_at is None or now < self._not_before or self._wall_ms() + self._broker_ahead_ms < next_due_at:
            return None
        self._not_before = now + RESEND_SECONDS
        self._sent_wall_ms = self._wall_ms()
        value = Tick(partition=self._partition, epoch=self._epoch).model_dump_json().encode()
        return Message(topic=self._topic, partition=self._partition, key=None, value=value)

    def seconds_until(self, next_due_at: int | None) -> float:
        """Return how long nothing is to be done, in seconds; infinite if there is no wake-up."""
        if next_due_at is None:
            return float("inf")
        due_in = (next_due_at - self._wall_ms() - self._broker_ahead_ms) / 1000
        return max(due_in, self._not_before - self._monotonic(), 0.001)
