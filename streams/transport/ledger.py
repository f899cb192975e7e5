"""What was delivered and not yet committed: the books by which a partition's committed offset advances.

Rules: per partition the delivered runs stand in delivery order, and an offset is committed only when every run before
it is acknowledged too, so an acknowledgement out of order never commits past a run that is still in work. A message
that was voided can be acknowledged without effect. Knows of a message only what `Tracked` says.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from streams.transport.door import TopicPartition

VOID_GENERATION = -1


class Tracked(Protocol):
    """What the books need of Faust's message."""

    offset: int
    acked: bool
    tracked: bool
    generation_id: int | None


class Ledger:
    """The delivered runs of all partitions, each by its message, whose offset is that of the run's last record."""

    def __init__(self) -> None:
        """Start empty."""
        self._delivered: defaultdict[TopicPartition, deque[Tracked]] = defaultdict(deque)
        self._uncommitted: dict[TopicPartition, int] = {}

    def add(self, tp: TopicPartition, message: Tracked) -> None:
        """Enter a run that is about to be delivered."""
        self._delivered[tp].append(message)

    def committable(self, tp: TopicPartition) -> int | None:
        """Return the offset to commit, and strike out the runs below it; None if there is nothing new to commit."""
        delivered = self._delivered.get(tp)
        offset = self._uncommitted.pop(tp, None)
        # The message tells, not Faust's index of acknowledged offsets: an acknowledgement below what was once committed
        # (after a seek back) never gets there, and the head would wait for it for ever.
        while delivered and delivered[0].acked and delivered[0].generation_id != VOID_GENERATION:
            offset = delivered.popleft().offset + 1
        return offset

    def restore(self, tp: TopicPartition, offset: int) -> None:
        """Take back that an offset was committed: the commit failed, and it is due again."""
        self._uncommitted[tp] = max(offset, self._uncommitted.get(tp, 0))

    def is_taken(self, tp: TopicPartition) -> bool:
        """Return whether the agent has taken every run that was delivered."""
        # Runs are taken in order, so the last one tells; Faust marks a message when the agent's stream takes it.
        delivered = self._delivered.get(tp)
        return not delivered or delivered[-1].tracked

    def unacknowledged(self) -> Iterator[Tracked]:
        """Yield every message that still can be acknowledged."""
        return (message for delivered in self._delivered.values() for message in delivered if not message.acked)

    def void(self, messages: Iterable[Tracked]) -> None:
        """Let messages count no more: not handed to the agent if they still wait, without effect if acknowledged."""
        for message in messages:
            message.acked = True
            message.generation_id = VOID_GENERATION

    def forget(self, tps: Iterable[TopicPartition]) -> None:
        """Drop the books of partitions: all that was delivered of them is void."""
        for tp in tps:
            self.void(message for message in self._delivered.pop(tp, ()) if not message.acked)
            self._uncommitted.pop(tp, None)
