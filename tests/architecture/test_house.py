"""The house rules that a machine can look at: sizes, docstrings, no stubs, no paths of one machine."""

import ast
import pathlib
import re
import subprocess
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
STUB = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|farm|root|tmp/lab|home)/[\w.]+")
VAGUE = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py", "manager.py", "base.py", "core.py"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
SOURCES = sorted(
    path for package in ("schemas", "scorer", "streams", "tools") for path in (ROOT / package).rglob("*.py")
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def named(path: pathlib.Path) -> str:
    """Return a path as a test id."""
    return path.relative_to(ROOT).as_posix()


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return all functions of a module, nested ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def published(body: list[ast.stmt]) -> Iterator[Definition]:
    """Yield the public functions and classes of a module and of its classes, not what stands inside a function."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from published(node.body)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_is_small_and_says_what_it_owns(path: pathlib.Path) -> None:
    """A module has 300 lines or fewer, functions of 40 or fewer, docstrings, and a name that says something."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    found = [
        f"{node.name} has {body_lines(node)} lines" for node in functions(tree) if body_lines(node) > FUNCTION_LINES_MAX
    ]
    found += [f"{node.name} has no docstring" for node in published(tree.body) if not ast.get_docstring(node)]
    if len(text.splitlines()) > FILE_LINES_MAX:
        found.append(f"{len(text.splitlines())} lines")
    if path.name != "__init__.py" and not ast.get_docstring(tree):
        found.append("no module docstring")
    if path.name in VAGUE:
        found.append("a name that says nothing")
    found += [f"a stub: {match.group()}" for match in STUB.finditer(text)]

    assert found == []


@pytest.mark.parametrize("path", [path for path in TESTS if path.name.startswith("test_")], ids=named)
def test_a_test_promises_something(path: pathlib.Path) -> None:
    """Every test function has a docstring that says its promise; unit tests never sleep for time."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"{node.name} promises nothing"
        for node in functions(tree)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    if "unit" in path.parts:
        slept = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
        found += [
            f"line {node.lineno} sleeps"
            for node in slept
            if isinstance(node.func, ast.Attribute)
            and node.func.attr == "sleep"
            and ast.unparse(node) != "asyncio.sleep(0)"
        ]

    assert found == []


def test_nothing_names_one_machine() -> None:
    """No tracked file holds a path of one machine or the host of a package index."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    index_host = re.compile(r"py" + r"pi\.org|pythonhosted" + r"\.org|repo\.maven\.apache" + r"\.org")
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".gz", ".png"} or not path.is_file() or path == pathlib.Path(__file__):
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{name}:{number}"
            for number, line in enumerate(lines, 1)
            if MACHINE_PATH.search(line) or index_host.search(line)
        ]

    assert found == []
