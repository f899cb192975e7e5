"""The thread that sees to it that the loop turns and a stop ends; the part in the loop that tells of a standstill."""

import asyncio
import logging
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from streams.cli.exit_codes import ExitCode
from streams.worker import watchdog
from streams.worker.standstill import Bounds, Look, Standstill
from streams.worker.watchdog import (
    STALLED_EXIT_CODE,
    STEP_SECONDS_MAX,
    LoopGuard,
    Stalled,
    Watchdog,
    suspended,
)

HANG_SECONDS_MAX = 60.0


@dataclass
class Clock:
    """A clock that the test sets."""

    now: float = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def looks(guard: LoopGuard, clock: Clock, seconds: float) -> str | None:
    """Look every second for so long; return the first reason to end."""
    for _ in range(round(seconds)):
        clock.now += 1.0
        if (reason := guard.look()) is not None:
            return reason
    return None


def test_a_loop_that_turns_is_left_alone() -> None:
    """A beat between any two looks is enough."""
    clock = Clock()
    guard = LoopGuard(5.0, 10.0, monotonic=clock)
    for _ in range(100):
        guard.beat()
        assert looks(guard, clock, 4.0) is None


def test_a_loop_that_stands_still_is_told_of() -> None:
    """Past the bound, and not before."""
    clock = Clock()
    guard = LoopGuard(5.0, 10.0, monotonic=clock)
    guard.beat()

    assert looks(guard, clock, 6.0) is None
    assert looks(guard, clock, 1.0) == "the event loop stood still for 6 s"


def test_a_process_that_was_paused_goes_on() -> None:
    """SIGSTOP for an hour, a laptop's lid: the loop had no chance to turn."""
    clock = Clock()
    guard = LoopGuard(5.0, 10.0, monotonic=clock)
    guard.beat()
    guard.look()
    clock.now += 3600.0

    assert guard.look() is None
    assert STEP_SECONDS_MAX < 5.0


def test_a_stop_has_its_own_bound() -> None:
    """A stop that takes too long is ended, even while the loop turns; the loop may stand still meanwhile."""
    clock = Clock()
    guard = LoopGuard(5.0, 10.0, monotonic=clock)
    guard.stopping()

    assert looks(guard, clock, 11.0) is None
    assert looks(guard, clock, 1.0) == "it was told to stop 11 s ago"


def test_a_process_whose_work_is_over_may_live_on_but_not_hang_at_its_end() -> None:
    """Whoever ran a worker and does something else now is left alone; an interpreter that waits for a thread is not."""
    clock = Clock()
    leaving: list[bool] = []
    guard = LoopGuard(5.0, 10.0, monotonic=clock, is_leaving=lambda: bool(leaving))
    guard.stopping()
    guard.over()
    assert looks(guard, clock, 1000.0) is None

    leaving.append(True)
    assert looks(guard, clock, 11.0) is None
    assert looks(guard, clock, 1.0) == "it was told to stop 11 s ago"


def test_the_exit_code_is_the_one_that_is_documented() -> None:
    """The thread ends the process with the code that the command has for it."""
    assert ExitCode.STALLED == STALLED_EXIT_CODE


async def test_a_standstill_is_told_once_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the reason and where every task waits."""
    told: list[Stalled] = []
    has_told = asyncio.Event()

    def tell(stalled: Stalled) -> None:
        told.append(stalled)
        has_told.set()

    dead = Look(0.0, 0.0, has_assignment=True, sightings=[], problem="the fetch routine ended")
    guard = LoopGuard(5.0, 10.0)
    with caplog.at_level(logging.ERROR):
        async with Watchdog(Standstill(Bounds(5.0, 1.0, 60.0)), lambda _: dead, tell, guard):
            await asyncio.wait_for(has_told.wait(), HANG_SECONDS_MAX)

    assert [str(one) for one in told] == ["the input has died: the fetch routine ended"]
    assert "worker_stalled reason='the input has died: the fetch routine ended'" in caplog.text
    assert "worker_stalled_at task='watchdog'" in caplog.text
    assert guard._beats > 0
    assert guard._is_stopping


async def test_a_look_that_fails_ends_the_worker_and_says_so() -> None:
    """Nobody would look any more, and the thread would end the process for a loop that turns."""
    told: list[Stalled] = []
    has_told = asyncio.Event()

    def tell(stalled: Stalled) -> None:
        told.append(stalled)
        has_told.set()

    def fail(_: float) -> Look:
        raise AttributeError

    async with Watchdog(Standstill(Bounds(5.0, 1.0, 60.0)), fail, tell, LoopGuard(5.0, 10.0)):
        await asyncio.wait_for(has_told.wait(), HANG_SECONDS_MAX)

    (stalled,) = told
    assert str(stalled).startswith("the watchdog failed: AttributeError in ")
    assert " > fail:" in str(stalled)


async def test_where_a_task_waits_is_told_by_names_and_lines() -> None:
    """The chain of what awaits what, without a value."""
    never = asyncio.Event()

    async def inner(address: str) -> None:
        await never.wait()
        raise AssertionError(address)

    async def outer() -> None:
        await inner("ada@example.com")

    task = asyncio.create_task(outer(), name="owner-3")
    await asyncio.sleep(0)
    (line,) = suspended([task])
    task.cancel()

    assert line.startswith("task='owner-3' in outer:")
    assert " > inner:" in line
    assert " > wait:" in line
    assert "ada" not in line


@pytest.mark.integration
@pytest.mark.parametrize(
    ("begin", "reason"),
    [
        ("blocked('ada@example.com')", "the event loop stood still for 1 s"),
        ("guard.stopping(); blocked('ada@example.com')", "it was told to stop 1 s ago"),
        ("guard.over(); threading.Thread(target=blocked, args=['ada']).start()", "it was told to stop 1 s ago"),
    ],
)
def test_a_blocked_process_is_ended_with_its_stacks(begin: str, reason: str) -> None:
    """Whatever the main thread does, the process ends with its own code, the reason and where it was."""
    program = f"""
import threading
from streams.worker.watchdog import LoopGuard
guard = LoopGuard(0.2, 0.2)
guard.start()
def blocked(address):
    threading.Event().wait()
{begin}
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=HANG_SECONDS_MAX, check=False
    )

    assert done.returncode == ExitCode.STALLED
    assert f"worker_stalled reason='{reason}'" in done.stderr
    assert "in blocked" in done.stderr
    assert "ada" not in done.stderr


async def test_how_late_the_loop_turns_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps the loop busy beyond the pause between two looks is its lag; nothing is told before the first look."""
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.01)
    lags: list[float] = []
    is_told = asyncio.Event()

    def tell(seconds: float) -> None:
        lags.append(seconds)
        is_told.set()

    idle = Look(0.0, 0.0, has_assignment=True, sightings=[], problem=None)
    async with Watchdog(Standstill(Bounds(5.0, 1.0, 60.0)), lambda _: idle, lambda _: None, None, tell):
        await asyncio.sleep(0)
        busy_until = time.monotonic() + 0.1
        while time.monotonic() < busy_until:
            pass
        await asyncio.wait_for(is_told.wait(), HANG_SECONDS_MAX)

    assert lags[0] >= 0.05
