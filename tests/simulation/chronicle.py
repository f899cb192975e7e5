"""What really happened at the servers: which commit followed which, what each took in, and what must never happen.

The commits that stand in the tables at the end form a chain back to nothing; commits that a rollback took away are off
it. So the order in which the records took effect can be told, whatever was tried beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from schemas.dead_letter import POSITIONS_HEADER
from streams.lead.codec import decoded_message
from streams.publisher.door import Message
from streams.table.door import Claim, Commit, CommitAnswer, CommitReply
from streams.tail.positions import ByRecord, Occasion, Positions, published_of
from streams.transport.door import TopicPartition
from tests.builders.folding import TAIL_TOPICS
from tests.builders.records import TICKS
from tests.simulation.kafka import Place, SimulatedKafka, place_of

Content = tuple[object, ...]
_NEVER_COMMITTED = frozenset({TICKS, TAIL_TOPICS.positions})


def content_of(message: Message) -> Content:
    """Return a message without the positions of its commit, which depend on the batches."""
    headers = tuple([header for header in message.headers if header[0] != POSITIONS_HEADER])
    return (message.topic, message.partition, message.key, message.value, headers)


@lru_cache(1_024)
def content_of_entry(entry: bytes) -> Content:
    """Return what an outbox entry tells, likewise."""
    return content_of(decoded_message(entry))


class Handling(NamedTuple):
    """How a worker came to handle a record: its place in the worker's order, and when that was (virtual seconds)."""

    rank: int
    at: float


@dataclass(frozen=True, slots=True)
class Step:
    """One commit that was applied, and the records that it took in, in the order in which they were handled."""

    token: str
    parent: str
    partition: int
    worker: str
    clock: int
    watermarks: Mapping[str, int]
    places: tuple[Place, ...]
    handled_at: Mapping[Place, float]
    outputs: tuple[Content, ...]


@dataclass
class Chronicle:
    """All commits that were applied, by token; ``violations`` holds what must never happen and did."""

    kafka: SimulatedKafka
    steps: dict[str, Step] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    committed: set[Content] = field(default_factory=set)
    published: set[Content] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    tails_read: dict[tuple[str, int], Mapping[str, Positions]] = field(default_factory=dict)
    tails_of: dict[tuple[int, int], Mapping[str, Positions]] = field(default_factory=dict)
    stale_commits_refused: int = 0
    repeats: int = 0

    def note_tails(self, worker: str, tails: Mapping[int, Mapping[str, Positions]]) -> None:
        """Note how far a worker was told that outputs were published."""
        self.tails_read.update({(worker, partition): by_topic for partition, by_topic in tails.items()})

    def note_claim(self, worker: str, claim: Claim) -> None:
        """Note who owns a partition now, and what it knew of the outputs when it claimed."""
        self.owners[claim.partition] = claim.owner_token
        self.tails_of[claim.partition, claim.epoch] = self.tails_read.get((worker, claim.partition), {})

    def note_rollback(self, owners: Mapping[int, str]) -> None:
        """Note whom tables that went back know as owners: a later claim never was, until its owner claims again."""
        self.owners = dict(owners)

    def note_commit(self, worker: str, handled: Mapping[Place, Handling], commit: Commit, reply: CommitReply) -> None:
        """Note a commit and what became of it."""
        if reply.answer is CommitAnswer.FENCED:
            self.stale_commits_refused += 1
        if reply.answer is CommitAnswer.ALREADY:
            self.repeats += 1
        if reply.answer is not CommitAnswer.DONE:
            return
        if self.owners.get(commit.partition) != commit.owner_token:
            self.violations.append(f"partition {commit.partition}: a commit of a former owner ({worker}) was applied")
        before = self.steps[commit.expected_token].watermarks if commit.expected_token in self.steps else {}
        places = self._taken(commit, before, worker, handled)
        outputs = tuple(content_of_entry(entry) for _, entry in commit.outbox)
        self.committed.update(outputs)
        self.steps[commit.new_token] = Step(
            token=commit.new_token,
            parent=commit.expected_token,
            partition=commit.partition,
            worker=worker,
            clock=commit.clock,
            watermarks={**before, **commit.watermarks},
            places=places,
            handled_at={place: handled[place].at for place in places if place in handled},
            outputs=outputs,
        )

    def note_published(self, message: Message) -> None:
        """Note what reaches Kafka: nothing but ticks may, before it is committed."""
        content = content_of(message)
        self.published.add(content)
        if message.topic not in _NEVER_COMMITTED and content not in self.committed:
            self.violations.append(f"{message.topic}/{message.partition}: published before its commit: {message.key!r}")
        published = published_of(message.headers)
        if published is None or published.occasion is None:
            return
        tail = self.tails_of.get((message.partition, published.positions.epoch), {}).get(message.topic)
        if tail is not None and _has(tail, published.occasion):
            self.violations.append(f"{message.topic}/{message.partition}: {message.key!r} told again: the tail had it")

    def chain(self, token: str) -> list[Step]:
        """Return the commits that lead to a token, the first first."""
        steps: list[Step] = []
        while token in self.steps:
            steps.append(self.steps[token])
            token = steps[-1].parent
        return steps[::-1]

    def _taken(
        self, commit: Commit, before: Mapping[str, int], worker: str, handled: Mapping[Place, Handling]
    ) -> tuple[Place, ...]:
        """Return the records between two watermarks, in the order in which their worker handled them."""
        places: list[Place] = []
        for topic, through in sorted(commit.watermarks.items()):
            first = before.get(topic, -1) + 1
            if through < first - 1:
                self.violations.append(f"{topic}/{commit.partition}: the watermark went back to {through}")
            there = self.kafka.after(TopicPartition(topic, commit.partition), first)
            places += [place_of(record) for record in there if record.offset <= through]
        unread = [place for place in places if place not in handled]
        if unread:
            self.violations.append(f"{worker} moved the watermark past what it never handled: {unread[:3]}")
        return tuple(sorted(places, key=lambda place: handled[place].rank if place in handled else -1))


def _has(tail: Positions, occasion: Occasion) -> bool:
    """Tell whether what an occasion caused was published below a tail. Not asked of the line, which may be wrong."""
    if isinstance(occasion, ByRecord):
        return occasion.offset <= tail.watermarks.get(occasion.topic, -1)
    return occasion.at < tail.clock


def order_of(steps: Sequence[Step]) -> list[Place]:
    """Return the records of a chain in the order in which they took effect."""
    return [place for step in steps for place in step.places]
