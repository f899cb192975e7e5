"""`leadstream worker` with a fault in it, which a signal sets off: something stands still while the process lives.

Run as ``python -m tests.line.faulty_worker FAULT [off]``; SIGUSR1 begins the fault, ``off`` takes the watchdog out.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from streams.cli.main import run
from streams.partition.owner import Owner
from streams.transport.consumer import BatchConsumer
from streams.transport.door import InputSilent
from streams.transport.thread import BatchConsumerThread
from streams.worker.standstill import Standstill
from streams.worker.watchdog import LoopGuard

BLOCKED_SECONDS = 3600.0
SILENT_SECONDS = 17.0
"""Longer than a request to Kafka may take."""
BEGUN = "the fault has begun"
"""What stands in the worker's log from the signal on."""


class Fault:
    """Whether the fault has begun."""

    has_begun = False

    @classmethod
    def begin(cls, *_: object) -> None:
        """Begin, and say so."""
        cls.has_begun = True
        os.write(sys.stderr.fileno(), BEGUN.encode() + b"\n")


def freezing(kind: type[Any], name: str) -> None:
    """Let a coroutine method of a class never return once the fault has begun, nor a call that was under way then."""
    original = getattr(kind, name)

    async def frozen(*arguments: Any) -> Any:
        if not Fault.has_begun:
            answer = await original(*arguments)
        if Fault.has_begun:
            await asyncio.Event().wait()
        return answer

    setattr(kind, name, frozen)


def blocking_the_loop() -> None:
    """Let the event loop stand still once the fault has begun."""
    original = Owner._process

    async def blocked(*arguments: Any) -> None:
        if Fault.has_begun:
            time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251 - this is the fault
        await original(*arguments)

    Owner._process = blocked  # type: ignore[method-assign]


def silencing_the_client() -> None:
    """Let the client not say where to read on for a while after the start: no signal begins it."""
    original = BatchConsumerThread.resume_offsets
    asked_at: list[float] = []

    async def silent(*arguments: Any) -> Any:
        asked_at.append(time.monotonic())
        if asked_at[-1] - asked_at[0] < SILENT_SECONDS:
            await asyncio.sleep(1.0)
            raise InputSilent("a fault")
        return await original(*arguments)

    BatchConsumerThread.resume_offsets = silent  # type: ignore[method-assign, assignment]


FAULTS: dict[str, Callable[[], None]] = {
    "frozen_owner": lambda: freezing(Owner, "_process"),
    "blocked_loop": blocking_the_loop,
    "deaf_consumer": lambda: freezing(BatchConsumerThread, "fetch"),
    "silent_client": silencing_the_client,
}


def without_watchdog() -> None:
    """Take the watchdog out: all that would end the process."""
    Standstill.reason = lambda *_: None  # type: ignore[method-assign]
    LoopGuard.look = lambda *_: None  # type: ignore[method-assign]
    BatchConsumer.problem = lambda *_: None  # type: ignore[method-assign]


def main(fault: str, watchdog: str = "on") -> None:
    """Run a worker with a fault."""
    FAULTS[fault]()
    if watchdog == "off":
        without_watchdog()
    signal.signal(signal.SIGUSR1, Fault.begin)
    run(["worker"])


if __name__ == "__main__":
    main(*sys.argv[1:])
