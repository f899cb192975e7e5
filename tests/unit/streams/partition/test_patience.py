"""Asking a server again until it answers, or for so long."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest

from streams.partition.patience import LONGEST_PAUSE_SECONDS, GaveUp, patiently
from streams.publisher.door import PublishUnavailable
from streams.table.door import TableUnavailable
from tests.builders.virtual_time import in_virtual_time


def failing(times: int, error: Exception) -> tuple[list[float], Callable[[], "asyncio.Future[str]"]]:
    """Return a call that fails so many times, and a list of when it was made."""
    asked_at: list[float] = []

    async def ask() -> str:
        asked_at.append(asyncio.get_running_loop().time())
        if len(asked_at) <= times:
            raise error
        return "pong"

    return asked_at, lambda: asyncio.ensure_future(ask())


@in_virtual_time
async def test_an_answer_is_returned_at_once() -> None:
    """A server that is there costs no pause."""
    asked_at, ask = failing(0, TableUnavailable())

    assert await patiently(ask, seconds_max=1.0) == "pong"
    assert len(asked_at) == 1


@pytest.mark.parametrize("error", [TableUnavailable("Redis is loading"), PublishUnavailable("no leader")])
@in_virtual_time
async def test_a_server_that_comes_back_costs_nothing_but_time(error: Exception) -> None:
    """It is asked again, each failure is told, and the answer arrives."""
    told: list[Exception] = []
    asked_at, ask = failing(5, error)

    assert await patiently(ask, seconds_max=60.0, on_retry=told.append) == "pong"
    assert told == [error] * 5
    assert len(asked_at) == 6


@in_virtual_time
async def test_pauses_grow_up_to_a_bound() -> None:
    """A server that struggles is not hammered, and one that is back is noticed within two seconds."""
    asked_at, ask = failing(20, TableUnavailable())
    await patiently(ask, seconds_max=600.0)

    pauses = [later - earlier for earlier, later in pairwise(asked_at)]
    assert pauses[0] <= 0.05
    assert max(pauses) <= LONGEST_PAUSE_SECONDS
    assert all(pause >= LONGEST_PAUSE_SECONDS / 2 for pause in pauses[8:])


@in_virtual_time
async def test_giving_up_is_loud_and_bounded() -> None:
    """Past the bound the caller learns what failed and what to do."""
    error = TableUnavailable("Redis at localhost:6379: connection refused")
    asked_at, ask = failing(10_000, error)

    with pytest.raises(GaveUp, match=r"no answer for 30 s: .*refused; bring the server back") as told:
        await patiently(ask, seconds_max=30.0)

    assert told.value.__cause__ is error
    assert 27.0 <= asked_at[-1] - asked_at[0] <= 30.0


@in_virtual_time
async def test_another_error_is_not_asked_again() -> None:
    """What does not pass by itself is raised as it is."""
    asked_at, ask = failing(1, ValueError("a fault of ours"))

    with pytest.raises(ValueError, match="a fault of ours"):
        await patiently(ask, seconds_max=30.0)
    assert len(asked_at) == 1
