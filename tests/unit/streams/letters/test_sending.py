"""Letters sent again: in chunks, no faster than asked, and noted only once they were sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from schemas.audit_record import AuditAction, AuditRecord
from streams.letters.notes import Notes, Status
from streams.letters.replaying import Installation
from streams.letters.sending import CHUNK_BYTES, CHUNK_LETTERS, REFUSED_BY_KAFKA, Pace, Sender, Trail
from streams.publisher.door import Message, MessageTooLarge, PublishUnavailable
from streams.publisher.fake import FakePublisher
from tests.builders.letters import letter

AT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that sleeping moves."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


class Refusing(FakePublisher):
    """Refuses a message of certain bytes, and all that comes with it."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all or nothing."""
        if any(message.value == b"huge" for message in messages):
            raise MessageTooLarge("huge")
        await super().publish(messages)


def sender(publisher: FakePublisher, rate: float | None = None, clock: Clock | None = None) -> Sender:
    """Return a sender of replays by Ada."""
    ticking = clock or Clock()
    trail = Trail(publisher, "crm.", AuditAction.DEAD_LETTERS_REPLAYED, "ada@crm", lambda: AT)
    pace = Pace(rate, ticking, ticking.sleep)
    return Sender(publisher, Installation(frozenset({"page-views"}), 8), Notes(), trail, pace)


def audit(publisher: FakePublisher) -> list[AuditRecord]:
    """Return what the audit log was told."""
    return [AuditRecord.model_validate_json(one.value or b"") for one in publisher.of("crm.audit-log", 0)]


async def test_letters_are_noted_after_they_were_sent() -> None:
    """By ranges, so that a later look leaves them out."""
    kafka = FakePublisher()
    sending = sender(kafka)
    await sending.trail.begin(asked="reason=too_late", count=3)
    for offset in (17, 18, 25):
        await sending.take(letter(offset=offset))
    await sending.flush()

    assert sending.sent_count == len(kafka.of("page-views")) == 3
    assert [one.topic for one in kafka.published] == ["crm.audit-log", *["page-views"] * 3, "crm.audit-log"]
    begun, done = audit(kafka)
    assert (begun.actor, begun.action, begun.detail["asked"]) == ("ada@crm", "dead_letters_replayed", "reason=too_late")
    assert (done.detail["letters"], done.detail["partition"], done.detail["count"]) == ("17-18,25", 3, 3)
    assert begun.detail["run"] == done.detail["run"]
    assert "lead-ada" not in str(audit(kafka))


class WithoutViews(FakePublisher):
    """Takes everything but page views."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all or nothing."""
        if any(message.topic == "page-views" for message in messages):
            raise PublishUnavailable("page-views has no leader")
        await super().publish(messages)


async def test_what_kafka_did_not_take_is_not_noted() -> None:
    """It stays open, and is sent by the next try; also if the audit log could be written."""
    kafka = WithoutViews()
    sending = sender(kafka)
    await sending.take(letter())

    with pytest.raises(PublishUnavailable):
        await sending.flush()

    assert (sending.sent_count, audit(kafka)) == (0, [])


async def test_many_go_in_chunks() -> None:
    """Each chunk is noted before the next is sent: a break costs one at most."""
    kafka = FakePublisher()
    sending = sender(kafka)
    for offset in range(CHUNK_LETTERS + 1):
        await sending.take(letter(offset=offset))

    assert sending.sent_count == CHUNK_LETTERS
    await sending.flush()
    assert Notes(audit(kafka)).status((3, CHUNK_LETTERS)) is Status.REPLAYED


async def test_large_ones_go_in_smaller_chunks() -> None:
    """Memory is bounded by bytes too."""
    sending = sender(FakePublisher(2 * CHUNK_BYTES))

    await sending.take(letter(value=b"x" * CHUNK_BYTES))

    assert sending.sent_count == 1


async def test_one_that_kafka_refuses_holds_up_nobody() -> None:
    """It is told and stays open; all others go."""
    kafka = Refusing()
    sending = sender(kafka)
    for offset, value in ((17, b"{}"), (18, b"huge"), (19, b"{}")):
        await sending.take(letter(offset=offset, value=value))
    await sending.flush()

    assert (sending.sent_count, sending.refused) == (2, {REFUSED_BY_KAFKA: 1})
    notes = Notes(audit(kafka))
    assert [notes.status((3, offset)) for offset in (17, 18, 19)] == [Status.REPLAYED, Status.OPEN, Status.REPLAYED]


@pytest.mark.parametrize(("rate", "chunk"), [(0.5, 1), (1, 1), (10, 10), (1e5, CHUNK_LETTERS)])
async def test_no_more_go_than_asked(rate: float, chunk: int) -> None:
    """On the whole, and in chunks of about a second."""
    clock = Clock()
    sending = sender(FakePublisher(), rate, clock)
    assert sending.pace.chunk_letters == chunk

    for offset in range(3 * chunk):
        await sending.take(letter(offset=offset))
    await sending.flush()

    assert sending.sent_count == 3 * chunk
    assert clock.now - 100.0 >= 2 * chunk / rate - 1e-9
