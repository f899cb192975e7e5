"""Signs of life of an owner's flow, for whoever watches it from outside. Only that they change is of interest.

Everything that a holding starts runs with the holding's pulse at hand (`pulse`), so that what it calls can note a sign
without being told of whom. Outside of any holding there is a pulse too, which nobody looks at.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

PART_ITEMS = 100
"""Of a long sequence, as many as are worked through in one turn: of records to decode some 2 ms."""


@dataclass(slots=True)
class Pulse:
    """Counts that rise while a flow lives.

    ``turns``: whatever it does, also while it has nothing to do; a flow whose turns stand still hangs. ``steps``:
    commits, publications, and parts of a batch that were worked through: a batch is bounded, so a slow one ends.
    ``refusals``: it has to wait for a server that does not answer, or refused; waiting so is no standstill.
    """

    turns: int = 0
    steps: int = 0
    refusals: int = 0

    def turn(self) -> None:
        """Note that the flow goes on."""
        self.turns += 1

    def step(self) -> None:
        """Note that something was worked through, committed or published."""
        self.turns += 1
        self.steps += 1

    def refuse(self) -> None:
        """Note that a server did not answer, or refused, or has not told what is needed to go on."""
        self.turns += 1
        self.refusals += 1

    def context(self) -> Context:
        """Return a context in which this is the pulse at hand, for a task that is about to start."""
        context = copy_context()
        context.run(_AT_HAND.set, self)
        return context


_AT_HAND: ContextVar[Pulse | None] = ContextVar("leadstream_pulse", default=None)


def pulse() -> Pulse:
    """Return the pulse of the flow that calls."""
    return _AT_HAND.get() or Pulse()


async def go_on() -> None:
    """Note that a part of a batch is done, and let other owners and the health endpoint have a turn."""
    pulse().step()
    await asyncio.sleep(0)


async def in_parts(work: Callable[[Sequence[Item]], Iterable[Answer]], items: Sequence[Item]) -> deque[Answer]:
    """Return what something makes of a sequence, worked through part by part with turns for others between them."""
    made: deque[Answer] = deque()
    for start in range(0, len(items), PART_ITEMS):
        if start:
            await go_on()
        made.extend(work(items[start : start + PART_ITEMS]))
    return made
