"""The Python that make uses is one that leadstream runs on, or the way to one is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tools" / "find_python.sh"


def found(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with the programs of one folder only."""
    variables = {"PATH": str(folder), "SYSTEM": str(folder / "system"), **environment}
    return subprocess.run(("/bin/sh", str(SCRIPT)), env=variables, capture_output=True, text=True, check=False)


def program(folder: Path, name: str, text: str) -> Path:
    """Put a program into a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python_of(version: str) -> str:
    """Return a program that is the real Python, but says that it is of another version."""
    pretend = f"import sys; sys.version_info = {tuple(map(int, version.split('.')))!r}"
    return f'[ "$1" = -c ] && exec {sys.executable} -c "{pretend}; $2"; echo Python {version}'


def timed(name: str, microseconds: object) -> str:
    """Return a program that is a right Python of a name, and takes so long."""
    answers = f"import sys; sys.executable = '{name}'; $2"
    return f'[ "$1" = -c ] && exec {sys.executable} -c "{answers}"; echo {microseconds}'


@pytest.mark.parametrize(
    ("newer", "older", "chosen"), [(1_000, 700, "older"), (1_000, 900, "newer"), (700, 1_000, "newer")]
)
def test_the_quickest_is_taken_and_of_those_alike_the_newest(
    tmp_path: Path, newer: int, older: int, chosen: str
) -> None:
    """A Python that was built without its compiler's profiles is slow at everything."""
    program(tmp_path, "python3.13", timed("newer", newer))
    program(tmp_path, "python3.11", timed("older", older))

    assert found(tmp_path).stdout.strip() == chosen


def test_the_systems_own_is_looked_at_too(tmp_path: Path) -> None:
    """It may be hidden behind a slower one of the same name."""
    (tmp_path / "system").mkdir()
    program(tmp_path, "python3.11", timed("first", 1_500))
    program(tmp_path / "system", "python3.11", timed("system", 1_000))

    assert found(tmp_path).stdout.strip() == "system"


def test_one_that_can_make_no_environment_is_the_last_choice(tmp_path: Path) -> None:
    """It says no time; where there is no other, setup says what it lacks."""
    program(tmp_path, "python3.12", timed("lacking", ""))
    assert found(tmp_path).stdout.strip() == "lacking"
    program(tmp_path, "python3.11", timed("whole", 1_000))

    assert found(tmp_path).stdout.strip() == "whole"


@pytest.mark.parametrize("name", ["python3.14", "python3.12", "python3", "python"])
def test_a_right_python_is_found(tmp_path: Path, name: str) -> None:
    """Whatever it is called, a Python that runs is found."""
    program(tmp_path, name, python_of("3.13.1"))

    assert found(tmp_path).stdout.strip() == sys.executable


@pytest.mark.parametrize("version", ["3.10.14", "3.15.0", "2.7.18"])
def test_a_wrong_python_is_passed_over(tmp_path: Path, version: str) -> None:
    """A Python that leadstream does not run on is none, and how to get one is told."""
    program(tmp_path, "python3", python_of(version))

    told = found(tmp_path)

    assert (told.returncode, told.stdout) == (1, "")
    assert f"python3 here: Python {version}" in told.stderr
    assert "apt install python3" in told.stderr
    assert "make PYTHON=" in told.stderr


def test_a_shim_of_a_version_that_is_off_is_passed_over(tmp_path: Path) -> None:
    """A pyenv shim that only says that its version is not switched on is not taken for a Python."""
    program(tmp_path, "python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    program(tmp_path, "python3.11", python_of("3.11.7"))

    assert found(tmp_path).stdout.strip() == sys.executable


def test_a_named_python_is_taken_or_refused(tmp_path: Path) -> None:
    """PYTHON decides; one that will not do is refused by name, although another would be there."""
    program(tmp_path, "python3", python_of("3.12.1"))
    old = program(tmp_path, "old", python_of("3.9.1"))

    refused = found(tmp_path, PYTHON=str(old))

    assert found(tmp_path, PYTHON=sys.executable).stdout.strip() == sys.executable
    assert refused.returncode == 1
    assert str(old) in refused.stderr


@pytest.mark.parametrize("script", ["exit 0", "echo something"])
def test_what_is_no_python_is_refused(tmp_path: Path, script: str) -> None:
    """A program that ends well whatever it is asked is no Python; it has to answer the question."""
    other = program(tmp_path, "other", script)

    refused = found(tmp_path, PYTHON=str(other))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert str(other) in refused.stderr


def test_nothing_at_all_is_told(tmp_path: Path) -> None:
    """On a machine without any Python the way to one is told."""
    told = found(tmp_path)

    assert told.returncode == 1
    assert "found none (python3 here: none)" in told.stderr


def test_make_names_the_way_out(tmp_path: Path) -> None:
    """`make setup` with a wrong Python stops before it makes anything."""
    old = program(tmp_path, "old", python_of("3.9.1"))
    venv = tmp_path / "venv"
    command = ("make", "setup", f"PYTHON={old}", f"VENV={venv}")
    environment = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "is not a Python 3.11 to 3.14 that runs" in done.stderr
    assert not venv.exists()
