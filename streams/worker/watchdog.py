"""Ends a worker that has come to a standstill, loudly, for its supervisor to start it anew.

Two parts. One turns in the event loop, looks at the owners, and has the worker fail in good order. The other is a
thread: it sees to it that the loop itself turns, and that a stop comes to an end, and else ends the process on the
spot. The thread takes no lock that the loop could hold, and goes by a clock of its own that stands still while the
process does not run. What it writes are names of functions and lines, never a value.
"""

import asyncio
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from streams.monitoring.awake import AwakeClock
from streams.monitoring.logs import described
from streams.worker.standstill import Look, Standstill, Vitals

log = logging.getLogger(__name__)

STALLED_EXIT_CODE = 7
"""`streams.cli.exit_codes.ExitCode.STALLED`: the thread ends the process without going back to the command."""
LOOK_SECONDS = 0.5
STEP_SECONDS_MAX = 2.0
"""A pause between two looks beyond this was no doing of the worker's."""
LAST_WORDS_SECONDS_MAX = 2.0
"""How long the last words may take: the log's pipe may be what everything waits for."""
FRAMES_MAX = 6


class Stalled(Exception):
    """The worker stood still."""


class LoopGuard:
    """The thread. It runs to the end of the process, whatever happens to everything else.

    Args:
        stall_seconds_max: How long the event loop may stand still.
        stop_seconds_max: How long the process may go on once it was told to stop.
        end: Ends the process, after telling why.
        monotonic: A clock in seconds.
        is_leaving: Tells whether the interpreter is about to end, and waits for its threads.
    """

    def __init__(
        self,
        stall_seconds_max: float,
        stop_seconds_max: float,
        end: Callable[[str], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        is_leaving: Callable[[], bool] = lambda: not threading.main_thread().is_alive(),
    ) -> None:
        self._is_leaving = is_leaving
        self._is_over = False
        self._stall_seconds_max = stall_seconds_max
        self._stop_seconds_max = stop_seconds_max
        self._end = end_process if end is None else end
        self._clock = AwakeClock(monotonic, STEP_SECONDS_MAX)
        self._beats = 0
        self._seen_beats = 0
        self._beaten_at = 0.0
        self._is_stopping = False
        self._stopping_since: float | None = None

    def start(self) -> None:
        """Begin to look; nothing has to end it."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def beat(self) -> None:
        """Note that the event loop turns."""
        self._beats += 1

    def stopping(self) -> None:
        """Note that the process was told to stop."""
        self._is_stopping = True

    def over(self) -> None:
        """Note that the work is over: what is left is the end of the process, if it is to end."""
        self._is_over = True

    def look(self) -> str | None:
        """Return why the process has to end now, or None. Called from the thread."""
        now = self._clock.read()
        if self._beats != self._seen_beats:
            self._seen_beats, self._beaten_at = self._beats, now
        if self._is_over and not self._is_leaving():
            self._stopping_since = None
            return None
        if self._is_stopping or self._is_over:
            since = self._stopping_since = now if self._stopping_since is None else self._stopping_since
            return f"it was told to stop {now - since:.0f} s ago" if now - since > self._stop_seconds_max else None
        still_seconds = now - self._beaten_at
        return (
            f"the event loop stood still for {still_seconds:.0f} s" if still_seconds > self._stall_seconds_max else None
        )

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            if (reason := self.look()) is not None:
                self._end(reason)
                return


class Watchdog:
    """The part in the event loop; an async context manager.

    Args:
        standstill: The rules.
        look: Looks at the worker, at an instant by the clock given.
        on_stall: Told of a standstill, once; it is to end the worker.
        guard: The thread to tell that the loop turns, if there is one.
        on_lag: Told at each turn how many seconds late the loop came to it.
        on_look: Told at each turn how the worker does.
    """

    def __init__(
        self,
        standstill: Standstill,
        look: Callable[[float], Look],
        on_stall: Callable[[Stalled], None],
        guard: LoopGuard | None,
        on_lag: Callable[[float], None] = lambda _: None,
        on_look: Callable[[Vitals], None] = lambda _: None,
    ) -> None:
        self._standstill = standstill
        self._look = look
        self._on_stall = on_stall
        self._guard = guard
        self._on_lag = on_lag
        self._on_look = on_look
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch(), name="watchdog")
        self._task.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._guard is not None:
            self._guard.stopping()  # what is left to do is bounded as a stop is
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Say that looking itself failed: nobody watches any more, and the guard would call it a blocked loop."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_stall(Stalled(f"the watchdog failed: {described(error)}"))

    async def _watch(self) -> None:
        clock = AwakeClock(time.monotonic, STEP_SECONDS_MAX)
        is_told = False
        while True:
            if self._guard is not None:
                self._guard.beat()
            look = self._look(clock.read())
            reason = self._standstill.reason(look)
            self._on_look(self._standstill.vitals(look))
            if reason is not None and not is_told:
                is_told = True
                log.critical("worker_stalled reason=%r", reason)
                for line in suspended(asyncio.all_tasks()):
                    log.error("worker_stalled_at %s", line)
                self._on_stall(Stalled(reason))
            begun_at = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            self._on_lag(max(0.0, time.monotonic() - begun_at - LOOK_SECONDS))


def suspended(tasks: Iterable["asyncio.Task[Any]"]) -> list[str]:
    """Return where each task waits: its name, and the innermost functions with their lines. No values."""
    return sorted(f"task={task.get_name()!r} in {' > '.join(_places(task.get_coro()))}" for task in tasks)


def _places(awaited: Any) -> list[str]:  # noqa: ANN401 - a coroutine, or whatever it awaits
    places: list[str] = []
    while awaited is not None:
        frame = (
            getattr(awaited, "cr_frame", None)
            or getattr(awaited, "gi_frame", None)
            or getattr(awaited, "ag_frame", None)
        )
        if frame is not None:
            places.append(f"{frame.f_code.co_name}:{frame.f_lineno}")
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    return places[-FRAMES_MAX:]


def end_process(reason: str) -> None:
    """Tell why and where all threads are, and end the process with an exit code of its own, whatever else goes on."""
    # In a thread: if nobody reads the log, writing may be the very thing that hangs.
    words = threading.Thread(target=_last_words, args=(reason,), name="watchdog-last-words", daemon=True)
    words.start()
    words.join(LAST_WORDS_SECONDS_MAX)
    os._exit(STALLED_EXIT_CODE)


def _last_words(reason: str) -> None:
    record = log.makeRecord(log.name, logging.CRITICAL, __file__, 0, "worker_stalled reason=%r", (reason,), None)
    handlers = logging.getLogger().handlers
    # Formatted and written here: the log's own lock may be held by whoever hangs.
    line = handlers[0].format(record) if handlers else record.getMessage()
    os.write(sys.stderr.fileno(), f"{line}\n".encode())
    faulthandler.dump_traceback(file=sys.stderr.fileno(), all_threads=True)
