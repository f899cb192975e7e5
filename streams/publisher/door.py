"""The door to Kafka's output side: messages out, acknowledgement back.

An implementation holds `tests/conformance/test_publisher.py`.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

RECORD_OVERHEAD_BYTES = 128
"""At most what Kafka's framing adds to one record alone in its batch, but for its headers."""

HEADER_OVERHEAD_BYTES = 10
"""At most what it adds to each header."""


class PublishUnavailable(Exception):
    """Kafka did not acknowledge, and nothing is known of what got through: publish the same messages again."""


class MessageRefused(Exception):
    """Kafka will never take one of the messages as it is: publish another in its place."""


class MessageTooLarge(MessageRefused):
    """A message is larger than the broker or the settings allow."""


class Message(Struct, frozen=True, gc=False):
    """One record to publish. ``timestamp_ms`` None lets the producer stamp it; a None ``value`` is a tombstone.

    A struct, because there are several for each output: a frozen dataclass takes eight times as long to make.
    """

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int | None = None

    @property
    def size_bytes(self) -> int:
        """At most the bytes that it takes on its way to Kafka: what limits are compared with."""
        body = len(self.key or b"") + len(self.value or b"")
        headers = sum([len(name.encode()) + len(value) + HEADER_OVERHEAD_BYTES for name, value in self.headers])
        return RECORD_OVERHEAD_BYTES + body + headers


class Publisher(Protocol):
    """Publishes messages in order. One of a process serves all its owners at once."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all and return when all are acknowledged; bounded in time.

        Within a topic's partition the order is kept, and what comes later is not sent before what comes earlier is
        acknowledged: a failure never leaves a hole.

        Raises:
            PublishUnavailable: If any of them was not acknowledged in time.
            MessageTooLarge: If one is larger than may be published; checked before anything is sent, unless it is the
                broker that says so.
            MessageRefused: If the broker will never take one of them.
        """
        ...

    async def close(self) -> None:
        """Release the connection, within the bound of a publication."""
        ...
