"""The door to the tables: what a partition's owner asks of Redis, and nothing of how Redis does it.

Values are bytes to the table; `streams.lead.codec` gives them meaning. Every call is one round trip of bounded time,
and may be repeated after `TableUnavailable`: a repeated commit says that it was applied before, and so does in effect
a repeated claim. An implementation holds `tests/conformance/test_table.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from streams.table.course import Course


class Unavailability(Enum):
    """Why a table cannot answer just now: a closed set, fit for a metric's label."""

    LOST = "lost"
    """No connection, or it broke."""
    TIMEOUT = "timeout"
    """No answer in time: frozen, overloaded, or cut off."""
    LOADING = "loading"
    """It reads its files after a start."""
    FULL = "full"
    """At its memory limit: it refuses writes until memory is freed or the limit raised."""
    CANNOT_SAVE = "cannot_save"
    """Its disk refuses (full or broken), so it refuses writes."""
    READ_ONLY = "read_only"
    """It became a replica, or too few replicas follow it."""
    BUSY = "busy"
    """Somebody's script blocks it."""
    DENIED = "denied"
    """It no longer accepts the user, the password or what the user may do."""


class TableUnavailable(Exception):
    """The table cannot answer or refuses writes just now: wait and ask again."""

    def __init__(self, message: str = "", reason: Unavailability = Unavailability.LOST) -> None:
        """Say what happened in ``message``, and of which kind it is in ``reason``."""
        super().__init__(message or reason.value)
        self.reason = reason


class TableRefused(Exception):
    """The table must not be used as it is configured. ``problems`` holds a line for each, with the way out."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take one line for each thing that is wrong."""
        super().__init__("\n".join(problems))
        self.problems = problems


class CommitAnswer(Enum):
    """What became of a commit."""

    DONE = "done"
    """Applied now."""
    ALREADY = "already"
    """Applied before: the reply was lost."""
    FENCED = "fenced"
    """Another owner claimed the partition later: stop, drop, never retry."""
    MOVED = "moved"
    """The table is not where this owner left it (rolled back or wiped; at another commit, or even from before the
    claim): drop the cache, claim again, seek, replay."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition as its new owner finds it.

    ``watermarks`` gives per topic the last offset whose effects are in the table, ``seals`` what that record was
    (`streams.partition.seal`). ``outbox`` holds what was committed
    and not yet acknowledged, by rising sequence; ``next_sequence`` is above all that were ever used. ``next_due_at`` is
    the earliest wake-up. ``scorecard`` identifies the scorecard that judged the table, empty if none has. ``pending``:
    what leads were told is yet to be held against the table, after a rollback or a rebuild. ``forwarded``
    gives, for each place from which records were forwarded to this partition (``<topic>/<partition>``), the last offset
    there whose effects are in the table.
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
    pending: bool = False
    seals: Mapping[str, str] = field(default_factory=dict)
    forwarded: Mapping[str, int] = field(default_factory=dict)

    @property
    def outbox_bytes(self) -> int:
        """Bytes of all entries of the outbox, for its bound."""
        return sum(len(entry) for _, entry in self.outbox)


Due = tuple[tuple[str, int], ...]
"""Wake-ups, as lead ids and instants in milliseconds, earliest first; those of one instant by their lead ids' bytes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Leads that were asked for (absent ones left out), and the wake-ups due by the asked instant."""

    leads: Mapping[str, bytes]
    due: Due


