"""A worker process: works on each run for some milliseconds, then acknowledges it, and writes down what it did.

Run as ``python -m tests.integration.transport.worker BOOTSTRAP GROUP LOG TOPIC...``.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import faust

from streams.transport.door import Hole, InputPositions, TopicPartition
from streams.transport.options import TransportOptions
from tests.integration.transport.recording import recording_app

WORK_SECONDS = 0.004


class WorkingBook:
    """One owner for all partitions, who is done with a run a little later than it came."""

    def __init__(self, log_path: Path) -> None:
        self._log = log_path.open("a", encoding="utf-8", buffering=1)
        self._waiting: asyncio.Queue[Any] = asyncio.Queue()
        self._owner: asyncio.Task[None] | None = None

    def note(self, **entry: Any) -> None:
        """Write one line of the log."""
        self._log.write(json.dumps(entry) + "\n")

    def connect(self, positions: InputPositions) -> None:
        """Ask nothing of the input."""

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Start the owner; Kafka's committed offsets count."""
        self.note(kind="assigned", tps=sorted(tps))
        if self._owner is None:
            self._owner = asyncio.create_task(self._work())
        return {}

    async def revoked(self) -> None:
        """Stop after the run in hand, and drop the others."""
        owner, self._owner = self._owner, None
        if owner is not None:
            self._waiting.put_nowait(None)
            await owner
        self.note(kind="revoked")

    def is_accepting(self, tp: TopicPartition) -> bool:
        """Take a few runs ahead."""
        return self._owner is not None and self._waiting.qsize() < 8

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Note it."""
        self.note(kind="missing", tp=tp, first=hole.first, next=hole.next)

    def take(self, event: Any) -> None:
        """Queue it for the owner."""
        self._waiting.put_nowait(event)

    async def _work(self) -> None:
        while (event := await self._waiting.get()) is not None:
            await asyncio.sleep(WORK_SECONDS)
            offsets = [record.offset for record in event.value]
            self.note(kind="done", tp=event.message.tp, offsets=offsets)
            event.ack()
            if self._waiting.qsize() and any(waiting is None for waiting in self._waiting._queue):  # type: ignore[attr-defined]
                break
        self._waiting = asyncio.Queue()


def main(bootstrap: str, group: str, log_path: str, *topics: str) -> None:
    """Run a Faust worker until a signal ends it."""
    book = WorkingBook(Path(log_path))
    # Commits by the interval alone would come too rarely to be in the way of anything.
    options = TransportOptions(batch_records_max=40)
    app = recording_app(bootstrap, group, topics, book, options, broker_commit_interval=0.3)
    faust.Worker(app, loglevel=logging.WARNING, redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
