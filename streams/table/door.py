"""The door to the tables: what a partition's owner asks of Redis, and nothing of how Redis does it.

Values are bytes to the table; `streams.codec` gives them meaning. Every call is one round trip. An implementation
holds `tests/conformance/test_table.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class TableUnavailable(Exception):
    """The table cannot answer or refuses writes just now (lost, frozen, loading, full, read-only): wait and ask again."""


class CommitAnswer(Enum):
    """What became of a commit."""

    DONE = "done"
    """Applied now."""
    ALREADY = "already"
    """Applied before: the reply was lost."""
    FENCED = "fenced"
    """Another owner has the partition: stop, drop, never retry."""
    MOVED = "moved"
    """The table is not at the expected commit (it was rolled back or wiped): drop the cache, load, seek, replay."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition as its new owner finds it.

    ``watermarks`` gives per topic the last offset whose effects are in the table. ``outbox`` holds what was committed and
    not yet acknowledged, by rising sequence; ``next_sequence`` is above all that were ever used. ``next_due_at`` is the earliest
    wake-up. ``scorecard`` identifies the scorecard that judged the table, empty if none has.
    """

    partition: int
    epoch: int
    owner_token: str
    commit_token: str
    clock: int
    watermarks: Mapping[str, int]
    next_sequence: int
    outbox: tuple[tuple[int, bytes], ...]
    next_due_at: int | None
    scorecard: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """Leads that were asked for (absent ones left out), and the wake-ups due at or before the asked instant, earliest first."""

    leads: Mapping[str, bytes]
    due: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """All effects of a batch, to be applied whole or not at all.

    ``due`` must name every lead of ``leads``; None: it has no wake-up (it stays in the index of leads). ``trimmed_through``: outbox entries
    up to and with this sequence were acknowledged by Kafka and go.
    """

    partition: int
    epoch: int
    owner_token: str
    expected_token: str
    new_token: str
    clock: int
    watermarks: Mapping[str, int]
    leads: Mapping[str, bytes]
    due: Mapping[str, int | None]
    outbox: tuple[tuple[int, bytes], ...]
    next_sequence: int
    trimmed_through: int
    scorecard: str


@dataclass(frozen=True, slots=True)
class CommitReply:
    """The answer, and the earliest wake-up after it."""

    answer: CommitAnswer
    next_due_at: int | None


class Table(Protocol):
    """The per-lead tables of all partitions."""

    async def claim(self, partition: int, owner_token: str) -> Claim:
        """Become the partition's owner: raise its epoch and return it as it stands. Works on a full Redis.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """Read leads, and the wake-ups due at or before ``due_until``.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def commit(self, commit: Commit) -> CommitReply:
        """Apply a batch atomically, if the owner and the expected commit token still hold.

        Raises:
            TableUnavailable: If the table cannot answer or refuses writes; nothing was applied, or the answer of a repeat says so.
        """
        ...

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """Trim the outbox without a commit (an idle partition). DONE or FENCED. Works on a full Redis."""
        ...

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """Page through all lead ids of a partition: returns ids and the next cursor, 0 at the end. A lead present throughout comes at least once."""
        ...

    async def lead(self, partition: int, lead_id: str) -> bytes | None:
        """Read one lead as a reader that owns nothing."""
        ...
