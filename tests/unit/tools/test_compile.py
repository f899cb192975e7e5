"""What is compiled is there, and nothing in it does I/O; what is lacking is named with its way out."""

import re
import sys
from pathlib import Path

import pytest
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

from streams.compiled import SUFFIX
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


def test_what_cannot_be_loaded_is_not_handed_over(tmp_path: Path) -> None:
    """A file that was linked badly is told of while it is made, not by the next worker that starts."""
    compiling.try_loading(tmp_path, sys.executable)
    (tmp_path / f"core__mypyc{SUFFIX}").write_bytes(b"\x7fELF of half a file")

    with pytest.raises(SystemExit, match="can't be loaded:"):
        compiling.try_loading(tmp_path, sys.executable)


def test_extensions_that_hold_the_same_file_compile_it_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several are compiled at once: none may be linked with an object that another is just writing."""
    folders = []
    monkeypatch.setattr(build_ext, "build_extension", lambda self, _: folders.append(self.build_temp))
    build = compiling.SeparateBuild(Distribution())
    build.build_temp = "objects"
    for name in ("core", "line"):
        build.build_extension(Extension(name, ["shared.c"]))

    assert sorted(map(str, folders)) == ["objects/core", "objects/line"]
    assert build.build_temp == "objects"