@dataclass(frozen=True, slots=True)
class Commit:
    """All effects of a batch, to be applied whole or not at all.

    ``due`` must name every lead of ``leads``, and may name others; None: it has no wake-up (it stays in the index of
    leads). ``outbox`` comes by rising sequence, above all that were used before. ``trimmed_through``: outbox entries up
    to and with this sequence were acknowledged by Kafka and go. ``watermarks`` names the topics that moved, ``seals``
    what their last records were, ``forwarded`` the places from which forwarded records were taken; the others stay.
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
    pending: bool = False
    seals: Mapping[str, str] = field(default_factory=dict)
    forwarded: Mapping[str, int] = field(default_factory=dict)
    course: Course | None = None

    @property
    def outbox_bytes(self) -> int:
        """Bytes that it adds to the outbox."""
        return sum(len(entry) for _, entry in self.outbox)


@dataclass(frozen=True, slots=True)
class CommitReply:
    """The answer, and the earliest wake-up after it."""

    answer: CommitAnswer
    next_due_at: int | None


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """A partition as one sees it who owns nothing. ``epoch`` is 0 and ``owner_token`` empty while nobody claimed it.

    ``next_due_at`` is the earliest wake-up. ``is_recovering`` says that its table is behind what was published, and is
    being made up for. ``course`` is what its owner was at when it committed last, if that takes long.
    """

    partition: int
    epoch: int
    owner_token: str
    clock: int
    watermarks: Mapping[str, int]
    scorecard: str
    outbox_count: int
    lead_count: int
    next_due_at: int | None
    is_recovering: bool
    course: Course | None = None


def count_refusal(made_for: int, partition_count: int) -> str:
    """Say that tables were made for another number of partitions than the topics have now."""
    return (
        f"the tables were made for {made_for} partitions, and LEADSTREAM_PARTITIONS={partition_count}: leads would be "
        f"looked for where they are not; set LEADSTREAM_PARTITIONS={made_for}, or give every topic {partition_count} "
        "partitions and have new tables made under another LEADSTREAM_REDIS_PREFIX and LEADSTREAM_GROUP"
    )


class Table(Protocol):
    """The per-lead tables of all partitions.

    ``partition_count``: how many partitions the topics have; None where that does not matter. The first claim of a
    partition notes it in the tables.
    """

    partition_count: int | None

    async def check(self) -> tuple[str, ...]:
        """Look at how the table is configured; to be asked once at start.

        Returns:
            Warnings: what works but is unwise in production, a line each.

        Raises:
            TableRefused: If leads could be lost or the table cannot be written; says how to change that.
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def claim(self, partition: int, owner_token: str, *, above_epoch: int = 0) -> Claim:
        """Become the partition's owner: raise its epoch and return it as it stands. Works on a full Redis.

        To be repeated with the same token after a failure: a claim that was applied before is not applied again, and
        one that comes through late, after another claim, is not applied at all.

        Args:
            partition: Which one.
            owner_token: Drawn anew for each claim, because an epoch comes back after a rollback.
            above_epoch: An epoch seen elsewhere (in the tail of an output topic); the new one is above it too.

        Raises:
            TableRefused: If the tables were made for another number of partitions; nothing changed then.
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """Read leads, and the wake-ups due at or before ``due_until``, at most ``due_count_max`` of them.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def commit(self, commit: Commit) -> CommitReply:
        """Apply a batch atomically, if the owner and the expected commit token still hold.

        Raises:
            TableUnavailable: If the table cannot answer or refuses writes; was it applied, a repeat answers ALREADY.
            ValueError: If ``due`` leaves out a lead of ``leads``.
        """
        ...

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """Trim the outbox without a commit (an idle partition). DONE, FENCED or MOVED. Works on a full Redis.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def verify(self, partition: int, epoch: int, owner_token: str, commit_token: str) -> CommitAnswer:
        """Ask whether the partition is as its owner left it: DONE (it is), FENCED or MOVED. Writes nothing.

        An idle owner asks this every second, or it would not notice a rollback.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """Page through all lead ids of a partition, about ``count`` at a time, from cursor 0.

        Returns:
            Some ids (perhaps none, perhaps ones that came before) and the next cursor, 0 at the end. A lead that is
            there throughout comes at least once, also if the server is restarted or another takes over meanwhile.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def lead_count(self, partition: int) -> int:
        """Return how many leads a partition has.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def facts(self, partition: int) -> PartitionFacts:
        """Return how a partition stands, as a reader that owns nothing. Works on a full Redis.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def lead(self, partition: int, lead_id: str) -> bytes | None:
        """Read one lead as a reader that owns nothing.

        Raises:
            TableUnavailable: If the table cannot answer.
        """
        ...

    async def close(self) -> None:
        """Release the connections."""
        ...
