"""The Lua scripts that change the tables: read from beside this module, put together, and identified.

Redis scripts cannot include one another, so what two of them share is put before both. ``allow-oom`` lets claiming and
acknowledging through when Redis is full, else a full Redis could never drain; a script that has a shebang and not that
flag is refused whole, before it starts, and so is one on a replica or when the disk refuses.
"""

import hashlib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Script:
    """One script: its text, and the digest by which Redis knows it once loaded."""

    text: str
    digest: str


def _script(shebang: str, *names: str) -> Script:
    texts = (files("streams.table").joinpath(f"{name}.lua").read_text(encoding="utf-8") for name in names)
    text = "\n".join((shebang, *texts))
    # Redis identifies scripts by SHA-1; nothing about it is secret.
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


CLAIM = _script("#!lua flags=allow-oom", "claim")
COMMIT = _script("#!lua", "partition", "commit")
ACKNOWLEDGE = _script("#!lua flags=allow-oom", "partition", "acknowledge")
