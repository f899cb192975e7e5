"""Parts of a worker taken out, for controls: a fault run that passes without them proves nothing."""

import hashlib
from collections.abc import Callable, Mapping

from streams.table import scripts
from streams.table.scripts import Script

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


SABOTAGES: Mapping[str, Callable[[], None]] = {"fence": without_fence}
