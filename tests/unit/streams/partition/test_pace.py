"""Leads are judged anew at a set rate at most, whoever asks; and who is to stop does not wait for its turn."""

import asyncio
from contextlib import suppress

import pytest

from streams.partition.pace import SweepPace
from streams.partition.pulse import Pulse
from tests.builders.virtual_time import elapse, in_virtual_time


def goes_on() -> bool:
    """Nobody is to stop."""
    return False


async def seconds_of(pace: SweepPace, *counts: int) -> float:
    """Return how long some pages wait, one after the other."""
    time = asyncio.get_running_loop().time
    began_at = time()
    for count in counts:
        await pace.wait_for(count, goes_on)
    return time() - began_at


@in_virtual_time
async def test_pages_come_at_the_rate_however_large_they_are() -> None:
    """The first at once; each other when those before it have had their time."""
    assert await seconds_of(SweepPace(100), 50, 200, 10) == pytest.approx(2.5)


@in_virtual_time
async def test_all_partitions_share_the_rate() -> None:
    """Three owners with four pages of ten leads each, at twenty a second: the last one begins after 11 half seconds."""
    pace = SweepPace(20)

    taken = await asyncio.gather(*(seconds_of(pace, 10, 10, 10, 10) for _ in range(3)))

    assert max(taken) == pytest.approx(5.5)
    assert min(taken) >= 3.5


@pytest.mark.parametrize(("rate", "ended_at"), [(20, [2.0, 4.0, 6.0]), (0, [2.0, 2.0, 2.0])])
@in_virtual_time
async def test_at_a_rate_one_partition_is_swept_after_the_other(rate: int, ended_at: list[float]) -> None:
    """So the first ones are soon done with; without a rate nobody waits for anybody, and one that fails lets go."""
    pace, time = SweepPace(rate), asyncio.get_running_loop().time
    began_at, ended = time(), list[float]()

    async def swept() -> None:
        with suppress(ValueError):
            async with pace.turn(goes_on):
                await elapse(2.0)
                ended.append(time() - began_at)
                raise ValueError

    await asyncio.gather(*(swept() for _ in range(3)))

    assert ended == pytest.approx(ended_at, abs=0.6)


@in_virtual_time
async def test_who_is_to_stop_gives_up_its_turn() -> None:
    """And takes it from nobody."""
    pace = SweepPace(1)
    async with pace.turn(goes_on):
        async with pace.turn(lambda: True):
            pass
        assert await seconds_of_turn(pace) > 5


async def seconds_of_turn(pace: SweepPace) -> float:
    """Return how long somebody waits for a turn that nobody gives up, who stops after six seconds."""
    time = asyncio.get_running_loop().time
    began_at = time()
    async with pace.turn(lambda: time() - began_at > 6):
        return time() - began_at


@in_virtual_time
async def test_what_was_not_used_is_not_made_up_for() -> None:
    """An hour without a sweep is no credit for the next one."""
    pace = SweepPace(10)
    await pace.wait_for(10, goes_on)
    await elapse(3600)

    assert await seconds_of(pace, 10, 10) == pytest.approx(1.0)


@in_virtual_time
async def test_who_is_to_stop_does_not_wait() -> None:
    """A worker has to leave in seconds, whatever the rate."""
    pace, time = SweepPace(1), asyncio.get_running_loop().time
    await pace.wait_for(3600, goes_on)
    began_at = time()

    await pace.wait_for(1, lambda: time() - began_at > 1.0)

    assert time() - began_at < 1.5


@in_virtual_time
async def test_waiting_for_a_turn_is_no_standstill() -> None:
    """However long it takes: a watchdog that ended the worker would make it take longer."""
    pace, watched, seen = SweepPace(1), Pulse(), list[int]()

    async def wait() -> None:
        await pace.wait_for(600, goes_on)
        await pace.wait_for(1, goes_on)

    waiting = asyncio.create_task(wait(), context=watched.context())
    for _ in range(60):
        await elapse(9)
        seen.append(watched.steps)
    await waiting

    assert seen == sorted(set(seen)), "it looked as if it stood still"


@in_virtual_time
async def test_without_a_bound_nobody_waits() -> None:
    """As it is unless somebody sets one."""
    assert await seconds_of(SweepPace(), 10_000, 10_000) == 0.0


@pytest.mark.parametrize(("rate", "leads"), [(0, 500), (1, 1), (100, 10), (2_000, 200), (1_000_000, 500)])
def test_pages_are_small_where_the_rate_is(rate: int, leads: int) -> None:
    """So that a sweep goes on in steps that can be seen; never beyond what one commit takes."""
    assert SweepPace(rate).page_leads(500) == leads
