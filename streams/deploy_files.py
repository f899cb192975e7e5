"""Where the files of `deploy` are: beside the packages in a source tree, within them in an installed leadstream."""

from pathlib import Path

_HERE = Path(__file__).parent
PLACES = (_HERE.parent / "deploy", _HERE / "shipped")


def shipped(name: str) -> Path:
    """Return a file or a folder of `deploy`.

    Raises:
        FileNotFoundError: If this installation lacks it.
    """
    for place in PLACES:
        if (place / name).exists():
            return place / name
    raise FileNotFoundError(f"{name} is in none of {', '.join(map(str, PLACES))}; install leadstream again")
