"""Writes the lock files from pyproject.toml, and tells offline whether they still fit.

requirements.lock holds every package for Python 3.11 to 3.14 on Linux and macOS with its hashes. Two parts of it, with
the same versions, are for the image: what a worker needs, and what its wheel is built with. The first line of each
carries a digest of what was asked for, so that `--check` needs no network: who changes a dependency must lock again.
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
WORKER_LOCK = pathlib.Path("deploy/requirements.lock")
BUILD_LOCK = pathlib.Path("deploy/requirements-build.lock")
PARTS = (WORKER_LOCK, BUILD_LOCK)
DIGEST = "# asked for: sha256 "


def asked_for() -> str:
    """Return a digest of everything in pyproject.toml that decides what is installed."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    named = project["project"]
    asked = [named["requires-python"], named["dependencies"], named["optional-dependencies"], project["build-system"]]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def write() -> None:
    """Resolve anew and write the lock files."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    build = "\n".join((*project["build-system"]["requires"], *project["project"]["optional-dependencies"]["compiled"]))
    resolve(LOCK, ["--all-extras", "--upgrade", str(PROJECT)])
    resolve(WORKER_LOCK, ["--constraint", str(LOCK), str(PROJECT)])
    resolve(BUILD_LOCK, ["--constraint", str(LOCK), "-"], wanted=build)


def resolve(lock: pathlib.Path, arguments: list[str], wanted: str = "") -> None:
    """Write one lock file; ``wanted`` is what uv reads as its input."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--quiet", "--no-emit-package", "leadstream", *arguments]
    tool = pathlib.Path(sys.executable).parent / command[0]
    resolved = subprocess.run([tool, *command[1:]], input=wanted, capture_output=True, text=True, check=False)
    if resolved.returncode:
        sys.exit(f"uv could not resolve the dependencies (is there a network?):\n{resolved.stderr}")
    head = f"{DIGEST}{asked_for()}\n# written by `make lock`; do not edit\n"
    lock.write_text(head + resolved.stdout, encoding="utf-8")
    print(f"{lock}: {len(pinned(lock))} packages")


def pinned(lock: pathlib.Path = LOCK) -> dict[str, list[str]]:
    """Return the locked versions by package (several where they differ by Python version or platform)."""
    found: dict[str, list[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line and line[0].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            found.setdefault(canonicalize_name(requirement.name), []).append(
                str(requirement.specifier).removeprefix("==")
            )
    return found


def misfits() -> list[str]:
    """List why the lock files do not fit pyproject.toml; empty if they do."""
    if missing := [f"{lock} is missing" for lock in (LOCK, *PARTS) if not lock.exists()]:
        return missing
    found = [
        f"{PROJECT} asks for something else than when {lock} was written"
        for lock in (LOCK, *PARTS)
        if lock.read_text(encoding="utf-8").split("\n", 1)[0] != DIGEST + asked_for()
    ]
    named = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    versions = pinned()
    for text in named["dependencies"] + [text for extra in named["optional-dependencies"].values() for text in extra]:
        requirement = Requirement(text)
        if requirement.name != "leadstream":
            locked = versions.get(canonicalize_name(requirement.name), [])
            if not locked or not all(requirement.specifier.contains(Version(version)) for version in locked):
                found.append(f"{text}: locked is {', '.join(locked) or 'nothing'}")
    for part in PARTS:
        strays = {name for name, some in pinned(part).items() if not set(some) <= set(versions.get(name, []))}
        found += [f"{part}: {name} is not as in {LOCK}" for name in sorted(strays)]
    return found


def main(arguments: list[str]) -> None:
    """Write, or with `--check` compare and exit 1 if it does not fit."""
    if arguments != ["--check"]:
        write()
    elif found := misfits():
        sys.exit("\n".join([*found, "way out: make lock (with a network), and commit the lock files"]))


if __name__ == "__main__":
    main(sys.argv[1:])
