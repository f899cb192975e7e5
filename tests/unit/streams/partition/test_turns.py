"""Whose turn it is to work through a long run."""

import asyncio
from collections.abc import Sequence

from streams.partition.turns import RUNS_AT_ONCE, Turns
from tests.builders.virtual_time import elapse, in_virtual_time


class Hall:
    """Some owners that want to work, and who of them is at work."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.at_work: list[str] = []
        self.stopped: set[str] = set()
        self._done = {name: asyncio.Event() for name in "abcdef"}

    async def work(self, name: str) -> None:
        """Work as somebody, until it is done."""
        async with self.turns.turn(lambda: name in self.stopped):
            self.at_work.append(name)
            await self._done[name].wait()
            self.at_work.remove(name)

    async def finish(self, name: str) -> None:
        """Have somebody be done, and the next ones begin."""
        self._done[name].set()
        await settle()


async def settle() -> None:
    """Let all that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def begun(hall: Hall, names: Sequence[str]) -> list["asyncio.Task[None]"]:
    """Have some begin, one after the other."""
    tasks = []
    for name in names:
        tasks.append(asyncio.create_task(hall.work(name)))
        await settle()
    return tasks


@in_virtual_time
async def test_long_runs_take_turns_in_the_order_of_their_coming() -> None:
    """As many at once as there may be."""
    hall = Hall()
    tasks = await begun(hall, "abcd")
    assert hall.at_work == ["a", "b"][:RUNS_AT_ONCE]
    await hall.finish("b")
    assert hall.at_work == ["a", "c"]
    await hall.finish("a")
    assert hall.at_work == ["c", "d"]
    await hall.finish("c")
    await hall.finish("d")
    await asyncio.gather(*tasks)


@in_virtual_time
async def test_who_is_to_stop_does_not_wait() -> None:
    """It goes on without a turn, and takes none from the others."""
    hall = Hall()
    tasks = await begun(hall, "abcd")
    hall.stopped.add("c")
    await elapse(1)
    assert hall.at_work == ["a", "b", "c"]
    for name in "cab":
        await hall.finish(name)
    assert hall.at_work == ["d"]
    await hall.finish("d")
    await asyncio.gather(*tasks)


@in_virtual_time
async def test_a_turn_is_given_back_by_who_is_cancelled() -> None:
    """Both by one at work and by one that waits."""
    hall = Hall()
    first, _, waiting, last = tasks = await begun(hall, "abcd")
    waiting.cancel()
    first.cancel()
    await asyncio.wait([first, waiting])
    await settle()
    assert hall.at_work == ["a", "b", "d"]  # the first one never took itself off
    for name in "bd":
        await hall.finish(name)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert last.exception() is None
