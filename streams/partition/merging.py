"""Puts the buffered records of one partition number, from all input topics, into the order in which Kafka stored them.

A topic that is known to have more than was received so far holds the others back, for a bounded time: what it brings
may be older than what the others have. So does one whose end was last told before the record in question came. Each
topic has a memory bound of its own, so that one which runs ahead pauses and the one that is waited for never does.
Knows no Kafka client and no clock: instants that only bound a wait are given by the caller, in seconds.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heapreplace
from math import inf

from streams.partition.record_size import size_bytes
from streams.partition.records import LATEST_APPENDED_AT, InputRecord, Ordered

Rank = tuple[int, bool, str]
"""Where a head stands in the order: by append time; at a tie by topic, ticks last."""


@dataclass(slots=True)
class _Input:
    """One topic's buffered records.

    Each with its append time made monotone, when it was received and answered, and its size in bytes.
    """

    records: deque[tuple[int, InputRecord, float, float, int]] = field(default_factory=deque)
    size_bytes: int = 0
    latest_at: int = 0


class _Ends:
    """Up to which answers the topics without a buffered record are read: asked once for all records of a run.

    What was true of an answer stays true of it, and nothing is offered while a run is taken.
    """

    def __init__(self, answered_at: Callable[[str], float], is_at_end: Callable[[str], bool]) -> None:
        """Know nothing yet; the questions are those of a `Merge`."""
        self._answered_at = answered_at
        self._is_at_end = is_at_end
        self._read_to: dict[str, float | None] = {}

    def is_read_to(self, topic: str, answered_at: float) -> bool:
        """Tell whether a topic is read to the end that an answer of then, or a later one, told."""
        if topic not in self._read_to:
            # In this order: an answer that comes between the questions can only make the second one stricter.
            last_at = self._answered_at(topic)
            self._read_to[topic] = last_at if self._is_at_end(topic) else None
        read_to = self._read_to[topic]
        return read_to is not None and read_to >= answered_at


class Merge:
    """The buffers of one partition number and the order between them."""

    def __init__(
        self,
        topics: Iterable[str],
        *,
        tick_topic: str,
        input_bytes_max: int,
        is_at_end: Callable[[str], bool],
        is_drained: Callable[[str, float], bool],
        answered_at: Callable[[str], float],
    ) -> None:
        """Start empty.

        Args:
            topics: All input topics, ticks included.
            tick_topic: Which of them carries ticks.
            input_bytes_max: Bound on the buffered bytes of one topic.
            is_at_end: Tells whether a topic's partition is read up to its known end.
            is_drained: Tells whether a fetch of a topic's partition that was sent after an instant (monotonic seconds)
                was answered, and all that was known by then was offered.
            answered_at: Tells when a fetch of a topic's partition was last answered (monotonic seconds).
        """
        self._inputs = {topic: _Input() for topic in sorted(topics)}
        self._tick_topic = tick_topic
        self._input_bytes_max = input_bytes_max
        self._is_at_end = is_at_end
        self._is_drained = is_drained
        self._answered_at = answered_at
        self._held_since: float | None = None
        self._awaited: set[str] = set()

    @property
    def topics(self) -> Collection[str]:
        """All input topics, ticks included."""
        return self._inputs.keys()

    def offer(self, topic: str, records: Sequence[InputRecord], received_at: float) -> None:
        """Buffer a run of records of one topic, in offset order."""
        buffer = self._inputs[topic]
        # Of a later fetch, if there was one since: then more is asked of the others, never less.
        answered_at = self._answered_at(topic)
        for record in records:
            # On CreateTime topics a stamp may lie before its predecessor's; the clock is the running maximum there.
            buffer.latest_at = max(buffer.latest_at, min(record.timestamp, LATEST_APPENDED_AT))
            size = size_bytes(record)
            buffer.records.append((buffer.latest_at, record, received_at, answered_at, size))
            buffer.size_bytes += size

    def is_accepting(self, topic: str) -> bool:
        """Tell whether there is room for more of a topic."""
        return self._inputs[topic].size_bytes < self._input_bytes_max

    def is_empty(self) -> bool:
        """Tell whether nothing is buffered."""
        return not any(buffer.records for buffer in self._inputs.values())

    def has_more_than_ticks(self) -> bool:
        """Tell whether records wait, beside ticks."""
        return any(buffer.records for topic, buffer in self._inputs.items() if topic != self._tick_topic)

    def waits_since(self) -> int | None:
        """Return the append time of the first record that waits, beside ticks; None if none does."""
        waiting = (buffer.records for topic, buffer in self._inputs.items() if topic != self._tick_topic)
        return min((records[0][0] for records in waiting if records), default=None)

    def is_exhausted(self, topic: str, since: float) -> bool:
        """Tell whether Kafka has no more of a topic: none is buffered, and a fetch sent after an instant brought none.

        What is no input is exhausted.
        """
        if topic not in self._inputs:
            return True
        return not self._inputs[topic].records and topic not in self._awaited and self._is_drained(topic, since)

    def await_topic(self, topic: str) -> None:
        """Take a topic to be behind, whatever is known of its end, until `release`: it is being set back."""
        self._awaited.add(topic)

    def release(self, topic: str) -> None:
        """Go by what is known of a topic's end again."""
        self._awaited.discard(topic)

    def has_run(self, now: float, patience_seconds: float) -> bool:
        """Tell whether `take` would return something."""
        ends = _Ends(self._answered_at, self._is_at_end)
        return self._is_first_to_go(self._heads(), ends, now, patience_seconds)

    def take(self, *, records_max: int, bytes_max: int, now: float, patience_seconds: float) -> list[Ordered]:
        """Return the next run of records in append order, as far as their order is known.

        Args:
            records_max: Most records to return.
            bytes_max: Stop once this many bytes are taken (at least one record is).
            now: Monotonic seconds.
            patience_seconds: How long a topic that lags may hold the records of others back. It holds a tick back for
                as long as nothing else waits: a tick that goes first would fire wake-ups over records not yet read.

        Returns:
            A run; empty if nothing is buffered or the order is not known yet.
        """
        run: list[Ordered] = []
        bytes_left = bytes_max
        heads = self._heads()
        ends = _Ends(self._answered_at, self._is_at_end)
        while heads and len(run) < records_max and bytes_left > 0:
            if not self._is_first_to_go(heads, ends, now, patience_seconds):
                break
            topic = heads[0][2]
            bytes_left -= self._move(topic, run, records_max, bytes_left, before=min(heads[1:3], default=None))
            if records := self._inputs[topic].records:
                heapreplace(heads, (records[0][0], topic == self._tick_topic, topic))
            else:
                heappop(heads)
        return run

    def _is_first_to_go(self, heads: Sequence[Rank], ends: "_Ends", now: float, patience_seconds: float) -> bool:
        """Tell whether the first of some heads can be taken: its order is known, or the patience is over."""
        if not heads:
            return False
        if self._is_order_known(heads[0][2], ends):
            self._held_since = None
            return True
        return not self._is_lone_tick(heads) and self._is_patience_over(now, patience_seconds)

    def _heads(self) -> list[Rank]:
        """Return where the head of each topic stands, the first in order first: a heap."""
        ticks = self._tick_topic
        heads = [
            (buffer.records[0][0], topic == ticks, topic) for topic, buffer in self._inputs.items() if buffer.records
        ]
        heads.sort()
        return heads

    def _move(self, topic: str, run: list[Ordered], records_max: int, bytes_max: int, before: Rank | None) -> int:
        """Take a topic's records for as long as they come before the next topic's head; return their bytes.

        What holds of the first holds of the others that came with the same answer: that nothing older can arrive on an
        empty topic. Only a tick is asked for on its own, because that depends on when it was received.
        """
        buffer = self._inputs[topic]
        records, is_tick = buffer.records, topic == self._tick_topic
        last_at = inf if before is None else before[0] - ((is_tick, topic) > before[1:])
        moved_bytes, first_answered_at = 0, records[0][3]
        while records and len(run) < records_max and moved_bytes < bytes_max:
            appended_at, record, _, answered_at, size = records[0]
            if answered_at > first_answered_at or appended_at > last_at:
                break
            records.popleft()
            moved_bytes += size
            run.append(Ordered(appended_at, record))
            if is_tick:
                break
        buffer.size_bytes -= moved_bytes
        return moved_bytes

    def _is_order_known(self, earliest: str, ends: "_Ends") -> bool:
        """Tell whether nothing older than the head can still arrive, as far as is known."""
        others = [topic for topic, buffer in self._inputs.items() if topic != earliest and not buffer.records]
        if not self._awaited.isdisjoint(others):
            return False
        _, _, received_at, answered_at, _ = self._inputs[earliest].records[0]
        if earliest != self._tick_topic:
            # The client asks for some topics only while it still has records of the others. What those had when they
            # last answered says nothing of a record that came with a later answer.
            return all(ends.is_read_to(topic, answered_at) for topic in others)
        # A tick says "nothing before me is unread": so each other topic must have answered a fetch sent after it came.
        return all(self._is_drained(topic, received_at) for topic in others)

    def _is_lone_tick(self, heads: Sequence[Rank]) -> bool:
        """Tell whether nothing but ticks is buffered. They hold nobody up, so they wait as long as it takes."""
        return len(heads) == 1 and heads[0][2] == self._tick_topic

    def _is_patience_over(self, now: float, patience_seconds: float) -> bool:
        """Start or check the bound on waiting. Once over it stays over until the order is known again."""
        if self._held_since is None:
            self._held_since = now
        return now - self._held_since >= patience_seconds
