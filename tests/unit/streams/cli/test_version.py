"""The version tells what is installed."""

import json
import platform

from tests.command_line import Command


def test_the_version_is_told_to_people_and_machines(leadstream: Command) -> None:
    """Both forms name leadstream, Python and what decides how it behaves."""
    for_people, for_machines = leadstream("version"), json.loads(leadstream("version", "--json").out)

    assert for_machines["leadstream"]
    assert for_machines["python"] == platform.python_version()
    assert for_machines["faust-streaming"].startswith("0.15")
    assert f"leadstream       {for_machines['leadstream']}" in for_people.out


def test_what_is_not_installed_is_told(leadstream: Command, monkeypatch: object) -> None:
    """A missing optional package is null for machines and named for people."""
    monkeypatch.setattr("streams.cli.version.NAMED_PACKAGES", ("no-such-package",))  # type: ignore[attr-defined]

    assert json.loads(leadstream("version", "--json").out)["no-such-package"] is None
    assert "no-such-package  not installed" in leadstream("version").out
