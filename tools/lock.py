"""Writes requirements.lock from pyproject.toml, and tells offline whether it still fits.

The lock holds every package for Python 3.11 to 3.14 on Linux and macOS with its hashes. Its first line carries a
digest of what was asked for, so that `--check` needs no network: whoever changes a dependency must lock again.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = pathlib.Path("pyproject.toml")
LOCK = pathlib.Path("requirements.lock")
DIGEST = "# asked for: sha256 "


def asked_for() -> str:
    """Return a digest of everything in pyproject.toml that decides what is installed."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    named = project["project"]
    asked = [named["requires-python"], named["dependencies"], named["optional-dependencies"], project["build-system"]]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def write() -> None:
    """Resolve anew and write the lock file."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--all-extras"]
    command += ["--no-header", "--upgrade", "--quiet", "--no-emit-package", "leadstream", str(PROJECT)]
    tool = pathlib.Path(sys.executable).parent / command[0]
    resolved = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False)
    if resolved.returncode:
        sys.exit(f"uv could not resolve the dependencies (is there a network?):\n{resolved.stderr}")
    head = f"{DIGEST}{asked_for()}\n# written by `make lock`; do not edit\n"
    LOCK.write_text(head + resolved.stdout, encoding="utf-8")
    print(f"{LOCK}: {len(pinned())} packages")


def pinned() -> dict[str, list[str]]:
    """Return the locked versions by package (several where they differ by Python version or platform)."""
    found: dict[str, list[str]] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line and line[0].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            found.setdefault(canonicalize_name(requirement.name), []).append(
                str(requirement.specifier).removeprefix("==")
            )
    return found


def misfits() -> list[str]:
    """List why the lock file does not fit pyproject.toml; empty if it does."""
    if not LOCK.exists():
        return [f"{LOCK} is missing"]
    found = []
    if LOCK.read_text(encoding="utf-8").split("\n", 1)[0] != DIGEST + asked_for():
        found.append(f"{PROJECT} asks for something else than when {LOCK} was written")
    named = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    versions = pinned()
    for text in named["dependencies"] + [text for extra in named["optional-dependencies"].values() for text in extra]:
        requirement = Requirement(text)
        if requirement.name != "leadstream":
            locked = versions.get(canonicalize_name(requirement.name), [])
            if not locked or not all(requirement.specifier.contains(Version(version)) for version in locked):
                found.append(f"{text}: locked is {', '.join(locked) or 'nothing'}")
    return found


def main(arguments: list[str]) -> None:
    """Write, or with `--check` compare and exit 1 if it does not fit."""
    if arguments != ["--check"]:
        write()
    elif found := misfits():
        sys.exit("\n".join([*found, "way out: make lock (with a network), and commit requirements.lock"]))


if __name__ == "__main__":
    main(sys.argv[1:])
