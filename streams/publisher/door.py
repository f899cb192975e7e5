"""The door to Kafka's output side: messages out, acknowledgement back.

An implementation holds `tests/conformance/test_publisher.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class PublishUnavailable(Exception):
    """Kafka did not acknowledge: nothing is known of what got through, so the same messages are to be published again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One record to publish. ``timestamp_ms`` None lets the producer stamp it; a None ``value`` is a tombstone."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int | None = None


class Publisher(Protocol):
    """Publishes messages in order."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all and return when all are acknowledged. Within a topic's partition the order is kept.

        Raises:
            PublishUnavailable: If any of them was not acknowledged in time.
        """
        ...

    async def close(self) -> None:
        """Release the connection."""
        ...
