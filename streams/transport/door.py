"""The door between the transport, which fetches and delivers, and whoever owns the partitions.

It knows neither Faust nor aiokafka: a `TopicPartition` here equals theirs (all are tuples), and what is delivered is
described by its shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from streams.partition.records import InputRecord

EARLIEST = -2
"""As an offset to read next: the first that Kafka still has."""


class InputSilent(Exception):
    """The Kafka client did not answer a call in time. It may be asked again."""


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class Record(InputRecord, Protocol):
    """One record as the Kafka client hands it over."""

    @property
    def timestamp_type(self) -> int:
        """Who set the timestamp. 0: the producer, 1: the broker."""
        ...


class Delivery(Protocol):
    """A run of records of one partition, in offset order, never empty; offsets may have holes."""

    @property
    def value(self) -> Sequence[Record]:
        """The records."""
        ...

    def ack(self) -> bool:
        """Say that all effects of the run are stored, so that its offsets may be committed.

        In any order: an offset is committed once every run before it is acknowledged too. A delivery from before a
        ``seek``, a revocation or another assignment may still be acknowledged; that has no effect.
        """
        ...


class HoleReason(Enum):
    """Why records cannot be read."""

    EXPIRED = "expired"
    """Kafka no longer has them: retention or a deletion passed the offset to be read next."""
    BEYOND_END = "beyond_end"
    """The topic ends before the offset to be read next: it was truncated, or is another one under the same name."""
    OVERSIZE = "oversize"
    """The client skipped a record larger than it can fetch; a `SkippedRecord` is delivered in its place."""
    UNREADABLE = "unreadable"
    """The client cannot decode the record: the name of one of its headers is not UTF-8. Delivered as above."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Offsets from ``first`` up to, not including, ``next`` whose records cannot be read.

    For BEYOND_END reading goes on at ``next``, which is below ``first``. Of an OVERSIZE or UNREADABLE hole each record
    is delivered all the same, as what is left of it, so that it is refused and told in its place.
    """

    first: int
    next: int
    reason: HoleReason


class PartitionBook(Protocol):
    """Who owns the assigned partitions. All calls come from the event loop of the app, never two at a time."""

    def connect(self, positions: "InputPositions") -> None:
        """Take whom to ask about the input; called once, before anything is assigned."""
        ...

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Claim all assigned partitions and return where to read on.

        May be cancelled (the next rebalance did not wait for it) and is followed by ``revoked`` in any case. It has
        the broker's request time-out to finish.

        Args:
            tps: All partitions of all input topics that this worker now has, perhaps none. A partition number is whole
                when it is there for each input topic.

        Returns:
            The next offset to read, or EARLIEST, for each partition that the tables know. One that is left out resumes
            at Kafka's committed offset, else at the earliest.
        """
        ...

    async def revoked(self) -> None:
        """Stop all owners, within a bound below the rebalance time-out; all partitions go.

        Deliveries that are not acknowledged when this returns will be delivered to the next owner. Also called when
        the worker stops, and harmless when nothing is assigned.
        """
        ...

    def is_accepting(self, tp: TopicPartition) -> bool:
        """Return False while nothing more of this partition shall be fetched. Asked before every fetch: be quick."""
        ...

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Take note that records cannot be read; reading goes on behind them. Raising ends the worker."""
        ...


class InputPositions(Protocol):
    """What owners may ask and tell about their input. Instants are seconds of ``time.monotonic()``."""

    def is_at_end(self, tp: TopicPartition) -> bool:
        """Return whether all that Kafka had when it last answered was delivered. False before the first answer.

        Judged by the consumer's position, so that holes at the end do not count.
        """
        ...

    def asked_at(self, tp: TopicPartition) -> float:
        """Return when the last answered fetch was sent, so what was appended by then is known; -inf before any."""
        ...

    def answered_at(self, tp: TopicPartition) -> float:
        """Return when a fetch was last answered; -inf before the first."""
        ...

    def is_drained(self, tp: TopicPartition, since: float) -> bool:
        """Return whether a fetch sent after ``since`` was answered and all that was stored by then is delivered.

        Also what was stored and could not be read by then, because not all replicas had it.
        """
        ...

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """Read on at an offset. Whatever was fetched or delivered before is void; its acknowledgement has no effect.

        Raises:
            InputSilent: If the client does not answer in time.
        """
        ...

    def problem(self) -> str | None:
        """Return why the input has died inside this living process, or None while it works."""
        ...
