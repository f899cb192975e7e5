"""A publisher that never lets a message hold up its partition for ever: what Kafka refuses is published in short.

A dead letter that Kafka will not take as it is (its topic's limit was lowered meanwhile) would otherwise be refused
again and again, and nothing behind it would come through. Anything else that is refused is the caller's to hear of.
"""

from collections.abc import Callable, Sequence

from streams.publisher.door import Message, MessageRefused, Publisher


class StubbingPublisher:
    """Publishes like the publisher that it stands before, and messages of one topic in short if they are refused."""

    def __init__(
        self,
        publisher: Publisher,
        topic: str,
        shortened: Callable[[Message], Message | None],
        on_shortened: Callable[[], None],
    ) -> None:
        """Stand before a publisher.

        Args:
            publisher: Who publishes.
            topic: The topic whose messages may be shortened, prefix included.
            shortened: Returns a message in short, or None if it cannot be any shorter.
            on_shortened: Told of each message that went in short.
        """
        self._publisher = publisher
        self._topic = topic
        self._shortened = shortened
        self._on_shortened = on_shortened

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all in order; see `streams.publisher.door.Publisher.publish`.

        What got through before a refusal may come once more, as after any failure.
        """
        try:
            await self._publisher.publish(messages)
        except MessageRefused:
            if not any(self._may_be_shortened(message) for message in messages):
                raise
            await self._publisher.publish([message for message in messages if message.topic != self._topic])
            for message in messages:
                if message.topic == self._topic:
                    await self._publish_one(message)

    async def close(self) -> None:
        """Release the connection; see `streams.publisher.door.Publisher.close`."""
        await self._publisher.close()

    async def _publish_one(self, message: Message) -> None:
        """Publish one message alone, so that it is known which one is refused."""
        try:
            await self._publisher.publish([message])
        except MessageRefused:
            shorter = self._shortened(message) if self._may_be_shortened(message) else None
            if shorter is None:
                raise
            await self._publisher.publish([shorter])
            self._on_shortened()

    def _may_be_shortened(self, message: Message) -> bool:
        return message.topic == self._topic and self._shortened(message) is not None
