"""A worker one of whose routines dies after the first assignment.

Run as ``python -m tests.integration.transport.dying_worker BOOTSTRAP GROUP LOG TOPIC ROUTINE``.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust

from streams.transport.options import TransportOptions
from tests.integration.transport.recording import recording_app, until
from tests.integration.transport.worker import WorkingBook


def end_fetch(consumer: Any) -> None:
    """Cancel the client's fetch routine."""
    client = consumer._thread._consumer
    consumer._thread.thread_loop.call_soon_threadsafe(client._fetcher._fetch_task.cancel)


def end_coordination(consumer: Any) -> None:
    """Cancel the client's group coordination."""
    client = consumer._thread._consumer
    consumer._thread.thread_loop.call_soon_threadsafe(client._coordinator._coordination_task.cancel)


def hang_delivery(consumer: Any) -> None:
    """Let the next fetch never return."""

    async def never(*_arguments: Any) -> None:
        await asyncio.Event().wait()

    consumer._thread.fetch = never


ENDS: dict[str, Callable[[Any], None]] = {
    "fetch": end_fetch,
    "coordination": end_coordination,
    "delivery": hang_delivery,
}


def main(bootstrap: str, group: str, log_path: str, topic: str, routine: str) -> None:
    """Run a worker, and let one of its routines die once it has partitions."""
    options = TransportOptions(stalled_seconds=1.5)
    app = recording_app(bootstrap, group, [topic], WorkingBook(Path(log_path)), options)

    @app.task
    async def die() -> None:
        await until(lambda: bool(app.consumer._reading._positions), "something read")
        ENDS[routine](app.consumer)

    faust.Worker(app, loglevel=logging.WARNING, redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
