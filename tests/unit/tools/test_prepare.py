"""What keeps the environment from being made is named with its way out."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from tools import prepare


def wheel(folder: Path, name: str, version: str, *wanted: str) -> str:
    """Put an empty package's wheel in a folder; returns the line of a lock file that names it."""
    stem = f"{name}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more"]
    metadata += [f"Requires-Dist: {text}" for text in wanted]
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{stem}.dist-info/METADATA", "\n".join(metadata) + "\n")
        file.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{stem}.dist-info/RECORD", f"{stem}.dist-info/METADATA,,\n{stem}.dist-info/WHEEL,,\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_what_came_out_after_the_lock_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that wants another one with an extra gets the locked version of it, though there is a newer one."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr(prepare, "LOCK", tmp_path / "requirements.lock")
    locked = wheel(tmp_path, "asked", "1.0", "wanted[more]>=1.0") + wheel(tmp_path, "wanted", "1.0")
    wheel(tmp_path, "wanted", "1.1")
    prepare.LOCK.write_text(locked, encoding="utf-8")
    prepare.make_venv(tmp_path / "venv")

    prepare.install_locked(tmp_path / "venv")

    installed = {path.name for path in tmp_path.glob("venv/lib/*/site-packages/*.dist-info")}
    assert {"asked-1.0.dist-info", "wanted-1.0.dist-info"} <= installed
    assert "wanted-1.1.dist-info" not in installed


@pytest.mark.parametrize(
    ("tail", "way_out"),
    {
        "no network": ("ERROR: Could not find a version (from versions: none)", "PIP_INDEX_URL"),
        "no name": ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "run it again"),
        "another package": ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "Do not go on"),
        "full disk": ("OSError: [Errno 28] No space left on device", "600 MB"),
        "something else": ("ERROR: Exception", prepare.LOG),
    }.values(),
)
def test_what_pip_says_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tail: str, way_out: str
) -> None:
    """Each way in which pip fails has its own way out, below pip's own last lines."""
    with pytest.raises(SystemExit) as stopped:
        prepare.explain_pip(tail, tmp_path)

    assert "setup stopped: " in str(stopped.value)
    assert way_out in str(stopped.value)
    assert tail in capsys.readouterr().err


def test_a_missing_venv_module_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Debian the module is a package of its own: its name is told."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())

    with pytest.raises(SystemExit) as stopped:
        prepare.make_venv(tmp_path / "venv")

    assert "-venv" in str(stopped.value)
    assert "apt install" in str(stopped.value)


def test_a_broken_python_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that cannot make an environment is named, with what it said."""
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(SystemExit) as stopped:
        prepare.make_venv(tmp_path / "venv")

    assert "/bin/false could not make" in str(stopped.value)


def test_progress_is_told_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal only every tenth package has a line."""
    for number in range(1, 31):
        prepare.tell(f"      {number:3}  package-{number}")
    prepare.tell("      unpacking")
    prepare.tell("")

    assert capsys.readouterr().out.split() == ["10", "package-10", "20", "package-20", "30", "package-30", "unpacking"]
