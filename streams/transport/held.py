"""Fetched runs that wait to be delivered: cut to size, per partition in offset order, fair among partitions.

A partition whose owner takes no more keeps its runs here while the others flow. Pure: knows records by their shape.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from streams.partition.record_size import size_bytes
from streams.transport.door import Record, TopicPartition


@dataclass(frozen=True, slots=True)
class Run:
    """Records of one partition that are delivered together.

    ``fetched_under`` is the generation of the group and the count of seeks when they were picked. ``position`` is
    where the consumer stood after the fetch, behind holes too; only the last run of a fetch knows it.
    """

    tp: TopicPartition
    records: Sequence[Record]
    fetched_under: tuple[int, int]
    position: int | None


def cut(records: Sequence[Record], records_max: int, bytes_max: int) -> Iterator[Sequence[Record]]:
    """Cut records into runs of at most ``records_max`` records and ``bytes_max`` bytes, each of one record at least."""
    start, run_bytes = 0, 0
    for index, record in enumerate(records):
        record_bytes = size_bytes(record)
        if index > start and (index - start >= records_max or run_bytes + record_bytes > bytes_max):
            yield records[start:index]
            start, run_bytes = index, 0
        run_bytes += record_bytes
    if start < len(records):
        yield records[start:]


class HeldRuns:
    """The waiting runs of all partitions."""

    def __init__(self, records_max: int, bytes_max: int) -> None:
        """Start empty; the bounds are those of one run."""
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._waiting: dict[TopicPartition, deque[Run]] = {}

    def __contains__(self, tp: TopicPartition) -> bool:
        """Return whether runs of a partition wait."""
        return tp in self._waiting

    def add(self, tp: TopicPartition, records: Sequence[Record], fetched_under: tuple[int, int], position: int) -> None:
        """Append what was fetched of a partition."""
        runs = list(cut(records, self._records_max, self._bytes_max))
        waiting = self._waiting.setdefault(tp, deque())
        waiting.extend(Run(tp, run, fetched_under, None) for run in runs[:-1])
        waiting.append(Run(tp, runs[-1], fetched_under, position))

    def forget(self, tps: Iterable[TopicPartition]) -> None:
        """Drop what waits of partitions."""
        for tp in tps:
            self._waiting.pop(tp, None)

    def has_deliverable(self, is_deliverable: Callable[[TopicPartition], bool]) -> bool:
        """Return whether a run waits that could be delivered."""
        return any(is_deliverable(tp) for tp in self._waiting)

    def deliverable(self, is_deliverable: Callable[[TopicPartition], bool]) -> Iterator[Run]:
        """Yield runs, one of each partition in turn, until none is left that can be delivered.

        By partition number: all topics of an owner come one after the other, and it can begin while others get theirs.
        A run is taken out when it is yielded; the question is asked before each.
        """
        is_progress = True
        while is_progress:
            is_progress = False
            for tp in sorted(self._waiting, key=lambda tp: tp.partition):
                if tp in self._waiting and is_deliverable(tp):
                    is_progress = True
                    yield self._pop(tp)

    def _pop(self, tp: TopicPartition) -> Run:
        waiting = self._waiting[tp]
        run = waiting.popleft()
        if not waiting:
            del self._waiting[tp]
        return run
