"""Folders that Maven fills, once: jars, or classes that it compiles, as a pom says."""

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from streams.sandbox.process import SandboxError

SECONDS_MAX = 300.0
DIGITS = 12


def filled(title: str, folder: Path, pom: Path, goals: Sequence[str], sources: Sequence[Path] = ()) -> Path:
    """Return a folder that is there once Maven filled it, below one that is given, by what it is made of.

    Args:
        title: What messages call what is in it.
        folder: Below it is the result; one for each state of the pom and the sources.
        pom: What Maven reads.
        goals: What Maven is to do; ``{output}`` in them stands for the folder that it is to fill.
        sources: Other files that it is made of.

    Raises:
        SandboxError: If Maven fails; says what it said.
    """
    made_of = b"".join(path.read_bytes() for path in (pom, *sources))
    result = folder / hashlib.sha256(made_of).hexdigest()[:DIGITS]
    if result.is_dir():
        return result
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        # Filled aside and renamed: a run that was interrupted, or one beside this one, never leaves half a folder.
        aside = Path(temporary) / "output"
        command = ("mvn", "-q", "-B", "-f", str(pom), *(goal.format(output=aside) for goal in goals))
        done = subprocess.run(  # noqa: S603 - a constant program, and folders of ours
            command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
        if done.returncode != 0:
            msg = f"Maven cannot make {title}; check the network and its settings:\n{done.stdout[-2000:]}"
            raise SandboxError(msg)
        if not result.is_dir():
            aside.rename(result)
    return result
