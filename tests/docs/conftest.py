"""The command line as a reader of the documents runs it: from the project's folder, without settings."""

import os
from pathlib import Path

import pytest

from tests.command_line import Command, command_line
from tests.docs.pages import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the project's, in which a page may write files."""
    for name in ("deploy", "docs", "schemas"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def leadstream(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `leadstream` with given arguments, without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("LEADSTREAM_")]:
        monkeypatch.delenv(name)
    return command_line(capfdbinary, monkeypatch)
