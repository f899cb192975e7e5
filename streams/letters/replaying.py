"""From a dead letter to the record that is sent again, and which letters are not sent.

The record goes to the topic that it came on with its own bytes, key and headers; beside them stand its first append
time, which replay this is, and which dead letter it was. Pure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from schemas.dead_letter import DeadLetterHeaders
from schemas.replay import ReplayHeaders
from streams.kafka.partitioner import partition_of
from streams.letters.letter import Letter
from streams.letters.notes import Notes, Status
from streams.publisher.door import Message

REPLAYS_MAX = 3
"""A record that was replayed so often and is here again is not helped by another try."""


class Refusal(StrEnum):
    """Why a dead letter is not replayed."""

    FOREIGN = "not written by leadstream"
    STUB = "a stub: the record's bytes are not here"
    UNKNOWN_TOPIC = "its source is no input topic of this installation"
    DEALT_WITH = "replayed or dropped before; --all takes these too"
    TRIED_OFTEN = f"replayed {REPLAYS_MAX} times before: mend the cause, or drop it"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where replays go: the input topics that take records (prefix included), and how many partitions they have."""

    topics: Collection[str]
    partitions: int


def refusal_of(letter: Letter, notes: Notes, installation: Installation, *, takes_all: bool) -> Refusal | None:
    """Return why a letter is not to be replayed; None if it is.

    Args:
        letter: The letter.
        notes: What people did before.
        installation: Where it would go.
        takes_all: Also letters that were dealt with.
    """
    said, place = letter.said, (letter.partition, letter.offset)
    if said is None:
        return Refusal.FOREIGN
    if said.is_stub:
        return Refusal.STUB
    if said.source_topic not in installation.topics:
        return Refusal.UNKNOWN_TOPIC
    if not takes_all and notes.status(place) is not Status.OPEN:
        return Refusal.DEALT_WITH
    if said.replay_count + notes.replay_count(place) >= REPLAYS_MAX:
        return Refusal.TRIED_OFTEN
    return None


def replay_message(letter: Letter, notes: Notes, installation: Installation) -> Message:
    """Return the record that is sent again.

    Raises:
        ValueError: If leadstream did not write the letter; `refusal_of` says so before.
    """
    said = letter.said
    if said is None:
        raise ValueError(f"{letter.id}: {Refusal.FOREIGN}")
    replay = ReplayHeaders(
        appended_at_ms=said.source_timestamp_ms,
        count=said.replay_count + notes.replay_count((letter.partition, letter.offset)) + 1,
        first_failed_at=said.first_failed_at,
        letter_partition=letter.partition,
        letter_offset=letter.offset,
    )
    partition = _partition(said, letter.key, installation.partitions)
    return Message(said.source_topic, partition, letter.key, letter.value, letter.headers + replay.to_headers())


def _partition(said: DeadLetterHeaders, key: bytes | None, partitions: int) -> int:
    """Return where a record goes: to its key's partition; without a key to where it came, if that still is there."""
    return said.source_partition % partitions if key is None else partition_of(key, partitions)
