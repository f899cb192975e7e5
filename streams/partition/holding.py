"""One partition number in the hands of this process: its owner, what was handed to it, and what goes on beside it.

A holding is open while its owner takes records. What is offered otherwise is dropped and not acknowledged, so it comes
again: after a seek, or to the next owner.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping
from typing import Any

from streams.partition.continuity import Continuity
from streams.partition.owner import Owner
from streams.partition.pulse import Pulse
from streams.transport.door import Delivery


class Holding:
    """An owner with its runs and tasks. ``number`` is the partition's."""

    def __init__(self, owner: Owner, continuity: Continuity) -> None:
        """Begin to take records.

        Args:
            owner: Who handles them.
            continuity: Where each topic is expected to go on.
        """
        self.number = owner.partition
        self.pulse = Pulse()
        self.tasks: set[asyncio.Task[None]] = set()
        self._seat(owner, continuity)

    def reopen(self, owner: Owner, continuity: Continuity) -> None:
        """Go on with another owner, after the inputs were set to where it begins."""
        self._seat(owner, continuity)

    def _seat(self, owner: Owner, continuity: Continuity) -> None:
        """Take an owner in and open."""
        self.owner = owner
        self.continuity = continuity
        self.is_open = True
        self._rereading: set[str] = set()
        self._delivered: dict[str, deque[tuple[int, Delivery]]] = {}
        owner.on_progress(self._acknowledge)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Let some work go on, until it ends or is cancelled."""
        task = asyncio.create_task(work, name=f"{name}-{self.number}", context=self.pulse.context())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def is_accepting(self, topic: str) -> bool:
        """Tell whether records of a topic are taken now, and whether there is room for them."""
        return self._is_taking(topic) and self.owner.merge.is_accepting(topic)

    def offer(self, topic: str, delivery: Delivery, received_at: float) -> bool:
        """Hand a run of records to the owner, or drop it.

        Returns:
            False if it does not go on where the table ends: then the topic is to be read again, and nothing of it is
            taken until `resume`.
        """
        if not self._is_taking(topic):
            return True
        records = delivery.value
        if not self.continuity.is_next(topic, records[0].offset):
            self._rereading.add(topic)
            self.owner.merge.await_topic(topic)
            return False
        self._delivered.setdefault(topic, deque()).append((records[-1].offset, delivery))
        self.owner.merge.offer(topic, records, received_at)
        self.owner.notify()
        return True

    def resume(self, topic: str) -> None:
        """Take a topic's records again: it was set back."""
        self._rereading.discard(topic)
        self.owner.merge.release(topic)

    def close(self) -> None:
        """Take no more records."""
        self.is_open = False

    async def clear(self) -> None:
        """Take no more records, and end all other work than the caller's. `reopen` forgets what is not acknowledged."""
        self.close()
        others = [task for task in self.tasks if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        """Ask the owner to end after its batch. Without one at work there is no batch to finish: all work ends now."""
        self.owner.stop()
        if not self.is_open:
            for task in self.tasks:
                task.cancel()

    def _is_taking(self, topic: str) -> bool:
        """Tell whether records of a topic are taken now."""
        return self.is_open and topic not in self._rereading

    def _acknowledge(self, watermarks: Mapping[str, int]) -> None:
        """Acknowledge every delivered run whose last record is at or below its topic's watermark."""
        for topic, delivered in self._delivered.items():
            while delivered and delivered[0][0] <= watermarks.get(topic, -1):
                delivered.popleft()[1].ack()
