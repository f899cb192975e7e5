"""An event loop for several processes in one world: its clock jumps, and a process can be stopped, resumed and killed.

What a process has under way is told by its context: every step of its tasks passes `SimulatedLoop.call_soon`. A stopped
process takes no step until it is resumed, as under SIGSTOP; a killed one never takes another, as under SIGKILL: no
handler and no `finally` of it runs. Timers are the world's and go on.
"""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from typing import Any

STARTS_AT_SECONDS = 1_000.0
SECONDS_MAX = 10_000.0
"""A run in which more time passes hangs."""

PROCESS: ContextVar["Process | None"] = ContextVar("process", default=None)
WORLD = Context()
"""The context of what belongs to no process: servers, networks and faults."""


class Process:
    """One process: what it has under way is started by `start`."""

    def __init__(self, loop: "SimulatedLoop") -> None:
        """Begin running."""
        self._loop = loop
        self._stopped: list[asyncio.Handle] = []
        self.is_stopped = False
        self.is_dead = False
        self._context = Context()
        self._context.run(PROCESS.set, self)

    @property
    def is_running(self) -> bool:
        """Tell whether it takes steps now."""
        return not (self.is_stopped or self.is_dead)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a task of this process."""
        self._loop.create_task(work, context=self._context)

    def call(self, callback: Callable[..., object], *args: object) -> None:
        """Call something in this process, as soon as it runs."""
        self._loop.call_soon(callback, *args, context=self._context)

    def stop(self) -> None:
        """Take no step until `resume`."""
        self.is_stopped = True
        self._stopped += self._loop.take_ready(self)

    def resume(self) -> None:
        """Go on where it was stopped."""
        self.is_stopped = False
        if not self.is_dead:
            self._loop.make_ready(self._stopped)
            self._stopped = []

    def kill(self) -> None:
        """Never take a step again."""
        self.is_dead = True
        # Kept, so that nothing of it is cleaned up before the run is over.
        self._stopped += self._loop.take_ready(self)

    def postpone(self, handle: asyncio.Handle) -> None:
        """Keep a step until the process is resumed."""
        self._stopped.append(handle)


class _JumpingSelector:
    """Waits for nothing: time passes instead. Nothing outside of the loop ever happens."""

    def __init__(self, loop: "SimulatedLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None = None) -> tuple[()]:
        """Let a time-out pass."""
        if timeout is None:
            raise RuntimeError("nothing will ever happen any more: the simulation waits for ever")
        if timeout > 0:
            self._loop.pass_time(timeout)
        return ()


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop; its clock starts at 1,000 seconds."""

    _ready: Any

    def __init__(self) -> None:
        """Start the clock."""
        super().__init__()
        self._now = STARTS_AT_SECONDS
        self._selector = _JumpingSelector(self)
        self._nothing = asyncio.Handle(id, (), self)
        self._nothing.cancel()

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._now

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        if self._now > SECONDS_MAX:
            raise RuntimeError(f"{SECONDS_MAX:g} virtual seconds have passed: the simulation hangs")

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Take a step at the next turn, if its process runs."""
        handle = asyncio.Handle(callback, args, self, context)
        process = handle._context.get(PROCESS)
        if process is None or process.is_running:
            self._ready.append(handle)
        else:
            process.postpone(handle)
        return handle

    def later(self, seconds: float, callback: Callable[..., object], *args: object) -> asyncio.TimerHandle:
        """Call something of the world's after a while."""
        return self.call_later(seconds, callback, *args, context=WORLD)

    def take_ready(self, process: Process) -> list[asyncio.Handle]:
        """Take out the steps that a process was about to take."""
        taken = []
        for place, handle in enumerate(self._ready):
            if handle._context.get(PROCESS) is process:
                taken.append(handle)
                # Something must stand there: the loop has counted what is ready.
                self._ready[place] = self._nothing
        return taken

    def make_ready(self, handles: list[asyncio.Handle]) -> None:
        """Take some steps at the next turn, in their order."""
        self._ready.extend(handles)

    def _process_events(self, event_list: object) -> None:
        """Nothing outside ever happens."""

    def _write_to_self(self) -> None:
        """No other thread wakes this loop."""


def run(work: Callable[[SimulatedLoop], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine to its end in a world of its own; what is under way then is dropped."""
    loop = SimulatedLoop()
    try:
        loop.run_until_complete(loop.create_task(work(loop), context=WORLD.copy()))
    finally:
        for task in asyncio.all_tasks(loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # dropped on purpose
            work_of_it = task.get_coro()
            if inspect.iscoroutine(work_of_it) and inspect.getcoroutinestate(work_of_it) == inspect.CORO_CREATED:
                work_of_it.close()
        loop.close()
