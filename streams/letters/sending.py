"""Sends dead letters again, a few at a time, no faster than asked, and leaves a record of what was done.

First the audit record that it begins, then the records, then the note which they were: so nothing is done without a
record, and nothing is noted as replayed that Kafka does not have. A break between the two shows letters as open that
were sent; sent again they are repeats, which count once.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.audit_record import AuditAction
from streams.audit import audit_message, audit_record
from streams.letters.letter import Letter
from streams.letters.notes import BEGUN, DONE, LETTERS, PARTITION, STEP, SUBJECT, Notes, Place, range_texts
from streams.letters.replaying import Installation, replay_message
from streams.publisher.door import Message, MessageRefused, Publisher

CHUNK_LETTERS = 200
"""Letters that are sent, and noted, together."""
CHUNK_BYTES = 4 * 1024 * 1024
"""Bytes of them at most, but one letter at least."""
REFUSED_BY_KAFKA = "Kafka refuses it: too large for its topic, or for LEADSTREAM_OUTPUT_BYTES_MAX"


class Trail:
    """The records of one action by one person. ``run`` ties them together."""

    def __init__(
        self, publisher: Publisher, topic_prefix: str, action: AuditAction, actor: str, now: Callable[[], datetime]
    ) -> None:
        """Say who does what, and by which clock it is dated."""
        self._publisher = publisher
        self._topic_prefix = topic_prefix
        self._action = action
        self._actor = actor
        self._now = now
        self.run = secrets.token_hex(8)

    async def begin(self, *, asked: str, count: int, why: str = "") -> None:
        """Tell what is about to be done, before it is.

        Raises:
            PublishUnavailable: If Kafka does not take it; then nothing is to be done.
        """
        await self._publisher.publish([self._message({STEP: BEGUN, "asked": asked, "count": count, "why": why})])

    async def done(self, places: Collection[Place]) -> None:
        """Note the letters that were dealt with, after they were.

        Raises:
            PublishUnavailable: If Kafka does not take it.
        """
        offsets: defaultdict[int, list[int]] = defaultdict(list)
        for partition, offset in places:
            offsets[partition].append(offset)
        notes = [
            self._message({STEP: DONE, PARTITION: partition, LETTERS: text, "count": count})
            for partition, found in sorted(offsets.items())
            for text, count in range_texts(found)
        ]
        await self._publisher.publish(notes)

    def _message(self, detail: Mapping[str, str | int]) -> Message:
        told = {name: value for name, value in detail.items() if value != ""}
        record = audit_record(self._action, SUBJECT, self._actor, self._now(), run=self.run, **told)
        return audit_message(record, self._topic_prefix)


@dataclass(slots=True)
class Pace:
    """How fast letters go: at most ``letters_per_second`` on the whole; None as fast as Kafka takes them."""

    letters_per_second: float | None
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _begun_at: float | None = None
    _count: int = 0

    @property
    def chunk_letters(self) -> int:
        """How many letters go together: about what a second takes, so that the rate shows."""
        rate = self.letters_per_second
        return CHUNK_LETTERS if rate is None else max(1, min(CHUNK_LETTERS, int(rate)))

    async def keep(self, count: int) -> None:
        """Wait until so many more letters may go."""
        if self.letters_per_second is None:
            return
        if self._begun_at is None:
            self._begun_at = self.monotonic()
        wait_seconds = self._begun_at + self._count / self.letters_per_second - self.monotonic()
        self._count += count
        if wait_seconds > 0:
            await self.sleep(wait_seconds)


@dataclass(slots=True)
class Sender:
    """Sends letters again. ``sent_count`` and ``refused`` tell how it went."""

    publisher: Publisher
    installation: Installation
    notes: Notes
    trail: Trail
    pace: Pace
    sent_count: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    _chunk: list[Letter] = field(default_factory=list)
    _chunk_bytes: int = 0

    async def take(self, letter: Letter) -> None:
        """Take one letter, and send those taken once they are enough.

        Raises:
            PublishUnavailable: If Kafka does not acknowledge; what was noted before was sent.
        """
        self._chunk.append(letter)
        self._chunk_bytes += letter.size_bytes
        if len(self._chunk) >= self.pace.chunk_letters or self._chunk_bytes >= CHUNK_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Send what was taken; see `take`."""
        chunk, self._chunk, self._chunk_bytes = self._chunk, [], 0
        if not chunk:
            return
        await self.pace.keep(len(chunk))
        sent = await self._sent(chunk)
        await self.trail.done([(letter.partition, letter.offset) for letter in sent])
        self.sent_count += len(sent)

    async def _sent(self, chunk: Sequence[Letter]) -> Sequence[Letter]:
        """Send a chunk; if Kafka refuses one of it, each alone, so that it is known which."""
        messages = [replay_message(letter, self.notes, self.installation) for letter in chunk]
        try:
            await self.publisher.publish(messages)
        except MessageRefused:
            if len(chunk) > 1:
                return [letter for one in chunk for letter in await self._sent([one])]
            self.refused[REFUSED_BY_KAFKA] += 1
            return []
        return chunk
