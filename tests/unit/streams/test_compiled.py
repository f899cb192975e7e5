"""Compiled modules stand in for their sources only where they are of these very sources, and all of them or none."""

import _json
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from streams import compiled

ACCELERATED = "scorer.steps._json"
"""A module of machine code that every Python brings, in a place of ours; its last name is part of it."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with one module, which this process takes for its own; nothing in it is compiled."""
    (tmp_path / "scorer").mkdir()
    (tmp_path / "scorer" / "rates.py").write_text("RATE = 1\n", encoding="utf-8")
    for file in compiled.RECIPE:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.setattr(compiled, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    return tmp_path


def _translate(tree: Path, module: str) -> Path:
    """Put a file where the machine code of a module belongs, for the sources as they are."""
    file = compiled.folder(tree).joinpath(*module.split(".")).with_suffix(compiled.SUFFIX)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(Path(_json.__file__).read_bytes())
    return file


def test_a_process_takes_what_was_compiled(tree: Path) -> None:
    """The module is looked for among the compiled ones before its source is."""
    file = _translate(tree, ACCELERATED)

    assert compiled.use()

    (found,) = (finder for finder in sys.meta_path if isinstance(finder, compiled.Translated))
    spec = found.find_spec(ACCELERATED)
    assert spec is not None
    assert spec.origin == str(file)
    assert found.find_spec("scorer.rates") is None


def test_an_edited_source_is_not_answered_for(tree: Path) -> None:
    """What was compiled of another text is left where it is; the text as it was finds it again."""
    _translate(tree, ACCELERATED)
    for edited in (Path("scorer", "rates.py"), *compiled.RECIPE):
        former = (tree / edited).read_text(encoding="utf-8")
        (tree / edited).write_text("RATE = 2\n", encoding="utf-8")

        assert not compiled.use(), edited
        assert not any(isinstance(finder, compiled.Translated) for finder in sys.meta_path)

        (tree / edited).write_text(former, encoding="utf-8")
    assert compiled.use()


def test_compiled_and_plain_modules_do_not_mix(tree: Path) -> None:
    """Where one of them was loaded plain, the others are too."""
    _translate(tree, import_module(compiled.PROBE).__name__)

    assert not compiled.use()


def test_without_translations_everything_is_plain(tree: Path) -> None:
    """As on a machine without a C compiler, and in an installed leadstream."""
    assert not compiled.use()
    assert compiled.files_in(compiled.folder(tree)) == {}


def test_this_process_runs_on_plain_modules() -> None:
    """Tests take parts out of modules and put others in: that works with plain ones."""
    assert compiled.kind() == "plain"


def test_another_program_runs_on_them_too(tmp_path: Path) -> None:
    """Its arguments are its own."""
    (tmp_path / "echo_words.py").write_text("import sys; print(__name__, *sys.argv[1:])\n", encoding="utf-8")
    command = (sys.executable, "-m", "streams.compiled", "echo_words", "--first", "2")

    said = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(compiled.ROOT)}
    )

    assert said.stdout == "__main__ --first 2\n"


def test_the_program_takes_what_is_compiled_of_its_sources() -> None:
    """It decides before it loads anything, and says what it runs on."""
    command = (sys.executable, "-m", "streams.cli", "version", "--json")
    said = subprocess.run(command, cwd=compiled.ROOT, capture_output=True, text=True, check=True)
    is_there = bool(compiled.files_in(compiled.folder(compiled.ROOT)))

    assert json.loads(said.stdout)["modules"] == ("compiled" if is_there else "plain")
