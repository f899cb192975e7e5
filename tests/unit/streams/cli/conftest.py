"""The command line, run in this process."""

import os

import pytest

from tests.command_line import Command, command_line


@pytest.fixture
def leadstream(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `leadstream` with given arguments, without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("LEADSTREAM_")]:
        monkeypatch.delenv(name)
    return command_line(capfdbinary, monkeypatch)
