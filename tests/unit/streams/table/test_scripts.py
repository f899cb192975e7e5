"""The scripts are whole, known by Redis' own digest, and let through on a full Redis where they must be."""

import hashlib

import pytest

from streams.table.scripts import ACKNOWLEDGE, CLAIM, COMMIT, Script


@pytest.mark.parametrize("script", [CLAIM, COMMIT, ACKNOWLEDGE])
def test_a_script_is_known_by_its_digest(script: Script) -> None:
    """SHA-1 of the text, in hexadecimal: what SCRIPT LOAD answers."""
    assert script.digest == hashlib.sha1(script.text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("script", "shebang"),
    [(CLAIM, "#!lua flags=allow-oom"), (ACKNOWLEDGE, "#!lua flags=allow-oom"), (COMMIT, "#!lua")],
)
def test_a_full_redis_lets_through_what_drains_it(script: Script, shebang: str) -> None:
    """Claiming and acknowledging run on a full Redis; a commit, which adds, is refused whole before it starts."""
    assert script.text.splitlines()[0] == shebang
