"""Where servers' programs come from, and what is said where they come from nowhere."""

from pathlib import Path

import pytest

from streams.sandbox import programs
from streams.sandbox.process import SandboxError
from streams.sandbox.programs import ALERTMANAGER, GRAFANA, PROMETHEUS, command, found


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with an empty PATH: no programs, and no Debian."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def program(path: Path) -> Path:
    """Put a program somewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_what_is_on_the_path_is_taken(tmp_path: Path) -> None:
    """By the name of its makers or Debian's; before what was unpacked, and as it is."""
    program(tmp_path / "cache" / "prometheus-alertmanager" / "usr" / "bin" / "prometheus-alertmanager")
    installed = program(tmp_path / "bin" / "prometheus-alertmanager")

    assert found(ALERTMANAGER, tmp_path / "cache") == installed
    assert command(ALERTMANAGER, tmp_path / "cache") == (str(installed),)


def test_what_was_unpacked_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sees the files of its package where the system allows that; else it has to do without."""
    unpacked = program(tmp_path / "prometheus" / "usr" / "bin" / "prometheus")

    monkeypatch.setattr(programs, "_may_unshare", lambda: False)
    assert command(PROMETHEUS, tmp_path) == (str(unpacked),)
    monkeypatch.setattr(programs, "_may_unshare", lambda: True)
    assert command(PROMETHEUS, tmp_path)[-2:] == (str(tmp_path / "prometheus" / "usr" / "share"), str(unpacked))


def test_what_cannot_be_had_is_said_with_the_way_out(tmp_path: Path) -> None:
    """This is no Debian, and nothing is left behind in the cache."""
    with pytest.raises(SandboxError, match=r"Prometheus is neither on the PATH nor .* prometheus .*put prometheus on"):
        found(PROMETHEUS, tmp_path / "cache")

    assert list((tmp_path / "cache").iterdir()) == []


def test_what_debian_does_not_have_is_not_asked_for(tmp_path: Path) -> None:
    """Grafana has to be installed by who wants it."""
    with pytest.raises(SandboxError, match="put grafana or grafana-server on the PATH"):
        found(GRAFANA, tmp_path)


def test_a_package_without_the_program_is_named(tmp_path: Path) -> None:
    """As after an unpacking that somebody spoilt."""
    (tmp_path / "prometheus").mkdir()

    with pytest.raises(SandboxError, match="has no prometheus; remove that folder"):
        found(PROMETHEUS, tmp_path)


def test_a_program_comes_with_the_packages_that_it_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that this machine would have to install is unpacked into one folder."""
    asked: list[list[str]] = []

    def run(command: list[str], folder: Path) -> str:
        asked.append([word for word in command if not word.startswith("-")])
        if "install" in command:
            return "NOTE: as a line\n'http://a/x.deb' libx_1%3a2_amd64.deb 9 -\n'http://a/b.deb' shell_2_all.deb 9 -\n"
        if "download" in command:
            for name in command[2:]:
                (folder / f"{name}_1_amd64.deb").touch()
        if "-x" in command:
            program(folder / "unpacked" / "usr" / "lib" / "shell" / Path(command[2]).name.split("_")[0])
        return ""

    monkeypatch.setattr(programs, "_run", run)
    shell = programs.Program("a shell", ("shell",), "shell", folder="usr/lib/shell", needs=True)

    assert found(shell, tmp_path / "cache") == tmp_path / "cache" / "shell" / "usr" / "lib" / "shell" / "shell"
    assert asked[1] == ["apt-get", "download", "libx", "shell"]
    assert (tmp_path / "cache" / "shell" / "usr" / "lib" / "shell" / "libx").is_file()
