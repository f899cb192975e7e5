"""Runs the command line as a test sees it: arguments in; exit code, standard output and standard error out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from streams.cli.main import run


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


def command_line(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return what runs `leadstream` in this process, without a terminal and without anybody's settings."""
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: str) -> Ended:
        capfdbinary.readouterr()
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            with pytest.raises(SystemExit) as ended:
                run(arguments)
        finally:
            root.handlers[:] = handlers  # `worker` logs to a standard error that ends with the test
            root.setLevel(level)
        told = capfdbinary.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, told.out.decode(), told.err.decode())

    return command
