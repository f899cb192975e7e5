"""From a dead letter to the record that is sent again."""

from datetime import UTC, datetime

import pytest

from schemas.audit_record import AuditAction
from schemas.replay import ReplayHeaders
from streams.audit import audit_record
from streams.kafka.partitioner import partition_of
from streams.letters.letter import Letter
from streams.letters.notes import Notes
from streams.letters.replaying import Installation, Refusal, refusal_of, replay_message
from tests.builders.letters import SAID, letter
from tests.builders.records import NOW

HERE = Installation(frozenset({"page-views", "form-fills"}), 8)
ADA = partition_of(b"lead-ada", 8)


def replayed(*letters: str) -> Notes:
    """Return notes of replays of letters of partition 3."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    action = AuditAction.DEAD_LETTERS_REPLAYED
    return Notes(audit_record(action, "dead-letters", "ada", at, letters=text, partition=3) for text in letters)


def test_the_record_goes_as_it_came() -> None:
    """Its bytes, key and headers are untouched; what it is a replay of stands behind them."""
    message = replay_message(letter(source_partition=ADA), Notes(), HERE)

    assert (message.topic, message.partition, message.timestamp_ms) == ("page-views", ADA, None)
    assert (message.key, message.value) == (b"lead-ada", b'{"lead_id": "lead-ada"}')
    assert message.headers[0] == ("trace", b"\x00\xff")
    assert ReplayHeaders.from_headers(message.headers) == ReplayHeaders(
        appended_at_ms=NOW, count=1, first_failed_at=SAID.first_failed_at, letter_partition=3, letter_offset=17
    )


def test_a_later_replay_says_which_it_is() -> None:
    """Those before this refusal and those of this letter count together."""
    message = replay_message(letter(replay_count=1), replayed("17"), HERE)

    assert ReplayHeaders.from_headers(message.headers).count == 3


def test_a_key_decides_the_partition_and_without_one_it_stays() -> None:
    """Also if the installation has another number of partitions by now."""
    assert replay_message(letter(source_partition=(ADA + 1) % 8), Notes(), HERE).partition == ADA
    assert replay_message(letter(key=None, source_partition=6), Notes(), HERE).partition == 6
    assert replay_message(letter(key=None, source_partition=14), Notes(), HERE).partition == 6


FOREIGN = Letter(3, 17, NOW, None, None, None)


@pytest.mark.parametrize(
    ("one", "notes", "refusal"),
    [
        (letter(), Notes(), None),
        (letter(replay_count=2), Notes(), None),
        (FOREIGN, Notes(), Refusal.FOREIGN),
        (letter(value_bytes=-1, value=None), Notes(), Refusal.STUB),
        (letter(source_topic="ticks"), Notes(), Refusal.UNKNOWN_TOPIC),
        (letter(source_topic="elsewhere.page-views"), Notes(), Refusal.UNKNOWN_TOPIC),
        (letter(), replayed("17"), Refusal.DEALT_WITH),
        (letter(replay_count=3), Notes(), Refusal.TRIED_OFTEN),
    ],
)
def test_some_letters_are_not_replayed(one: Letter, notes: Notes, refusal: Refusal | None) -> None:
    """Each for its reason, told in words."""
    assert refusal_of(one, notes, HERE, takes_all=False) is refusal


def test_what_was_dealt_with_can_be_asked_for_but_not_for_ever() -> None:
    """Three tries are the end, whoever asks."""
    assert refusal_of(letter(), replayed("17", "17"), HERE, takes_all=True) is None
    assert refusal_of(letter(), replayed("17", "17", "15-20"), HERE, takes_all=True) is Refusal.TRIED_OFTEN
    assert refusal_of(letter(replay_count=2), replayed("17"), HERE, takes_all=True) is Refusal.TRIED_OFTEN


def test_what_nobody_knows_the_source_of_cannot_be_sent() -> None:
    """`refusal_of` says so before."""
    with pytest.raises(ValueError, match="3/17: not written by leadstream"):
        replay_message(FOREIGN, Notes(), HERE)
