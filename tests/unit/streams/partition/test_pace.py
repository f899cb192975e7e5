"""Leads are judged anew at a set rate at most, whoever asks; and who is to stop does not wait for its turn."""

import asyncio

import pytest

from streams.partition.pace import SweepPace
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
async def test_without_a_bound_nobody_waits() -> None:
    """As it is unless somebody sets one."""
    assert await seconds_of(SweepPace(), 10_000, 10_000) == 0.0


@pytest.mark.parametrize(("rate", "leads"), [(0, 500), (1, 1), (100, 10), (2_000, 200), (1_000_000, 500)])
def test_pages_are_small_where_the_rate_is(rate: int, leads: int) -> None:
    """So that a sweep goes on in steps that can be seen; never beyond what one commit takes."""
    assert SweepPace(rate).page_leads(500) == leads
