"""The worker of a fault run: `leadstream worker` with a clock that the run sets, and faults inside it on command.

Usage: ``python -m tests.faults.worker_entry CONTROL_FILE [SABOTAGE]``. The file holds, eight bytes each, how many
milliseconds the clock is ahead, and an order. A sabotage takes a part out, for controls. Commits that are refused as
stale are written to the log with their tokens, and at a stop how many records were folded for nothing.
"""

import asyncio
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any

WORD = struct.Struct("<q")
CLOCK_PLACE, ORDER_PLACE = 0, WORD.size
BLOCKED_SECONDS = 3600.0


class Order(IntEnum):
    """What goes wrong inside a worker from now on; the first two for as long as the process lives."""

    NONE = 0
    BE_DEAF = 1
    """The consumer hears nothing more from Kafka."""
    BE_BLOCKED = 2
    """The event loop stands still."""
    REFUSE_COMMITS = 3
    """Kafka refuses every commit of offsets."""
    PAUSE_AT_COMMIT = 4
    """The process stands still right before it sends its next commit to Redis."""
    STOP = 5
    """Nothing goes wrong: a SIGTERM follows."""


def set_clock(path: Path, ahead_ms: int) -> None:
    """Set how far the clock of a worker is ahead; it holds at once."""
    _write(path, CLOCK_PLACE, ahead_ms)


def give_order(path: Path, order: Order) -> None:
    """Let something go wrong in a worker; it holds until the next order, or until the process ends."""
    _write(path, ORDER_PLACE, order)


def _write(path: Path, place: int, value: int) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        if os.fstat(descriptor).st_size < 2 * WORD.size:
            os.ftruncate(descriptor, 2 * WORD.size)
        os.pwrite(descriptor, WORD.pack(value), place)
    finally:
        os.close(descriptor)


class Control:
    """The file as this worker sees it, from call to call."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as opened:
            self._shared = mmap.mmap(opened.fileno(), 2 * WORD.size, prot=mmap.PROT_READ)

    @property
    def ahead_ns(self) -> int:
        """How far the clock is ahead."""
        return int(WORD.unpack_from(self._shared, CLOCK_PLACE)[0]) * 1_000_000

    @property
    def order(self) -> int:
        """What is to go wrong."""
        return int(WORD.unpack_from(self._shared, ORDER_PLACE)[0])


def _follow_clock(control: Control) -> None:
    """Let the wall clock of this process be as far ahead as the file says."""
    true_ns = time.time_ns

    def time_ns() -> int:
        """Return the time that this worker believes."""
        return true_ns() + control.ahead_ns

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


def _follow_orders(control: Control) -> None:
    """Let go wrong what the file says."""
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import CommitFailedError

    from streams.transport.thread import BatchConsumerThread

    fetch, commit = BatchConsumerThread.fetch, AIOKafkaConsumer.commit

    async def fetched(thread: BatchConsumerThread, *arguments: Any) -> Any:
        """Fetch, unless this worker is to stand still. Called in the app's event loop."""
        if control.order == Order.BE_BLOCKED:
            time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251 - this is the fault
        if control.order == Order.BE_DEAF:
            await asyncio.Event().wait()
        return await fetch(thread, *arguments)

    async def committed(client: AIOKafkaConsumer, *arguments: Any, **named: Any) -> Any:
        """Commit offsets, unless they are to be refused."""
        if control.order == Order.REFUSE_COMMITS:
            message = "refused by a fault"
            raise CommitFailedError(message)
        return await commit(client, *arguments, **named)

    BatchConsumerThread.fetch = fetched  # type: ignore[method-assign]
    AIOKafkaConsumer.commit = committed


def _report_refused_commits(control: Control) -> None:
    """Stop before a commit if so ordered; log each that the table refused: its answer, partition, epoch and token."""
    from streams.table.door import Commit, CommitAnswer, CommitReply
    from streams.table.redis import RedisTable

    ask = RedisTable.commit
    unanswered: set[str] = set()

    async def commit(table: RedisTable, wanted: Commit) -> CommitReply:
        """Commit, and tell if it was refused. One that was sent before and not answered may have had its effect."""
        token = wanted.new_token
        if control.order == Order.PAUSE_AT_COMMIT:
            os.kill(os.getpid(), signal.SIGSTOP)
        try:
            reply = await ask(table, wanted)
        except BaseException:
            unanswered.add(token)
            raise
        if reply.answer in (CommitAnswer.FENCED, CommitAnswer.MOVED):
            word = reply.answer.value + ("_asked_again" if token in unanswered else "")
            sys.stderr.write(f"commit_refused answer={word} partition={wanted.partition} token={token}\n")
        return reply

    RedisTable.commit = commit  # type: ignore[method-assign]


class _Folded:
    """How many records were folded for nothing because of a stop: somebody has to fold them again."""

    in_vain = 0

    @classmethod
    def count(cls, control: Control) -> None:
        """Count from now on. What is broken off by a rebalance or refused is no doing of a stop."""
        from streams.partition.owner import Owner

        fold, commit = Owner._folded, Owner._commit

        def lose(count: int) -> None:
            cls.in_vain += count if control.order == Order.STOP else 0

        async def folded(owner: Owner, changes: Any, waiting: Any, *arguments: Any) -> Any:
            before = len(waiting)
            try:
                return await fold(owner, changes, waiting, *arguments)
            except BaseException:
                lose(before - len(waiting))
                raise

        async def committing(owner: Owner, changes: Any, handled: Iterable[Any], *arguments: Any) -> Any:
            records = list(handled)
            try:
                return await commit(owner, changes, records, *arguments)
            except BaseException:
                lose(len(records))
                raise

        Owner._folded = folded  # type: ignore[method-assign]
        Owner._commit = committing  # type: ignore[method-assign]


def main(control_file: str, sabotage: str | None = None) -> None:
    """Be a worker until told to stop."""
    path = Path(control_file)
    give_order(path, Order.NONE)  # whoever started this process anew mended it
    control = Control(path)
    _follow_clock(control)
    from streams.cli.main import run
    from tests.faults.sabotage import SABOTAGES

    _follow_orders(control)
    _report_refused_commits(control)
    _Folded.count(control)
    if sabotage is not None:
        SABOTAGES[sabotage]()
    sys.argv = ["leadstream", "worker"]
    try:
        run()
    finally:
        sys.stderr.write(f"folded_in_vain pid={os.getpid()} records={_Folded.in_vain}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
