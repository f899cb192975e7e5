"""What an owner holds of its partition between commits: who it is to the table, where it stands, what is unpublished.

The tokens prove two things to the table at each commit: that this owner still is the owner, and that the table is where
this owner left it. Knows the doors' words only; it does no I/O.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from msgspec.structs import replace

from streams.lead.codec import decoded_message, encoded_message
from streams.partition.changes import Changes
from streams.partition.outputs import Outputs
from streams.partition.pulse import pulse
from streams.partition.records import InputRecord
from streams.partition.seal import require_sealed, seal_of
from streams.publisher.door import Message
from streams.table.course import Course
from streams.table.door import Claim, Commit, CommitAnswer, CommitReply
from streams.tail.positions import Positions, highest


class Fenced(Exception):
    """Another worker owns the partition now."""


class Moved(Exception):
    """The table is not where this owner left it: it was rolled back, restored or wiped."""


@dataclass(slots=True)
class Tenure:
    """One owner's time with one partition."""

    partition: int
    epoch: int
    owner_token: str
    commit_token: str
    clock: int
    watermarks: dict[str, int]
    scorecard: str
    next_due_at: int | None
    next_sequence: int
    forwarded: dict[str, int]
    unpublished: list[tuple[int, Message]]
    tails: Mapping[str, Positions] = field(default_factory=dict)
    pending: bool = False
    course: Course | None = None
    seals: dict[str, str] = field(default_factory=dict)
    published_through: int = field(default=-1)
    trimmed_through: int = field(default=-1)

    @classmethod
    def of_claim(cls, claim: Claim, tails: Mapping[str, Positions] = MappingProxyType({})) -> "Tenure":
        """Begin with the partition as the table has it.

        Args:
            claim: The partition.
            tails: By output topic, how far it was published: sequences and positions never go back behind that.
        """
        return cls(
            partition=claim.partition,
            epoch=claim.epoch,
            owner_token=claim.owner_token,
            commit_token=claim.commit_token,
            clock=claim.clock,
            watermarks=dict(claim.watermarks),
            scorecard=claim.scorecard,
            next_due_at=claim.next_due_at,
            next_sequence=max(claim.next_sequence, *(tail.sequence + 1 for tail in tails.values()), 0),
            forwarded=dict(claim.forwarded),
            unpublished=[(sequence, decoded_message(entry)) for sequence, entry in claim.outbox],
            tails=tails,
            pending=claim.pending,
            seals=dict(claim.seals),
        )

    @property
    def positions(self) -> Positions:
        """Where the partition stands; all that was caused below was published once nothing is unpublished."""
        return Positions(self.epoch, self.next_sequence - 1, self.clock, dict(self.watermarks))

    def positions_of(self, output_topic: str) -> Positions:
        """Return where the partition stands, or stood when more of an output topic was published."""
        tail = self.tails.get(output_topic)
        return self.positions if tail is None else replace(highest(self.positions, tail), epoch=self.epoch)

    def positioned(self, changes: Changes, outputs: Outputs, new_token: str) -> list[tuple[int, Message]]:
        """Number a fold's messages and give each the positions before its commit."""
        before = {topic: self.positions_of(topic) for topic in {message.topic for message in changes.messages}}
        numbered = []
        for sequence, message in enumerate(changes.messages, self.next_sequence):
            known = before[message.topic]
            # Without `replace`, which takes three times as long, and every output comes by here.
            here = Positions(known.epoch, sequence, known.clock, known.watermarks)
            numbered.append((sequence, outputs.positioned(message, here, new_token)))
        return numbered

    def is_due(self, instant: int) -> bool:
        """Tell whether a wake-up is due at or before an instant; nobody but the owner plans any."""
        return self.next_due_at is not None and self.next_due_at <= instant

    def is_fresh(self, record: InputRecord) -> bool:
        """Tell whether a record's effects are not in the table yet.

        Raises:
            InputReset: If it stands where the table read another one.
        """
        watermark = self.watermarks.get(record.topic, -1)
        if record.offset == watermark:
            require_sealed(record, self.seals.get(record.topic))
        return record.offset > watermark

    def commit_of(
        self,
        changes: Changes,
        rows: Mapping[str, bytes],
        outputs: Outputs,
        *,
        clock: int,
        handled: Sequence[InputRecord],
        scorecard: str,
    ) -> tuple[Commit, list[tuple[int, Message]]]:
        """Build the commit of what a fold changed.

        Args:
            changes: What changed.
            rows: The leads that did, as the table keeps them.
            outputs: Adds the positions to messages.
            clock: The partition's clock after it, in milliseconds.
            handled: The records whose effects these are, in the order of each topic's offsets.
            scorecard: Fingerprint of the scorecard that judged the whole table.

        Returns:
            The commit, and its messages as they are to be published once it is applied.
        """
        new_token = secrets.token_hex(8)
        last = {record.topic: record for record in handled}
        numbered = self.positioned(changes, outputs, new_token)
        commit = Commit(
            partition=self.partition,
            epoch=self.epoch,
            owner_token=self.owner_token,
            expected_token=self.commit_token,
            new_token=new_token,
            clock=clock,
            watermarks={topic: record.offset for topic, record in last.items()},
            forwarded=changes.forwarded,
            leads=rows,
            due=changes.due,
            outbox=tuple((sequence, encoded_message(message)) for sequence, message in numbered),
            next_sequence=self.next_sequence + len(numbered),
            trimmed_through=self.published_through,
            scorecard=scorecard,
            pending=self.pending,
            course=self.course,
            seals={topic: seal_of(record) for topic, record in last.items()},
        )
        return commit, numbered

    def settle(self, commit: Commit, numbered: list[tuple[int, Message]], reply: CommitReply) -> None:
        """Take over what the table answered.

        Raises:
            Fenced: If another worker owns the partition.
            Moved: If the table is not at the last commit.
        """
        self.check(reply.answer)
        self.commit_token = commit.new_token
        self.clock = commit.clock
        self.watermarks.update(commit.watermarks)
        self.seals.update(commit.seals)
        self.forwarded.update(commit.forwarded)
        self.scorecard = commit.scorecard
        self.next_sequence = commit.next_sequence
        self.next_due_at = reply.next_due_at
        self.trimmed_through = commit.trimmed_through
        self.unpublished += numbered
        pulse().step()

    def check(self, answer: CommitAnswer) -> None:
        """Raise what an answer means for this owner, if it cannot go on."""
        if answer is CommitAnswer.FENCED:
            raise Fenced(f"partition {self.partition}: another worker owns it; this one (epoch {self.epoch}) stops")
        if answer is CommitAnswer.MOVED:
            raise Moved(f"partition {self.partition}: the table is not at this owner's last commit")

    def note_published(self) -> None:
        """Note that Kafka acknowledged all that was unpublished."""
        if self.unpublished:
            pulse().step()
        self.keep_unpublished([])

    def keep_unpublished(self, entries: list[tuple[int, Message]]) -> None:
        """Go on with some of what is unpublished: Kafka has the others."""
        if self.unpublished and not entries:
            self.published_through = self.next_sequence - 1
        self.unpublished = entries
