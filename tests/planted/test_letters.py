"""Bugs put into dead letters and their replays on purpose: the tests of the promises must notice each."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from schemas.replay import ReplayHeaders
from streams.letters import replaying
from streams.letters.notes import Notes, Status
from streams.letters.sending import Sender
from streams.partition import dead_letters, decode, replays
from streams.partition.records import InputRecord
from tests.unit.streams.letters import test_replaying, test_sending
from tests.unit.streams.partition import test_dead_letters, test_decode, test_replays
from tests.unit.streams.transport import test_skipped


def believing(record: InputRecord) -> ReplayHeaders | None:
    """Believe whatever a record says of itself."""
    return ReplayHeaders.from_headers(record.headers)


async def hasty(sender: Sender) -> None:
    """Note letters before they are sent."""
    chunk, sender._chunk = sender._chunk, []
    await sender.trail.done([(letter.partition, letter.offset) for letter in chunk])
    await sender._sent(chunk)


def lies_are_believed() -> None:
    """Check that a time after the record's own is nobody's word."""
    test_replays.test_garbage_counts_as_none(test_replays.GARBAGE["a time after its own"])


def the_end_comes() -> None:
    """Check that three tries are the end."""
    test_replaying.test_what_was_dealt_with_can_be_asked_for_but_not_for_ever()


Check = Callable[[], Coroutine[Any, Any, None] | None]
PLANTED: dict[str, tuple[object, str, object, Check]] = {
    "a replay is judged by its own append time": (
        decode,
        "first_appended_at",
        lambda record: record.timestamp,
        test_decode.test_a_replay_is_as_late_as_it_was_at_first,
    ),
    "lying headers are believed": (replays, "replay_of", believing, lies_are_believed),
    "a second refusal forgets the first": (
        dead_letters,
        "replay_of",
        lambda _: None,
        test_dead_letters.test_a_replay_that_is_refused_again_keeps_its_first_time,
    ),
    "letters are noted before they are sent": (
        Sender,
        "flush",
        hasty,
        test_sending.test_what_kafka_did_not_take_is_not_noted,
    ),
    "a record is replayed for ever": (replaying, "REPLAYS_MAX", 10**9, the_end_comes),
    "what was dropped is replayed": (
        Notes,
        "status",
        lambda *_: Status.OPEN,
        lambda: test_replaying.test_some_letters_are_not_replayed(
            test_replaying.letter(), test_replaying.replayed("17"), replaying.Refusal.DEALT_WITH
        ),
    ),
    "a skipped record is not delivered": (
        test_skipped,
        "with_skipped",
        lambda records, _: records,
        test_skipped.test_it_stands_in_its_place,
    ),
}


def kept(check: Check) -> bool:
    """Return whether a promise is kept."""
    try:
        running = check()
        if running is not None:
            asyncio.run(running)
    except (AssertionError, pytest.fail.Exception, ValueError):
        return False
    return True


@pytest.mark.parametrize(("owner", "name", "bug", "check"), PLANTED.values(), ids=PLANTED.keys())
def test_each_bug_is_noticed(
    owner: object, name: str, bug: object, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The promise is kept without the bug, and broken with it."""
    assert kept(check)
    monkeypatch.setattr(owner, name, bug)

    assert not kept(check)
