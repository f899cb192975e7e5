"""Where the assigned partitions are read to: what was fetched, what waits, what was delivered, what is void.

Rules: what was fetched under an older generation of the group or before a seek is never delivered; it comes again. A
partition is read to a position once the run before it was delivered and taken, so that the position counts holes.
Knows no Faust and no Kafka client.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from streams.transport.door import Hole, Record, TopicPartition
from streams.transport.held import HeldRuns, Run
from streams.transport.ledger import Ledger, Tracked


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought, and where the consumer stood right after it. False if the client was not asked at all.

    ``is_behind``: Kafka has more of a partition of which it brought records.
    """

    records: Mapping[TopicPartition, Sequence[Record]] = field(default_factory=dict)
    positions: Mapping[TopicPartition, int] = field(default_factory=dict)
    seek_counts: Mapping[TopicPartition, int] = field(default_factory=dict)
    holes: Sequence[tuple[TopicPartition, Hole]] = ()
    is_behind: bool = False

    def __bool__(self) -> bool:
        """Return whether the client was asked."""
        return bool(self.positions or self.holes)


class Reading:
    """The books of all assigned partitions."""

    def __init__(self, batch_records_max: int, batch_bytes_max: int) -> None:
        """Start with nothing read; the bounds are those of one run."""
        self.ledger = Ledger()
        self.held = HeldRuns(batch_records_max, batch_bytes_max)
        self._positions: dict[TopicPartition, int] = {}
        self._seek_counts: defaultdict[TopicPartition, int] = defaultdict(int)

    def take_in(self, fetched: Fetched, generation_id: int) -> None:
        """Keep what a fetch brought until it can be delivered.

        Args:
            fetched: What it brought.
            generation_id: The group's generation when it came back.
        """
        for tp, position in fetched.positions.items():
            seek_count = fetched.seek_counts.get(tp, 0)
            if seek_count != self._seek_counts[tp]:
                continue
            records = fetched.records.get(tp)
            if records:
                self.held.add(tp, records, (generation_id, seek_count), position)
            elif tp not in self.held:
                self._positions[tp] = position

    def is_current(self, run: Run, generation_id: int) -> bool:
        """Return whether nothing was assigned or sought since a run was picked."""
        return run.fetched_under == (generation_id, self._seek_counts[run.tp])

    def deliver(self, run: Run, message: Tracked) -> None:
        """Note that a run is about to be delivered as a message."""
        self.ledger.add(run.tp, message)
        if run.position is not None:
            self._positions[run.tp] = run.position

    def is_read_to(self, tp: TopicPartition, end: int | None) -> bool:
        """Return whether all below an end was delivered, and taken by the agent; False while either is not known."""
        position = self._positions.get(tp)
        return position is not None and end is not None and position >= end and self.ledger.is_taken(tp)

    def begin_seek(self, tps: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Void what was read of partitions, and return the counts that tell what is fetched from now on."""
        counts = {}
        for tp in tps:
            self._seek_counts[tp] += 1
            counts[tp] = self._seek_counts[tp]
        self.forget(counts)
        return counts

    def forget(self, tps: Iterable[TopicPartition]) -> None:
        """Drop the books of partitions."""
        forgotten = list(tps)
        self.ledger.forget(forgotten)
        self.held.forget(forgotten)
        for tp in forgotten:
            self._positions.pop(tp, None)
