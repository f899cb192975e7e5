"""Looks on while a worker works: how far it is, what it publishes, and whether it still lives."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from schemas.stage_change import StageChange
from streams.cli.demo_view import DemoView
from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed
from streams.kafka.reader import TopicReader
from streams.sandbox.supervision import Ended, Supervisor
from streams.sandbox.worker_probe import handled_records, is_ready

LOOK_SECONDS = 0.2
STALLED_SECONDS_MAX = 60.0
QUIET_SECONDS = 1.0
CHANGES_A_SECOND = 25
HURRIED_SECONDS = 20.0
"""However many stage changes are waiting, showing them takes no longer than this."""


@dataclass(frozen=True, slots=True)
class _Received:
    change: StageChange
    received_at: float


class Watch:
    """A worker under supervision, and its stage changes on the screen; an async context manager.

    Args:
        supervisor: The worker's, not started yet.
        log_path: The worker's log.
        port: Where the worker tells of itself.
        reader: The topic of stage changes.
        view: Where to show them.
        is_paced: Leave people the time to read along.
    """

    def __init__(
        self, *, supervisor: Supervisor, log_path: Path, port: int, reader: TopicReader, view: DemoView, is_paced: bool
    ) -> None:
        self._supervisor = supervisor
        self._log_path = log_path
        self._port = port
        self._reader = reader
        self._view = view
        self._is_paced = is_paced
        self._received: asyncio.Queue[_Received] = asyncio.Queue()
        self._shown_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._ready_at = 0.0
        self._progress_at = 0.0
        self.handled = 0
        self.live_since: float | None = None
        """Monotonic seconds at which a live activity was sent: changes tell how long after it they came."""

    async def __aenter__(self) -> Self:
        """Start the worker, and look on."""
        self._supervisor.start(time.monotonic())
        for work in (self._look(), self._read(), self._show()):
            self._tasks.append(asyncio.create_task(work))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop looking, then the worker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._supervisor.stop)

    async def until(self, is_so: Callable[[], bool], otherwise: str) -> None:
        """Wait until something is so, as long as the worker makes progress.

        Raises:
            CommandFailed: If it makes none for a minute, or looking on failed.
        """
        before = self._progress()
        deadline = time.monotonic() + STALLED_SECONDS_MAX
        while not is_so():
            for task in self._tasks:
                if task.done() and not task.cancelled():
                    task.result()
            now = self._progress()
            if now != before:
                before, deadline = now, time.monotonic() + STALLED_SECONDS_MAX
            elif time.monotonic() > deadline:
                told = f"the worker {otherwise} within {STALLED_SECONDS_MAX:.0f} s; its log: {self._log_path}"
                raise CommandFailed(ExitCode.SANDBOX, told)
            await asyncio.sleep(LOOK_SECONDS / 4)

    @property
    def seconds_at_work(self) -> float:
        """From the worker being ready to the last record that it handled."""
        return self._progress_at - self._ready_at

    def is_quiet(self) -> bool:
        """Whether all that came was shown, and nothing came for a while."""
        return self._received.empty() and time.monotonic() - self._shown_at > QUIET_SECONDS

    def _progress(self) -> tuple[object, ...]:
        return self.handled, self._view.shown.changes, self._ready_at

    async def _look(self) -> None:
        """Ask the worker how far it is, and start it again if it ended."""
        while True:
            event = self._supervisor.look(time.monotonic())
            if isinstance(event, Ended):
                self._view.detail(f"the worker ended; it is started again in {event.again_in_seconds:g} s. Its log:")
                self._view.detail(event.log_tail)
            if not self._ready_at and await asyncio.to_thread(is_ready, self._port):
                self._ready_at = time.monotonic()
            handled = await asyncio.to_thread(handled_records, self._port)
            if handled is not None and handled != self.handled:
                self.handled, self._progress_at = handled, time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    async def _read(self) -> None:
        """Read stage changes as they are published, each once."""
        seen: set[str] = set()
        async for record in self._reader.forever():
            if record.value is not None:
                change = StageChange.model_validate_json(record.value)
                if change.id not in seen:
                    seen.add(change.id)
                    self._received.put_nowait(_Received(change, time.monotonic()))

    async def _show(self) -> None:
        """Show them, at a pace that people can follow."""
        while True:
            received = await self._received.get()
            took_ms = None if self.live_since is None else (received.received_at - self.live_since) * 1000
            self._view.change(received.change, took_ms)
            self._shown_at = time.monotonic()
            if self._is_paced and self.live_since is None:
                rate = max(CHANGES_A_SECOND, self._received.qsize() / HURRIED_SECONDS)
                await asyncio.sleep(1 / rate)
