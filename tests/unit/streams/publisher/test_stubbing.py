"""What Kafka refuses of one topic goes in short; nothing waits behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from streams.publisher.door import Message, MessageRefused, MessageTooLarge, PublishUnavailable
from streams.publisher.stubbing import StubbingPublisher

LETTERS, CHANGES = "dead-letters", "stage-changes"


def message(topic: str, text: str) -> Message:
    """Return a message; only its value matters."""
    return Message(topic, 0, b"lead-ada", text.encode())


@dataclass
class Topics:
    """A Kafka whose topics take values up to a length; ``is_away`` answers nothing."""

    bytes_max: dict[str, int]
    kept: list[Message] = field(default_factory=list)
    shortened_count: int = 0
    is_away: bool = False
    is_closed: bool = False

    async def publish(self, messages: Sequence[Message]) -> None:
        """Take all up to the first that is too large."""
        if self.is_away:
            raise PublishUnavailable("away")
        for one in messages:
            if len(one.value or b"") > self.bytes_max.get(one.topic, 100):
                raise MessageTooLarge(one.topic)
            self.kept.append(one)

    async def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def publisher(self) -> StubbingPublisher:
        """Return a publisher to it that shortens to the first letter."""

        def shortened(whole: Message) -> Message | None:
            value = whole.value or b""
            return replace(whole, value=value[:1]) if len(value) > 1 else None

        def note() -> None:
            self.shortened_count += 1

        return StubbingPublisher(self, LETTERS, shortened, note)

    def texts(self, topic: str) -> list[str]:
        """Return what readers see who drop repeats."""
        return list(dict.fromkeys((one.value or b"").decode() for one in self.kept if one.topic == topic))


async def test_what_is_taken_goes_as_it_is() -> None:
    """Nothing is shortened without need."""
    topics = Topics({})
    messages = [message(LETTERS, "whole"), message(CHANGES, "moved")]

    await topics.publisher().publish(messages)

    assert (topics.kept, topics.shortened_count) == (messages, 0)


async def test_only_what_is_refused_goes_in_short() -> None:
    """The letters before and behind it are whole and in order, and all else is published."""
    topics = Topics({LETTERS: 4})
    messages = [message(LETTERS, "ab"), message(CHANGES, "moved"), message(LETTERS, "xyzzy"), message(LETTERS, "cd")]

    await topics.publisher().publish(messages)

    assert topics.texts(LETTERS) == ["ab", "x", "cd"]
    assert topics.texts(CHANGES) == ["moved"]
    assert topics.shortened_count == 1


@pytest.mark.parametrize("limits", [{CHANGES: 2}, {LETTERS: 0}], ids=["of another topic", "no shorter"])
async def test_what_cannot_be_shortened_is_told(limits: dict[str, int]) -> None:
    """It is the caller's to end loudly."""
    topics = Topics(limits)

    with pytest.raises(MessageRefused):
        await topics.publisher().publish([message(LETTERS, "ab"), message(CHANGES, "moved")])


async def test_a_kafka_that_is_away_is_no_reason_to_shorten() -> None:
    """The caller asks again, with the letters whole."""
    topics = Topics({}, is_away=True)

    with pytest.raises(PublishUnavailable):
        await topics.publisher().publish([message(LETTERS, "whole")])

    assert topics.shortened_count == 0


async def test_closing_closes() -> None:
    """The connection is the other's."""
    topics = Topics({})

    await topics.publisher().close()

    assert topics.is_closed
