"""Where dead letters are read from: the topic, with what people did to them, or a file."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

from pydantic import ValidationError

from schemas.audit_record import AuditRecord
from schemas.topics import TOPICS
from streams.audit import AUDIT_LOG
from streams.configuration.settings import Settings
from streams.kafka.reader import read_to_end
from streams.letters.letter import Letter, LineRefused
from streams.letters.notes import Notes
from streams.letters.replaying import Installation

DEAD_LETTERS = "dead-letters"


class FileRefused(Exception):
    """A file of dead letters cannot be read, or a line of it is none."""


def installation_of(settings: Settings) -> Installation:
    """Return where replays go under these settings."""
    topics = (topic.name for topic in TOPICS.values() if topic.direction == "in")
    return Installation(frozenset(settings.topic_prefix + name for name in topics), settings.partitions)


async def read_notes(settings: Settings) -> Notes:
    """Read what people did to dead letters; what is no audit record is counted.

    Raises:
        ReadUnavailable: If Kafka does not answer, or has no audit log.
    """
    found, unreadable = [], 0
    async with aclosing(read_to_end(settings, AUDIT_LOG)) as records:
        async for record in records:
            try:
                found.append(AuditRecord.model_validate_json(record.value or b""))
            except ValidationError:
                unreadable += 1
    return Notes(found, unreadable=unreadable)


async def read_letters(settings: Settings) -> AsyncGenerator[Letter]:
    """Yield every dead letter up to where the topic ends now, in order within a partition.

    Raises:
        ReadUnavailable: If Kafka does not answer, or has no such topic.
    """
    async with aclosing(read_to_end(settings, DEAD_LETTERS)) as records:
        async for record in records:
            yield Letter.of_record(record)


def letters_of_file(file: Path) -> Iterator[Letter]:
    """Yield the dead letters of a file that `dead-letters export` wrote; empty lines are left aside.

    Raises:
        FileRefused: If it cannot be read or a line is no dead letter; names the line.
    """
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _of_line(file, number, line)
    except OSError as error:
        raise FileRefused(f"{file}: {error.strerror or error}; name a file that can be read") from error


def _of_line(file: Path, number: int, line: bytes) -> Letter:
    try:
        return Letter.of_line(line)
    except LineRefused as error:
        raise FileRefused(
            f"{file}, line {number}: {error}; give a file that `leadstream dead-letters export` wrote"
        ) from None
