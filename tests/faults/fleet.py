"""The workers of a run, each kept alive as a process manager would: what ends is started again.

Worker 0 is right about the time; the others are minutes off, either way, and a fault may set any clock anew.
"""

import asyncio
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from streams.sandbox.process import Child, free_port
from streams.sandbox.supervision import Ended, Supervisor
from tests.faults.worker_entry import Order, give_order, set_clock

LOOK_SECONDS = 0.1
BEGUN_SECONDS = 3.0
"""A younger process may not know yet what a signal asks of it: it is left alone."""
CLOCKS_AHEAD_MS = (0, 290_000, -290_000)
STOP_SECONDS_MAX = 20.0
IN_VAIN = re.compile(r"folded_in_vain pid=(\d+) records=(-?\d+)")
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

    @property
    def has_begun(self) -> bool:
        """Whether its process runs, and has for a while."""
        started_at = self.supervisor._started_at
        return self.child.is_running and started_at is not None and time.monotonic() - started_at > BEGUN_SECONDS


@dataclass(frozen=True, slots=True)
class Stop:
    """One worker that was told to stop: which process, and after how many seconds it ended; infinite: never, or badly.

    ``is_quiet``: no fault was at the servers meanwhile.
    """

    process_id: int
    seconds: float
    is_quiet: bool = True


@dataclass(frozen=True, slots=True)
class LogTale:
    """What the logs of all workers tell: refused commits by answer, replays, and ends by exit code.

    ``tokens``: of the commits that were refused when they were sent for the first time. ``in_vain``: by process id how
    many records it had folded and not committed when it ended in good order.
    """

    refused: dict[str, int]
    tokens: frozenset[str]
    rollbacks: int
    ends: dict[str, int]
    in_vain: dict[int, int]


@dataclass
class Fleet:
    """All workers of a run; an asynchronous context manager.

    ``environment``: their settings. ``sabotage``: what is taken out of them, for a control.
    """

    folder: Path
    environment: Mapping[str, str]
    sabotage: str | None = None
    workers: list[Worker] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
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

    def add(self, *, is_static: bool = False) -> Worker:
        """Start one more worker; returns at once.

        ``is_static``: with an instance id that outlives its process, as standing workers have in `docker-compose.yml`.
        """
        number = len(self.workers)
        name = f"worker-{number}"
        clock = self.folder / f"{name}.clock"
        set_clock(clock, CLOCKS_AHEAD_MS[number % len(CLOCKS_AHEAD_MS)])
        # What a sabotage takes out, it takes out of plain modules.
        program = ["tests.faults.worker_entry"] if self.sabotage else ["streams.compiled", "tests.faults.worker_entry"]
        command = [sys.executable, "-m", *program, str(clock)]
        environment = {**self.environment, "LEADSTREAM_METRICS_PORT": str(free_port())}
        if is_static:
            environment["LEADSTREAM_INSTANCE_ID"] = name
        child = Child(name, command + ([self.sabotage] if self.sabotage else []), self._log(name), environment)
        worker = Worker(name, child, Supervisor(child), clock)
        self.workers.append(worker)
        worker.supervisor.start(time.monotonic())
        return worker

    def at_hand(self) -> list[Worker]:
        """Return the workers that run and that no fault is at."""
        return [worker for worker in self.workers if worker.is_wanted and not worker.is_held and worker.has_begun]

    async def terminated(self, worker: Worker) -> Stop:
        """SIGTERM a worker and return how it ended; it is killed if it does not."""
        while worker.child.is_running and not worker.has_begun:  # noqa: ASYNC110 - only seen by looking
            await asyncio.sleep(LOOK_SECONDS)
        if not worker.child.is_running:
            return Stop(0, 0.0)
        process = worker.child._process
        process_id = 0 if process is None else process.pid
        give_order(worker.clock, Order.STOP)
        begun_at = time.monotonic()
        worker.child.send(signal.SIGTERM)
        while process is not None and process.poll() is None:
            if time.monotonic() - begun_at > STOP_SECONDS_MAX:
                worker.child.send(signal.SIGKILL)
                return Stop(process_id, float("inf"))
            await asyncio.sleep(0.02)
        # One that is still loading its modules ends by the signal itself, with nothing in its hands.
        is_good = process is not None and process.returncode in (0, -signal.SIGTERM)
        return Stop(process_id, time.monotonic() - begun_at if is_good else float("inf"))

    async def dismiss(self, worker: Worker) -> Stop:
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
        in_vain = {int(process_id): int(count) for process_id, count in IN_VAIN.findall(text)}
        return LogTale(refused, tokens, text.count("table_moved "), dict(self.ends), in_vain)

    async def _supervise(self) -> None:
        """Start again what ends."""
        while True:
            for worker in self.workers:
                if worker.is_wanted and isinstance(seen := worker.supervisor.look(time.monotonic()), Ended):
                    self.ends[str(seen.exit_code)] += 1
            await asyncio.sleep(LOOK_SECONDS)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"
