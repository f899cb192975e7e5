"""A publisher in memory, for tests and for scoring without servers.

It keeps what was published, in order, and can be told to fail before or in the middle of a publication. It holds the
same conformance suite as the real part.
"""

from collections.abc import Sequence

from streams.publisher.door import Message, MessageTooLarge, PublishUnavailable


class FakePublisher:
    """Records messages.

    ``published``: all that got through, in order. ``failures``: how many of the next publications fail.
    ``lets_through``: how many messages of a failing publication get through before it fails.

    Args:
        message_bytes_max: A larger message is refused.
    """

    def __init__(self, message_bytes_max: int = 2 * 1024 * 1024) -> None:
        self.published: list[Message] = []
        self.failures = 0
        self.lets_through = 0
        self.is_closed = False
        self._message_bytes_max = message_bytes_max

    async def publish(self, messages: Sequence[Message]) -> None:
        """See `streams.publisher.door.Publisher.publish`."""
        for message in messages:
            if message.size_bytes > self._message_bytes_max:
                size = f"a message of {message.size_bytes} bytes for {message.topic}"
                raise MessageTooLarge(f"{size} is larger than {self._message_bytes_max}")
        if self.failures > 0 and messages:
            self.failures -= 1
            self.published += messages[: self.lets_through]
            raise PublishUnavailable("the fake publisher was told to fail")
        self.published += messages

    async def close(self) -> None:
        """See `streams.publisher.door.Publisher.close`."""
        self.is_closed = True

    def of(self, topic: str, partition: int | None = None) -> tuple[Message, ...]:
        """Return what was published to a topic (or one partition of it), in order."""
        return tuple(
            message for message in self.published if message.topic == topic and partition in (None, message.partition)
        )
