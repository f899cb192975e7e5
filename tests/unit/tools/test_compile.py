"""What is compiled is there, and nothing in it does I/O; what is lacking is named with its way out."""

import re
from pathlib import Path

import pytest

from tools import compile as compiling

IO = re.compile(r"^(?:import|from) (?:aiokafka|redis|socket|pathlib|prometheus_client)\b", re.MULTILINE)


def test_every_place_is_there_and_does_no_io() -> None:
    """A module that was renamed is missed here, not at the next image; and what waits for servers gains nothing."""
    modules = [Path(file) for places in compiling.GROUPS.values() for file in compiling.modules(places)]

    assert len(modules) > 50
    assert [str(module) for module in modules if IO.search(module.read_text(encoding="utf-8"))] == []


def test_a_missing_compiler_is_told_and_nothing_changes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The tests of a machine without one go on with plain modules; an image is not made without."""
    monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setattr(compiling, "folder", lambda _: tmp_path / "of these sources")

    assert compiling.main([]) == 0
    assert compiling.main(["--into", str(tmp_path)]) == 1
    assert capsys.readouterr().out.count("apt install gcc") == 2
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that every `make test` may ask for it."""
    monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setattr(compiling, "folder", lambda _: tmp_path)

    assert compiling.main([]) == 0
