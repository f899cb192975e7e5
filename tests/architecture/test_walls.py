"""The walls between the packages hold, and a breach of any of them is noticed."""

import pathlib
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter

import grimp
import pytest

ROOT = pathlib.Path(__file__).parents[2]
PACKAGES = ("schemas", "scorer", "streams")

# One line that no module may hold, where it would stand, and the contract that it breaks.
BREACHES = {
    "the core reads a wire contract": (
        "scorer/rules/decay.py",
        "import schemas.contract",
        "streams stands on schemas and scorer",
    ),
    "a contract calls the core": (
        "schemas/contract.py",
        "import scorer.facts.state",
        "streams stands on schemas and scorer",
    ),
    "the core looks at the clock": ("scorer/rules/decay.py", "import time", "the core is pure"),
    "the core waits": ("scorer/rules/decay.py", "import asyncio", "the core is pure"),
    "the core checks with pydantic": ("scorer/facts/state.py", "import pydantic", "the core is pure"),
    "a contract talks to Kafka": ("schemas/topics.py", "import aiokafka", "the wire contracts know pydantic"),
    "the owner asks Redis itself": (
        "streams/partition/owner.py",
        "import redis.asyncio",
        "only streams.table speaks Redis",
    ),
    "the owner counts by itself": (
        "streams/partition/owner.py",
        "import prometheus_client",
        "only streams.monitoring speaks Prometheus",
    ),
    "the codec knows Faust": ("streams/lead/codec.py", "import faust", "only the transport and the app know Faust"),
    "a door asks who comes": (
        "streams/kafka/connection.py",
        "import streams.publisher.door",
        "the shell is built in floors",
    ),
    "a command asks Kafka itself": ("streams/cli/topics.py", "import aiokafka", "only the packages at Kafka's side"),
    "a table knows its command": (
        "streams/table/door.py",
        "import streams.cli.main",
        "doors do not know who uses them",
    ),
}

FLOORS = "the shell is built in floors, and every package has its place"


def lint(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in a folder."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    environment = {"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200", "PYTHONSAFEPATH": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a copy of the packages that may be broken."""
    folder = tmp_path_factory.mktemp("walls")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_walls_hold() -> None:
    """The packages as they are keep every contract."""
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("module", "line", "contract"), BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_is_noticed(copied: pathlib.Path, module: str, line: str, contract: str) -> None:
    """One planted import breaks the contract that forbids it."""
    path = copied / module
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    try:
        done = lint(copied)
    finally:
        path.write_text(text, encoding="utf-8")

    broken = [told for told in done.stdout.splitlines() if told.rstrip().endswith("BROKEN")]
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(told.startswith(contract) for told in broken), done.stdout


def test_a_package_without_a_place_is_noticed(copied: pathlib.Path) -> None:
    """Whoever adds a package to the shell has to say on which floor it stands."""
    package = copied / "streams" / "helpers"
    package.mkdir()
    (package / "__init__.py").touch()
    try:
        done = lint(copied)
    finally:
        shutil.rmtree(package)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{FLOORS} BROKEN" in done.stdout


def test_no_module_needs_itself() -> None:
    """No module imports another that, by whatever way, imports it; imports for types only do not count."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    in_order = tuple(TopologicalSorter(needs).static_order())

    assert set(in_order) == graph.modules
