"""The consumer group: who belongs to it, and which partition numbers each has; changed by joining, leaving, silence."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Protocol

from tests.simulation.loop import SimulatedLoop

SESSION_SECONDS = 3.0
REBALANCE_SECONDS = 4.0
HEARTBEAT_SECONDS = 0.5


class Member(Protocol):
    """A worker, as the group sees it."""

    @property
    def name(self) -> str:
        """Tells it from all others."""
        ...

    def disturb(self) -> None:
        """Take note that the group changes: let go of everything and join again."""
        ...


class Group:
    """The coordinator.

    Args:
        loop: Whose time it goes by.
        chance: Draws who gets what, and how soon a member hears of a change.
        partitions: How many partition numbers there are.
        told: Called with each new assignment, for the trace.
    """

    def __init__(
        self, loop: SimulatedLoop, chance: Random, partitions: int, told: Callable[[dict[str, list[int]]], None]
    ) -> None:
        self._loop = loop
        self._chance = chance
        self._partitions = partitions
        self._told = told
        self._members: dict[str, Member] = {}
        self._joining: dict[str, asyncio.Future[tuple[int, ...] | None]] = {}
        self._deadline: asyncio.TimerHandle | None = None
        self.rebalances = 0

    async def join(self, member: Member) -> tuple[int, ...] | None:
        """Join, and wait for a share; None if the group lost patience meanwhile."""
        joined: asyncio.Future[tuple[int, ...] | None] = self._loop.create_future()
        self._joining[member.name] = joined
        self._members[member.name] = member
        self._disturb()
        if self._deadline is None:
            self._deadline = self._loop.later(REBALANCE_SECONDS, self._complete)
        self._complete_if_all_are_here()
        return await joined

    def leave(self, name: str) -> None:
        """Take a member out: it said so, or was silent for too long."""
        joined = self._joining.pop(name, None)
        if joined is not None and not joined.done():
            joined.set_result(None)
        if self._members.pop(name, None) is not None:
            self._disturb()
            self._complete_if_all_are_here()

    def disturb(self) -> None:
        """Have everybody join again, as after a change of topics."""
        self._disturb()

    def _disturb(self) -> None:
        generation = self.rebalances

        def tell(member: Member) -> None:
            if generation == self.rebalances and member.name not in self._joining:
                member.disturb()

        for name, member in self._members.items():
            if name not in self._joining:
                self._loop.later(self._chance.uniform(0.0, HEARTBEAT_SECONDS), tell, member)

    def _complete_if_all_are_here(self) -> None:
        if self._joining and self._joining.keys() >= self._members.keys():
            self._complete()

    def _complete(self) -> None:
        """Deal the partitions to those who are here; the others are out."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if not self._joining:
            return
        for name, member in self._members.items():
            if name not in self._joining:
                self._loop.later(self._chance.uniform(0.0, HEARTBEAT_SECONDS), member.disturb)
        self._members = {name: self._members[name] for name in self._joining}
        names = sorted(self._joining)
        self._chance.shuffle(names)
        shares: dict[str, list[int]] = {name: [] for name in names}
        for number in range(self._partitions):
            shares[names[number % len(names)]].append(number)
        self.rebalances += 1
        self._told(shares)
        joining, self._joining = self._joining, {}
        for name, joined in joining.items():
            if not joined.done():
                joined.set_result(tuple(shares[name]))
