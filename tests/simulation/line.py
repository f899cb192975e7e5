"""The way from workers to one server: requests under way, lost answers, a server that stands still or is away.

A request that was sent may take effect after its sender gave up, or died.
"""

import asyncio
from collections.abc import Callable
from enum import Enum
from random import Random
from typing import Generic, TypeVar

from tests.simulation.loop import PROCESS, Process, SimulatedLoop

Answer = TypeVar("Answer")


class Loss(Enum):
    """What the network does to a call."""

    NOTHING = "nothing"
    REQUEST = "request"
    ANSWER = "answer"
    PART = "part"
    """Only some of it arrives, and no answer comes: for publications."""


class Line:
    """The way from the workers to one server.

    ``loss``: the share of calls that lose something. ``frozen``: it takes requests in and handles them once it is
    thawed. ``is_down``: it refuses connections. ``ambush``: called once, with the process that is about to ask
    next; what it does to the process happens before the request is sent. ``timeout_seconds``: how long its callers wait
    for an answer.
    """

    def __init__(self, loop: SimulatedLoop, chance: Random, timeout_seconds: float) -> None:
        """Begin sound."""
        self._loop = loop
        self._chance = chance
        self.timeout_seconds = timeout_seconds
        self._frozen: list[Callable[[], None]] = []
        self.is_frozen = False
        self.is_down = False
        self.loss = 0.0
        self.lost_next: list[Loss] = []
        self.ambush: Callable[[Process], None] | None = None

    def thaw(self) -> None:
        """Handle what was sent meanwhile, in order."""
        self.is_frozen = False
        waiting, self._frozen = self._frozen, []
        for arrive in waiting:
            arrive()

    def drawn_loss(self) -> Loss:
        """Draw what the network does to the next call."""
        if self.lost_next:
            return self.lost_next.pop(0)
        if self.loss and self._chance.random() < self.loss:
            return self._chance.choice((Loss.REQUEST, Loss.ANSWER, Loss.PART))
        return Loss.NOTHING

    async def call(
        self,
        serve: Callable[[], Answer],
        loss: Loss,
        lost: Callable[[str], Exception],
        timed_out: Callable[[], Exception],
    ) -> Answer:
        """Send a request and wait for the answer.

        Args:
            serve: What the server does when the request arrives.
            loss: What the network does to it.
            lost: Makes the error of a broken connection.
            timed_out: Makes the error of no answer in time.
        """
        process, ambush = PROCESS.get(), self.ambush
        if ambush is not None and process is not None:
            self.ambush = None
            ambush(process)
            await asyncio.sleep(0)  # a process that was stopped or killed does not come past here
        call = _Call(self, self._loop, serve, loss, lost, timed_out)
        if self.is_down or loss is Loss.REQUEST:
            self._loop.later(self.way_seconds(), call.settle, None, lost("the connection was refused"))
        else:
            self._loop.later(self.way_seconds(), call.arrive)
        return await call.answer

    def keep(self, arrive: Callable[[], None]) -> None:
        """Keep a request until this way is thawed."""
        self._frozen.append(arrive)

    def way_seconds(self) -> float:
        """Draw how long a request or an answer is under way."""
        # As `uniform` does it, to the last bit; there is one for every request and every answer.
        drawn = self._chance.random
        seconds = 0.0002 + (0.001 - 0.0002) * drawn()
        return seconds + (0.005 + (0.05 - 0.005) * drawn()) if drawn() < 0.05 else seconds


class _Call(Generic[Answer]):
    """One request under way, and what becomes of it. ``answer``: what its sender waits for."""

    __slots__ = ("_ends_at", "_line", "_loop", "_loss", "_lost", "_serve", "_timed_out", "answer")

    def __init__(
        self,
        line: Line,
        loop: SimulatedLoop,
        serve: Callable[[], Answer],
        loss: Loss,
        lost: Callable[[str], Exception],
        timed_out: Callable[[], Exception],
    ) -> None:
        self._line, self._loop = line, loop
        self._serve, self._loss, self._lost, self._timed_out = serve, loss, lost, timed_out
        self._ends_at = loop.time() + line.timeout_seconds
        self.answer: asyncio.Future[Answer] = loop.create_future()

    def arrive(self) -> None:
        """Be served, or wait at a server that stands still."""
        if self._line.is_frozen:
            # Only then is an answer that late: both ways together take less than anybody's patience.
            self._loop.later(self._ends_at - self._loop.time(), self.settle, None, self._timed_out())
            self._line.keep(self.arrive)
            return
        value, error = None, None
        try:
            value = self._serve()
        except Exception as raised:  # noqa: BLE001 - whatever the server answers with
            error = raised
        if self._loss in (Loss.ANSWER, Loss.PART):
            error = self._lost("the connection broke before the answer came")
        self._loop.later(self._line.way_seconds(), self.settle, value, error)

    def settle(self, value: Answer | None, error: Exception | None) -> None:
        """Let the sender have its answer, unless it has one."""
        if self.answer.done():
            return
        if error is not None:
            self.answer.set_exception(error)
            self.answer.exception()  # who asked may be dead: then nobody else looks
        else:
            self.answer.set_result(value)  # type: ignore[arg-type]  # None only where that is the answer
