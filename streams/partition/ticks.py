"""When to append a tick, so that a partition without traffic reaches its next wake-up.

The tick's append time, which the broker sets, decides; the worker's clocks only guess when it is worth asking. A tick
that comes back measures how far they are off, so an owner sends one when it begins, and when its two clocks disagree. A
clock that is wrong, set, or stands still while the machine sleeps costs a tick or two, and neither loses nor delays a
wake-up.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from schemas.tick import Tick
from streams.partition.records import LATEST_APPENDED_AT, Decoded, Ticked
from streams.publisher.door import Message
from streams.translation.translate import instant

RESEND_SECONDS = 1.0
"""How long to wait for a tick that was sent before sending another."""
SOONEST_SECONDS = 0.02
"""Least time between two ticks of a partition."""


DISAGREEMENT_MS = 1_000
"""The worker's clocks apart by this much more than when they were measured: one of them was set, or stood still."""


class _Now(NamedTuple):
    """Both clocks of the worker at one moment, in milliseconds."""

    wall_ms: int
    monotonic_ms: int

    def disagrees_with(self, other: "_Now") -> bool:
        """Tell whether the clocks ran differently between two moments."""
        return abs((self.wall_ms - self.monotonic_ms) - (other.wall_ms - other.monotonic_ms)) >= DISAGREEMENT_MS


class Ticker:
    """Decides for one partition when a tick is wanted."""

    def __init__(
        self, topic: str, partition: int, epoch: int, wall_ms: Callable[[], int], monotonic: Callable[[], float]
    ) -> None:
        """Start without knowing the broker's time.

        Args:
            topic: Name of the ticks topic, prefix included.
            partition: The partition number to wake.
            epoch: The owner's epoch; tells its ticks from those of others.
            wall_ms: The worker's clock, in milliseconds since the epoch.
            monotonic: A clock in seconds that nobody sets.
        """
        self._topic = topic
        self._partition = partition
        self._epoch = epoch
        self._wall_ms = wall_ms
        self._monotonic = monotonic
        self._ahead_ms = float("-inf")  # the broker's clock before the monotonic one
        self._measured_at: _Now | None = None
        self._not_before = 0.0
        self._sent_at: _Now | None = None
        self._sent_value: bytes | None = None

    def observe(self, decoded: Sequence[Decoded]) -> None:
        """Learn from append times how far the broker's clock is ahead of the worker's."""
        if not decoded:
            return
        now = self._now()
        # What is here was appended before now: the broker's clock is at least this far ahead.
        self._ahead_ms = max(self._ahead_ms, max(item.appended_at for item in decoded) - now.monotonic_ms)
        for item in decoded:
            if isinstance(item, Ticked) and self._sent_at is not None and item.record.value == self._sent_value:
                # It was appended half a round trip after it was sent, so this measures downwards too.
                self._ahead_ms = item.appended_at - self._sent_at.monotonic_ms
                self._measured_at = now
                self._sent_at = None
                self._not_before = self._monotonic() + SOONEST_SECONDS

    def wanted(self, next_due_at: int | None) -> Message | None:
        """Return the tick to append now, if the next wake-up seems due and none is under way."""
        if next_due_at is None or self.seconds_until(next_due_at) > 0:
            return None
        wake_at = instant(min(next_due_at, LATEST_APPENDED_AT))
        self._sent_value = (
            Tick(partition=self._partition, epoch=self._epoch, wake_at=wake_at).model_dump_json().encode()
        )
        if self._sent_at is None:
            # Sent again, the first one counts: a measure that is too high costs a tick, one too low a wake-up's time.
            self._sent_at = self._now()
        self._not_before = self._monotonic() + RESEND_SECONDS
        return Message(topic=self._topic, partition=self._partition, key=None, value=self._sent_value)

    def seconds_until(self, next_due_at: int | None) -> float:
        """Return how long no tick is wanted, in seconds; infinite if there is no wake-up."""
        if next_due_at is None:
            return float("inf")
        now = self._now()
        is_measured = self._measured_at is not None and not now.disagrees_with(self._measured_at)
        due_in_ms = next_due_at - self._ahead_ms - now.monotonic_ms if is_measured else 0
        return max(due_in_ms / 1000, self._not_before - self._monotonic(), 0.0)

    def _now(self) -> _Now:
        """Read both clocks."""
        return _Now(self._wall_ms(), round(self._monotonic() * 1000))
