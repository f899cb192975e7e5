"""Calls of a client that may never answer: each ends within its bound, and leaves the thread free for the next one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka.errors import IllegalStateError, KafkaTimeoutError

from streams.transport import asking
from streams.transport.asking import asked
from streams.transport.door import InputSilent

SECONDS_MAX = 0.02


class Thread:
    """Calls in this loop, or never if it stands still; notes how many calls go on."""

    def __init__(self, *, is_still: bool = False) -> None:
        self.calls_going_on = 0
        self._is_still = is_still

    async def call_thread(self, fun: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Call it."""
        if self._is_still:
            await asyncio.Event().wait()
        self.calls_going_on += 1
        try:
            return await fun(*args)
        finally:
            self.calls_going_on -= 1


async def never() -> int:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def test_an_answer_comes_back() -> None:
    """What was called gets its arguments, and its answer is returned."""

    async def added(one: int, other: int) -> int:
        return one + other

    assert await asked(Thread(), SECONDS_MAX, added, 2, 3) == 5


async def test_a_client_that_never_answers_is_named_and_given_up() -> None:
    """The error says which call, and for how long; nothing of it is left in the thread."""
    thread = Thread()

    with pytest.raises(InputSilent, match=r"did not answer never for 0\.02 s"):
        await asked(thread, SECONDS_MAX, never)

    assert thread.calls_going_on == 0


async def test_a_thread_that_stands_still_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the bound in the thread is reached: the one outside ends it."""
    monkeypatch.setattr(asking, "THREAD_SECONDS", SECONDS_MAX)

    with pytest.raises(InputSilent):
        await asked(Thread(is_still=True), SECONDS_MAX, never)


async def test_a_client_that_says_it_waited_in_vain_is_silent_too() -> None:
    """Aiokafka's own time-out means the same; other errors stay what they are."""

    async def failing(error: Exception) -> None:
        raise error

    with pytest.raises(InputSilent):
        await asked(Thread(), SECONDS_MAX, failing, KafkaTimeoutError())
    with pytest.raises(IllegalStateError):
        await asked(Thread(), SECONDS_MAX, failing, IllegalStateError())
