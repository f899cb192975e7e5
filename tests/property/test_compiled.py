"""The compiled modules answer as the plain ones do, to the last bit and to the type of each number."""

import ast
from pathlib import Path

import pytest

from streams import compiled
from tests.builders.other_modules import said_elsewhere
from tests.promises.compiled import answers, difference
from tests.strategies.plays import plays, received, stored
from tools.compile import GROUPS, modules

PACKAGES = ("schemas", "scorer", "streams")
CASES = 30


def test_compiled_modules_answer_as_the_plain_ones_do() -> None:
    """Outcomes, states, rows and messages are the same text; what one refuses, the other does in the same words."""
    if not compiled.files_in(compiled.folder(compiled.ROOT)):
        pytest.skip("there are no compiled modules of these sources: make compiled")
    assert compiled.kind() == "plain", "the plain modules are what the others are compared with"
    cases = plays(CASES)
    there = said_elsewhere(cases)
    assert there is not None, "the other process found no compiled modules"
    found = difference(cases, answers(cases), there)
    assert found is None, found


def test_another_process_with_the_same_modules_answers_alike() -> None:
    """Cases arrive there as they are here; so what differs with other modules, differs by them."""
    cases = [*received(8), *stored(20)]
    there = said_elsewhere(cases, is_compiled=False)
    assert there is not None
    assert difference(cases, answers(cases), there) is None


def test_no_plain_class_derives_from_a_compiled_one_and_no_struct_is_compiled() -> None:
    """The former cannot be made; of a struct mypyc forgets how it is laid out, and rows become others."""
    files = {Path(file) for places in GROUPS.values() for file in modules(places)}
    classes = {file: _bases(file) for package in PACKAGES for file in Path(package).rglob("*.py")}
    compiled_names = {name for file in files for name in classes[file]}
    for file, bases in classes.items():
        for name, of in bases.items():
            if file in files:
                assert "Struct" not in of, f"{name} in {file} is a struct: see streams/lead/layout.py"
            else:
                assert not of & (compiled_names - bases.keys()), f"{name} in {file} derives from what is compiled"


def _bases(file: Path) -> dict[str, set[str]]:
    """Return the classes of a module, each with the last names of those that it derives from."""
    tree = ast.parse(file.read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {
        node.name: {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases} for node in found
    }
