"""Tables in memory that answer as Redis does, for tests and for scoring without servers.

They can be told to fail, to lose an answer, to be wiped and to be rolled back. They hold the same conformance suite as
the real part.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from streams.table.course import Course
from streams.table.door import (
    Claim,
    Commit,
    CommitAnswer,
    CommitReply,
    Loaded,
    PartitionFacts,
    TableRefused,
    TableUnavailable,
    Unavailability,
    count_refusal,
)


@dataclass(slots=True)
class _Partition:
    """What Redis has of one partition."""

    epoch: int = 0
    owner_token: str = ""
    commit_token: str = ""
    clock: int = 0
    next_sequence: int = 0
    scorecard: str = ""
    pending: bool = False
    course: Course | None = None
    partition_count: int | None = None
    watermarks: dict[str, int] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    forwarded: dict[str, int] = field(default_factory=dict)
    leads: dict[str, bytes] = field(default_factory=dict)
    due: dict[str, int | None] = field(default_factory=dict)
    outbox: dict[int, bytes] = field(default_factory=dict)

    def next_due_at(self) -> int | None:
        return min([at for at in self.due.values() if at is not None], default=None)

    def refusal(self, epoch: int, owner_token: str) -> CommitAnswer | None:
        if self.epoch < epoch:
            return CommitAnswer.MOVED
        if (self.epoch, self.owner_token) != (epoch, owner_token):
            return CommitAnswer.FENCED
        return None

    def copied(self) -> "_Partition":
        # What the dictionaries hold never changes, so copies of them are enough.
        values: list[Any] = [dict(value) if type(value) is dict else value for value in _VALUES_OF(self)]
        return _Partition(*values)

    def trim(self, through: int) -> None:
        self.outbox = {sequence: entry for sequence, entry in self.outbox.items() if sequence > through}


_VALUES_OF = attrgetter(*(one.name for one in fields(_Partition)))


class FakeTable:
    """The tables of all partitions, in a dictionary.

    ``failures``: reasons with which the next calls fail before they do anything, the first first. ``lost_answers``: how
    many of the next commits are applied and then fail. ``is_full``: commits are refused, as by a full Redis.
    ``warnings``: what `check` returns. ``commits`` counts those applied.
    """

    def __init__(self) -> None:
        self.failures: deque[Unavailability] = deque()
        self.lost_answers = 0
        self.is_full = False
        self.warnings: tuple[str, ...] = ()
        self.commits = 0
        self.partition_count: int | None = None
        self._partitions: dict[int, _Partition] = {}

    def wipe(self) -> None:
        """Lose everything, as FLUSHALL or a Redis without files does."""
        self._partitions = {}

    def copied(self) -> dict[int, object]:
        """Return a copy of all there is, for `restore`."""
        return {number: partition.copied() for number, partition in self._partitions.items()}

    def restore(self, copy: dict[int, object]) -> None:
        """Go back to a copy, as a failover with loss or a restored backup does."""
        self._partitions = {
            number: partition.copied() for number, partition in copy.items() if isinstance(partition, _Partition)
        }

    async def check(self) -> tuple[str, ...]:
        """See `streams.table.door.Table.check`."""
        self._fail_if_told()
        return self.warnings

    async def claim(self, partition: int, owner_token: str, *, above_epoch: int = 0) -> Claim:
        """See `streams.table.door.Table.claim`."""
        self._fail_if_told()
        found = self._partition(partition)
        wanted, made_for = self.partition_count, found.partition_count
        if wanted is not None and made_for is not None and made_for != wanted:
            raise TableRefused((count_refusal(made_for, wanted),))
        if found.owner_token != owner_token:
            found.epoch = max(found.epoch, above_epoch) + 1
            found.owner_token = owner_token
            found.partition_count = wanted or made_for
        return Claim(
            partition=partition,
            epoch=found.epoch,
            owner_token=owner_token,
            commit_token=found.commit_token,
            clock=found.clock,
            watermarks=dict(found.watermarks),
            next_sequence=found.next_sequence,
            outbox=tuple(found.outbox.items()),
            next_due_at=found.next_due_at(),
            scorecard=found.scorecard,
            pending=found.pending,
            seals=dict(found.seals),
            forwarded=dict(found.forwarded),
        )

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """See `streams.table.door.Table.load`."""
        self._fail_if_told()
        found = self._partition(partition)
        due = [(at, lead_id.encode()) for lead_id, at in found.due.items() if at is not None and at <= due_until]
        return Loaded(
            leads={lead_id: found.leads[lead_id] for lead_id in lead_ids if lead_id in found.leads},
            due=tuple((lead_id.decode(), at) for at, lead_id in sorted(due)[:due_count_max]),
        )

    async def commit(self, commit: Commit) -> CommitReply:
        """See `streams.table.door.Table.commit`."""
        if not commit.leads.keys() <= commit.due.keys():
            raise ValueError("a commit changes a lead and does not say when to wake it; name it in due, None for never")
        self._fail_if_told()
        if self.is_full:
            raise TableUnavailable("the fake table is full", Unavailability.FULL)
        found = self._partition(commit.partition)
        answer = self._answer(found, commit)
        if answer is CommitAnswer.DONE:
            self._apply(found, commit)
        if self.lost_answers > 0:
            self.lost_answers -= 1
            raise TableUnavailable("the answer was lost", Unavailability.TIMEOUT)
        return CommitReply(answer, found.next_due_at())

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """See `streams.table.door.Table.acknowledge`."""
        self._fail_if_told()
        found = self._partition(partition)
        refused = found.refusal(epoch, owner_token)
        if refused is None:
            found.trim(through_sequence)
        return refused or CommitAnswer.DONE

    async def verify(self, partition: int, epoch: int, owner_token: str, commit_token: str) -> CommitAnswer:
        """See `streams.table.door.Table.verify`."""
        self._fail_if_told()
        found = self._partition(partition)
        is_here = found.commit_token == commit_token
        return found.refusal(epoch, owner_token) or (CommitAnswer.DONE if is_here else CommitAnswer.MOVED)

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """See `streams.table.door.Table.leads_after`."""
        self._fail_if_told()
        # Leads are only ever added, and dictionaries keep the order of adding: a position is a cursor.
        lead_ids = tuple(self._partition(partition).due)
        next_cursor = cursor + count
        return lead_ids[cursor:next_cursor], next_cursor if next_cursor < len(lead_ids) else 0

    async def lead_count(self, partition: int) -> int:
        """See `streams.table.door.Table.lead_count`."""
        self._fail_if_told()
        return len(self._partition(partition).due)

    async def facts(self, partition: int) -> PartitionFacts:
        """See `streams.table.door.Table.facts`."""
        self._fail_if_told()
        stored = self._partition(partition)
        return PartitionFacts(
            partition=partition,
            epoch=stored.epoch,
            owner_token=stored.owner_token,
            clock=stored.clock,
            watermarks=dict(stored.watermarks),
            scorecard=stored.scorecard,
            outbox_count=len(stored.outbox),
            lead_count=len(stored.due),
            next_due_at=stored.next_due_at(),
            is_recovering=stored.pending,
            course=stored.course,
        )

    async def lead(self, partition: int, lead_id: str) -> bytes | None:
        """See `streams.table.door.Table.lead`."""
        self._fail_if_told()
        return self._partition(partition).leads.get(lead_id)

    async def close(self) -> None:
        """See `streams.table.door.Table.close`."""

    def _partition(self, number: int) -> _Partition:
        found = self._partitions.get(number)
        if found is None:
            found = self._partitions[number] = _Partition()
        return found

    def _fail_if_told(self) -> None:
        if self.failures:
            reason = self.failures.popleft()
            raise TableUnavailable(f"the fake table was told to fail: {reason.value}", reason)

    def _answer(self, found: _Partition, commit: Commit) -> CommitAnswer:
        refused = found.refusal(commit.epoch, commit.owner_token)
        if refused is not None:
            return refused
        if found.commit_token == commit.new_token:
            return CommitAnswer.ALREADY
        return CommitAnswer.DONE if found.commit_token == commit.expected_token else CommitAnswer.MOVED

    def _apply(self, found: _Partition, commit: Commit) -> None:
        found.commit_token = commit.new_token
        found.clock = commit.clock
        found.next_sequence = commit.next_sequence
        found.scorecard = commit.scorecard
        found.pending, found.course = commit.pending, commit.course
        found.watermarks.update(commit.watermarks)
        found.seals.update(commit.seals)
        found.forwarded.update(commit.forwarded)
        found.leads.update(commit.leads)
        found.due.update(commit.due)
        found.trim(commit.trimmed_through)
        found.outbox.update(commit.outbox)
        self.commits += 1
