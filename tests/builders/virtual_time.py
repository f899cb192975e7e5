"""An event loop whose clock jumps to the next thing to do: tests of waits, without waiting.

A test that would wait for ever fails at once, because then nothing is left to do.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

SECONDS_MAX = 100_000.0
"""A test in which more time passes is taken to hang."""

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]  # the platform's, chosen at run time
    """Waits for nothing: time passes instead."""

    loop: "VirtualTimeLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        """Return what is ready now, else let the time-out pass."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("nothing will ever happen any more: the test waits for ever")
            self.loop.pass_time(max(0.0, timeout))
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop; its clock starts at 1,000 seconds."""

    def __init__(self) -> None:
        """Start the clock."""
        self._now = 1_000.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._now

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        if self._now > SECONDS_MAX:
            raise RuntimeError(f"{SECONDS_MAX:g} virtual seconds have passed: the test hangs")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)


def in_virtual_time(
    test: Callable[Arguments, Coroutine[Any, Any, Result]],
) -> Callable[Arguments, Result]:
    """Make an asynchronous test run in virtual time."""

    @functools.wraps(test)
    def timed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return run(test(*args, **kwargs))

    return timed


async def elapse(seconds: float) -> None:
    """Let virtual time pass."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()


async def until(holds: Callable[[], object], seconds_max: float = 60.0) -> None:
    """Let virtual time pass until something holds.

    Raises:
        AssertionError: If it does not within the bound.
    """
    for _ in range(round(seconds_max / 0.01)):
        if holds():
            return
        await elapse(0.01)
    raise AssertionError(f"it did not happen within {seconds_max:g} virtual seconds")
