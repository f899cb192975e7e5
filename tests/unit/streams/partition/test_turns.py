"""Work that fills a turn of the event loop takes one after the other."""

import asyncio

from streams.partition.turns import Turns, turns


async def test_of_many_who_are_busy_one_has_a_part_in_a_turn_of_the_loop() -> None:
    """Who waits for an answer is served between any two of them."""
    taken, order = Turns(), list[str]()

    async def work(name: str) -> None:
        for _ in range(2):
            await taken.next()
            order.append(name)

    async def serve() -> None:
        while not all(worker.done() for worker in workers):
            order.append("|")
            await asyncio.sleep(0)

    workers = [asyncio.create_task(work(name)) for name in "abc"]
    serving = asyncio.create_task(serve())
    await asyncio.gather(*workers)
    serving.cancel()

    told = "".join(order)
    assert [part for part in told.split("|") if len(part) > 1] == []
    assert told.replace("|", "") == "abcabc"


async def test_who_gave_up_holds_nobody_up() -> None:
    """A task that is cancelled while it waits is passed over."""
    taken, order = Turns(), list[str]()

    async def work(name: str) -> None:
        await taken.next()
        order.append(name)

    first, second, third = (asyncio.create_task(work(name)) for name in "abc")
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)

    assert order == ["a", "c"]


async def test_all_who_run_in_one_loop_share_its_turns() -> None:
    """They need not know of each other."""
    assert turns() is turns()
