"""An event loop for several processes in one world: its clock jumps, and a process can be stopped, resumed and killed.

What a process has under way is told by its context: every step of its tasks passes `SimulatedLoop.call_soon`. A stopped
process takes no step until it is resumed, as under SIGSTOP; a killed one never takes another, as under SIGKILL: no
handler and no `finally` of it runs. Timers are the world's and go on.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
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
        self._stopped: list[Step] = []
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

    def postpone(self, step: "Step") -> None:
        """Keep a step until the process is resumed."""
        self._stopped.append(step)


class Step(list[Any]):
    """A callback that waits for its turn, or for its time, with its arguments and its context; empty once cancelled.

    It is as much of a handle as those who get one here ask for. A list, because nothing else is made as fast.
    """

    __slots__ = ()

    def cancel(self) -> None:
        """Never be taken."""
        self.clear()


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop; its clock starts at 1,000 seconds.

    Its turns are its own, and cheaper than those of asyncio: there is nothing to wait for. What a callback raises ends
    the run.
    """

    def __init__(self) -> None:
        """Start the clock."""
        super().__init__()
        self._now = STARTS_AT_SECONDS
        self._steps: deque[Step] = deque()
        self._timers: list[tuple[float, int, Step]] = []
        self._timer_count = 0
        self._stopping = False

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._now

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Take a step at the next turn, if its process runs."""
        if context is None:
            context = copy_context()
        step = Step((callback, args, context))
        process = context.get(PROCESS)
        if process is None or not (process.is_stopped or process.is_dead):
            self._steps.append(step)
        else:
            process.postpone(step)
        return step  # type: ignore[return-value]  # as much of a handle as is asked for

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call something at an instant, whether its process runs or not."""
        step = Step((callback, args, copy_context() if context is None else context))
        self._timer_count += 1
        # Timers of one instant keep the order in which they were set.
        heappush(self._timers, (when, self._timer_count, step))
        return step  # type: ignore[return-value]  # as above

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call something after some seconds, whether its process runs or not."""
        step = Step((callback, args, copy_context() if context is None else context))
        self._timer_count += 1
        heappush(self._timers, (self._now + delay, self._timer_count, step))
        return step  # type: ignore[return-value]  # as above

    def later(self, seconds: float, callback: Callable[..., object], *args: object) -> asyncio.TimerHandle:
        """Call something of the world's after a while."""
        step = Step((callback, args, WORLD))
        self._timer_count += 1
        heappush(self._timers, (self._now + seconds, self._timer_count, step))
        return step  # type: ignore[return-value]  # as above

    def take_ready(self, process: Process) -> list[Step]:
        """Take out the steps that a process was about to take."""
        ready = [step for step in self._steps if step]
        self._steps.clear()
        self._steps.extend(step for step in ready if step[2].get(PROCESS) is not process)
        return [step for step in ready if step[2].get(PROCESS) is process]

    def clear(self) -> None:
        """Drop all that is to come."""
        self._steps.clear()
        self._timers.clear()

    def make_ready(self, steps: list[Step]) -> None:
        """Take some steps at the next turn, in their order."""
        self._steps.extend(steps)

    def _run_once(self) -> None:
        """Take steps until told to stop; whenever none is ready, time passes until the next timer's instant.

        Turns, which asyncio has, would be no different: no timer comes between steps that are ready.
        """
        steps, next_step = self._steps, self._steps.popleft
        while not self._stopping:
            if not steps:
                self._pass_time()
            if step := next_step():
                callback, args, context = step
                context.run(callback, *args)

    def _pass_time(self) -> None:
        """Let time pass until something is to be done, and make that ready."""
        timers = self._timers
        step = None
        while not step:  # cancelled ones are empty
            if not timers:
                raise RuntimeError("nothing will ever happen any more: the simulation waits for ever")
            at, _, step = heappop(timers)
        if at > self._now:
            if at > SECONDS_MAX:
                raise RuntimeError(f"{SECONDS_MAX:g} virtual seconds have passed: the simulation hangs")
            self._now = at
        self._steps.append(step)
        while timers and timers[0][0] <= self._now:
            self._steps.append(heappop(timers)[2])

    def _process_events(self, event_list: object) -> None:
        """Nothing outside ever happens."""

    def _write_to_self(self) -> None:
        """No other thread wakes this loop."""


def run(work: Callable[[SimulatedLoop], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine to its end in a world of its own; what is under way then is dropped.

    It is closed, not left to the garbage collector, which would take long to find what hangs together.
    """
    loop = SimulatedLoop()
    try:
        loop.run_until_complete(loop.create_task(work(loop), context=WORLD.copy()))
    finally:
        for task in asyncio.all_tasks(loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # dropped on purpose
            work_of_it = task.get_coro()
            if inspect.iscoroutine(work_of_it):
                work_of_it.close()
        loop.clear()
        loop.close()
