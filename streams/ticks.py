"""When to append a tick, so that a partition without traffic reaches its next wake-up.

The tick's append time, which the broker sets, decides; the worker's clocks only guess when it is worth asking. A tick
that comes back measures how far they are off, so an owner sends one when it begins, and when its clocks disagree. A
clock that is wrong, or set while we run, costs a tick or two, and neither loses nor delays a wake-up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.tick import Tick
from streams.publisher.door import Message
from streams.records import LATEST_APPENDED_AT, Decoded, Ticked
from streams.translate import instant

RESEND_SECONDS = 1.0
"""How long to wait for a tick that was sent before sending another."""
SOONEST_SECONDS = 0.02
"""Least time between two ticks of a partition."""


DISAGREEMENT_MS = 1_000
"""The worker's clocks apart by this much more than when they were measured: one of them was set, or stood still."""


@dataclass(frozen=True, slots=True)
class _Now:
    """Both clocks of the worker at one moment, in milliseconds."""

    wall_ms: int
    monotonic_ms: int

    def disagrees_with(self, other: "_Now") -> bool:
        """Tell whether the clocks ran differently between two moments."""
        return abs((self.wall_ms - self.monotonic_ms) - (other.wall_ms - other.monotonic_ms)) >= DISAGREEMENT_MS


@dataclass(frozen=True, slots=True)
class _Ahead:
    """By how much the broker's clock is ahead of each clock of the worker, in milliseconds.

    Two, because either can go wrong: the wall clock is set, the monotonic one stands still while the machine sleeps.
    """

    wall_ms: int
    monotonic_ms: float

    @classmethod
    def of(cls, appended_at: int, now: _Now) -> "_Ahead":
        """Measure at the moment of an append."""
        return cls(appended_at - now.wall_ms, appended_at - now.monotonic_ms)

    def at_least(self, other: "_Ahead") -> "_Ahead":
        """Return the greater of each."""
        return _Ahead(max(self.wall_ms, other.wall_ms), max(self.monotonic_ms, other.monotonic_ms))

    def broker_ms(self, now: _Now) -> float:
        """Return the broker's time. The later guess counts: a tick too early is harmless, one too late is not."""
        return max(now.wall_ms + self.wall_ms, now.monotonic_ms + self.monotonic_ms)


class Ticker:
    """Decides for one partition when a tick is wanted."""

    def __init__(
        self, topic: str, partition: int, epoch: int, wall_ms: Callable[[], int], monotonic: Callable[[], float]
    ) -> None:
        """Start with the worker's clock taken to be right, until a tick comes back.

        Args:
            topic: Name of the ticks topic, prefix included.
            partition: The partition number to wake.
            epoch: The owner's epoch; tells its ticks from those of others.
            wall_ms: The worker's clock, in milliseconds since the epoch.
            monotonic: A clock in seconds that only bounds waits.
        """
        self._topic = topic
        self._partition = partition
        self._epoch = epoch
        self._wall_ms = wall_ms
        self._monotonic = monotonic
        self._ahead = _Ahead(0, float("-inf"))
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
        self._ahead = self._ahead.at_least(_Ahead.of(max(item.appended_at for item in decoded), now))
        for item in decoded:
            if isinstance(item, Ticked) and self._sent_at is not None and item.record.value == self._sent_value:
                # It was appended half a round trip after it was sent, so this measures downwards too.
                self._ahead = _Ahead.of(item.appended_at, self._sent_at)
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
        due_in_ms = next_due_at - self._ahead.broker_ms(now) if is_measured else 0
        return max(due_in_ms / 1000, self._not_before - self._monotonic(), 0.0)

    def _now(self) -> _Now:
        """Read both clocks."""
        return _Now(self._wall_ms(), round(self._monotonic() * 1000))
