"""The fake publisher fails when it is told to; all else is held by the conformance suite."""

import pytest

from streams.publisher.door import Message, PublishUnavailable
from streams.publisher.fake import FakePublisher

CHANGES = [Message("stage-changes", partition, b"lead-ada", b"%d" % partition) for partition in (0, 1, 0)]


async def test_it_fails_as_often_as_it_is_told() -> None:
    """Before anything got through, or after some of it: the caller cannot know."""
    publisher = FakePublisher()
    publisher.failures = 2
    publisher.lets_through = 1

    for _ in range(2):
        with pytest.raises(PublishUnavailable):
            await publisher.publish(CHANGES)
    await publisher.publish(CHANGES)

    assert publisher.published == [CHANGES[0], CHANGES[0], *CHANGES]


async def test_what_was_published_is_read_by_topic_and_partition() -> None:
    """In the order of publication."""
    publisher = FakePublisher()
    await publisher.publish([*CHANGES, Message("lead-scores", 0, b"lead-ada", None)])

    assert publisher.of("stage-changes") == tuple(CHANGES)
    assert publisher.of("stage-changes", 0) == (CHANGES[0], CHANGES[2])
    assert publisher.of("dead-letters") == ()
