"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import schemas
import scorer
import streams


def modules() -> Iterator[str]:
    """Yield every module's name, but for those that run when they are imported."""
    for package in (schemas, scorer, streams):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.endswith("__main__"):
                yield found.name


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """Return a module's docstrings that hold examples."""
    return [found for found in doctest.DocTestFinder(exclude_empty=True).find(module) if found.examples]


@pytest.mark.parametrize("name", tuple(modules()))
def test_examples_are_true(name: str) -> None:
    """What an example says is what comes out."""
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for example in examples(importlib.import_module(name)):
        runner.run(example, out=told.append)

    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def test_there_are_examples() -> None:
    """The finder finds: a module that is known to have one."""
    assert examples(importlib.import_module("streams.kafka.partitioner"))
