"""Activities get onto the topics as a good producer puts them there."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from schemas.activities import CustomActivity, PageView
from schemas.inputs import line_adapter
from schemas.profile import LeadProfile
from streams.configuration.settings import Settings
from streams.feed import BATCH_RECORDS, feed, message_of
from streams.kafka.partitioner import partition_of
from streams.publisher.door import Message, PublishUnavailable

AT = datetime(2026, 11, 22, 10, 0, 0, 125_000, tzinfo=UTC)
SETTINGS = Settings(topic_prefix="test.", partitions=8)


class Told:
    """A publisher that remembers its batches, and fails at one of them."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.batches: list[list[Message]] = []
        self._fails_at = fails_at

    async def publish(self, messages: Sequence[Message]) -> None:
        """Remember a batch."""
        if len(self.batches) == self._fails_at:
            raise PublishUnavailable
        self.batches.append(list(messages))

    async def close(self) -> None:
        """Do nothing."""


def view(number: int, lead_id: str = "lead-ada") -> PageView:
    """Return a page view."""
    return PageView(id=f"view-{number}", lead_id=lead_id, occurred_at=AT, url="/pricing")


def test_a_record_goes_where_its_lead_belongs() -> None:
    """Key, partition, stamp and body are what the worker expects; what is not known is left out."""
    message = message_of(view(1, "lead-größe"), SETTINGS)

    assert (message.topic, message.key) == ("test.page-views", "lead-größe".encode())
    assert message.partition == partition_of("lead-größe".encode(), 8)
    assert message.timestamp_ms == 1_795_341_600_125
    assert line_adapter().validate_json(message.value or b"") == view(1, "lead-größe")
    assert b"null" not in (message.value or b"")


@pytest.mark.parametrize(
    ("item", "topic"),
    [
        (CustomActivity(id="1", lead_id="a", occurred_at=AT, type="trial_started"), "test.custom-activities"),
        (LeadProfile(id="1", lead_id="a", occurred_at=AT, attributes={"title": None}), "test.lead-profiles"),
    ],
)
def test_each_kind_has_its_topic(item: CustomActivity | LeadProfile, topic: str) -> None:
    """Activities of one's own and profiles go with their kind; a value that is taken back stays null."""
    message = message_of(item, SETTINGS)

    assert message.topic == topic
    assert line_adapter().validate_json(message.value or b"") == item


async def test_all_are_sent_in_order_in_bounded_batches() -> None:
    """Nothing is lost or swapped, no batch is larger than the bound, and what is done is told."""
    publisher = Told()
    sent: list[int] = []
    items = [view(number) for number in range(2 * BATCH_RECORDS + 1)]

    total = await feed(items, publisher, SETTINGS, sent.append)

    assert [len(batch) for batch in publisher.batches] == [BATCH_RECORDS, BATCH_RECORDS, 1]
    assert [message for batch in publisher.batches for message in batch] == [
        message_of(item, SETTINGS) for item in items
    ]
    assert sent == [BATCH_RECORDS, 2 * BATCH_RECORDS, 2 * BATCH_RECORDS + 1]
    assert total == len(items)


async def test_what_kafka_does_not_take_is_not_told_as_sent() -> None:
    """A failure comes to the caller, and the count stands at what was acknowledged."""
    publisher = Told(fails_at=1)
    sent: list[int] = []

    with pytest.raises(PublishUnavailable):
        await feed((view(n) for n in range(BATCH_RECORDS + 1)), publisher, SETTINGS, sent.append)

    assert sent == [BATCH_RECORDS]


async def test_nothing_is_nothing() -> None:
    """No activities, no batch."""
    publisher = Told()

    assert await feed([], publisher, SETTINGS, lambda _: None) == 0
    assert publisher.batches == []
