"""Parts of a worker taken out, for controls: a fault run that passes without them proves nothing."""

import hashlib
from collections.abc import Callable, Mapping

from streams.partition import correction, recovery
from streams.publisher.door import Message
from streams.table import scripts
from streams.table.scripts import Script
from streams.transport.consumer import BatchConsumer
from streams.worker.standstill import Standstill
from streams.worker.watchdog import LoopGuard

FENCES = (
    "if refused then return answer(refused) end\n",
    "if commit ~= expected then return answer('moved') end\n",
)


def without_fence() -> None:
    """Let whoever commits commit: no look at epoch, owner or commit token."""
    text = scripts.COMMIT.text
    for fence in FENCES:
        if text.count(fence) != 1:
            message = f"commit.lua has no line {fence!r} any more; name here what refuses stale commits"
            raise RuntimeError(message)
        text = text.replace(fence, "")
    scripts.COMMIT = Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def without_told_stages() -> None:
    """Let a replay tell what it decides, whatever leads were told, and correct nobody: outbox rule 3."""

    def is_known(self: recovery.Recovery, message: Message) -> bool:
        """Tell whether downstream has a message, by where the tails stand alone."""
        occasion = recovery._occasion(message)
        tail = self.tails.get(message.topic)
        return occasion is not None and tail is not None and tail.covers(occasion)

    recovery.Recovery._is_known = is_known  # type: ignore[method-assign]
    correction.differing = lambda *_: {}


def without_watchdog() -> None:
    """Let nobody end a worker that stands still."""
    Standstill.reason = lambda *_: None  # type: ignore[method-assign]
    LoopGuard.look = lambda *_: None  # type: ignore[method-assign]
    BatchConsumer.problem = lambda *_: None  # type: ignore[method-assign]


SABOTAGES: Mapping[str, Callable[[], None]] = {
    "fence": without_fence,
    "told_stages": without_told_stages,
    "watchdog": without_watchdog,
}
