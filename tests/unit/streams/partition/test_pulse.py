"""What a flow calls notes its signs of life, without being told whose flow it is."""

import asyncio
from collections.abc import Sequence

from streams.partition.pulse import PART_ITEMS, Pulse, go_on, in_parts, pulse


async def test_a_sign_goes_to_the_flow_that_calls() -> None:
    """Two flows at once, each with its own pulse."""
    first, second = Pulse(), Pulse()

    async def work(steps: int) -> None:
        for _ in range(steps):
            pulse().step()
            await asyncio.sleep(0)
        pulse().refuse()

    await asyncio.gather(
        asyncio.create_task(work(2), context=first.context()), asyncio.create_task(work(3), context=second.context())
    )

    assert first == Pulse(turns=3, steps=2, refusals=1)
    assert second == Pulse(turns=4, steps=3, refusals=1)


async def test_a_part_of_a_batch_is_a_sign_and_lets_others_have_a_turn() -> None:
    """So a long batch on a busy machine is not taken for a standstill."""
    seen, order = Pulse(), list[str]()

    async def fold() -> None:
        order.append("a part")
        await go_on()
        order.append("another part")

    task = asyncio.create_task(fold(), context=seen.context())
    await asyncio.sleep(0)
    order.append("somebody else")
    await task

    assert order == ["a part", "somebody else", "another part"]
    assert seen == Pulse(turns=1, steps=1)


async def test_a_long_sequence_is_worked_through_in_parts() -> None:
    """In order and whole; a short one at once."""
    seen, sizes = Pulse(), list[int]()

    def work(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        return [-item for item in items]

    task = asyncio.create_task(in_parts(work, range(2 * PART_ITEMS + 1)), context=seen.context())

    assert list(await task) == [-item for item in range(2 * PART_ITEMS + 1)]
    assert sizes == [PART_ITEMS, PART_ITEMS, 1]
    assert seen.steps == 2


def test_outside_of_any_flow_a_sign_is_lost() -> None:
    """A command that asks a server patiently has nobody who watches it."""
    pulse().turn()

    assert pulse() == Pulse()
