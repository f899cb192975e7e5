"""Where the files of `deploy` are: beside the packages in a source tree, within them in an installed leadstream."""

from pathlib import Path

from streams.sandbox.process import SandboxError

_HERE = Path(__file__).parents[1]
PLACES = (_HERE.parent / "deploy", _HERE / "shipped")


def shipped(name: str) -> Path:
    """Return a folder of `deploy`.

    Raises:
        SandboxError: If this installation lacks it.
    """
    for place in PLACES:
        if (place / name).is_dir():
            return place / name
    raise SandboxError(f"{name} is in none of {', '.join(map(str, PLACES))}; install leadstream again")
