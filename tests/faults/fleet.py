"""The workers of a run, each kept alive as a process manager would: what ends is started again.

Worker 0 is right about the time; the others are minutes off, either way, and a fault may set any clock anew.
"""

import asyncio
import re
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from streams.sandbox.process import Child, free_port
from streams.sandbox.supervision import Ended, Supervisor
from tests.faults.worker_entry import set_clock

LOOK_SECONDS = 0.1
CLOCKS_AHEAD_MS = (0, 290_000, -290_000)
STOP_SECONDS_MAX = 20.0
REFUSED = re.compile(r"commit_refused answer=(\w+) partition=\d+ token=(\w+)")


@dataclass(slots=True)
class Worker:
    """One worker, under all process ids that it has had. ``is_held``: a fault is at it."""

    name: str
    child: Child
    supervisor: Supervisor
    clock: Path
    is_wanted: bool = True
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class LogTale:
    """What the logs of all workers tell: refused commits by answer, replays, and unwanted ends.

    ``tokens``: of the commits that were refused when they were sent for the first time.
    """

    refused: dict[str, int]
    tokens: frozenset[str]
    rollbacks: int
    ends: int


@dataclass
class Fleet:
    """All workers of a run; an asynchronous context manager.

    ``environment``: their settings. ``sabotage``: what is taken out of them, for a control.
    """

    folder: Path
    environment: Mapping[str, str]
    sabotage: str | None = None
    workers: list[Worker] = field(default_factory=list)
    ends: int = 0
    _watch: "asyncio.Task[None] | None" = None

    async def __aenter__(self) -> Self:
        self._watch = asyncio.create_task(self._supervise())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        for worker in self.workers:
            worker.child.kill()

    def add(self) -> Worker:
        """Start one more worker; returns at once."""
        number = len(self.workers)
        name = f"worker-{number}"
        clock = self.folder / f"{name}.clock"
        set_clock(clock, CLOCKS_AHEAD_MS[number % len(CLOCKS_AHEAD_MS)])
        command = [sys.executable, "-m", "tests.faults.worker_entry", str(clock)]
        environment = {**self.environment, "LEADSTREAM_METRICS_PORT": str(free_port())}
        child = Child(name, command + ([self.sabotage] if self.sabotage else []), self._log(name), environment)
        worker = Worker(name, child, Supervisor(child), clock)
        self.workers.append(worker)
        worker.supervisor.start(time.monotonic())
        return worker

    def at_hand(self) -> list[Worker]:
        """Return the workers that run and that no fault is at."""
        return [
            worker for worker in self.workers if worker.is_wanted and not worker.is_held and worker.child.is_running
        ]

    async def terminated(self, worker: Worker) -> float:
        """SIGTERM a worker and return how many seconds it took to end; infinite if it had to be killed or failed."""
        process = worker.child._process
        begun_at = time.monotonic()
        worker.child.send(signal.SIGTERM)
        while process is not None and process.poll() is None:
            if time.monotonic() - begun_at > STOP_SECONDS_MAX:
                worker.child.send(signal.SIGKILL)
                return float("inf")
            await asyncio.sleep(0.02)
        return time.monotonic() - begun_at if process is not None and process.returncode == 0 else float("inf")

    async def dismiss(self, worker: Worker) -> float:
        """Let a worker end for good; returns as `terminated`."""
        worker.is_wanted = False
        return await self.terminated(worker)

    def release(self) -> None:
        """Let every worker that was stopped go on, with no fault at it."""
        for worker in self.workers:
            worker.child.send(signal.SIGCONT)
            worker.is_held = False

    def log_tale(self) -> LogTale:
        """Read all logs."""
        text = "".join(
            self._log(worker.name).read_text(encoding="utf-8", errors="replace")
            for worker in self.workers
            if self._log(worker.name).exists()
        )
        found = REFUSED.findall(text)
        refused = {word: sum(answer.startswith(word) for answer, _ in found) for word in ("fenced", "moved")}
        # One that was sent before without an answer may have had its effect then, rightly.
        tokens = frozenset(token for answer, token in found if not answer.endswith("asked_again"))
        return LogTale(refused, tokens, text.count("table_moved "), self.ends)

    async def _supervise(self) -> None:
        """Start again what ends."""
        while True:
            for worker in self.workers:
                if worker.is_wanted and isinstance(worker.supervisor.look(time.monotonic()), Ended):
                    self.ends += 1
            await asyncio.sleep(LOOK_SECONDS)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"
