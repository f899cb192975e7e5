"""The command line says what it can do, and ends as its table of exit codes says."""

import importlib
import subprocess
import sys

import pytest
import typer

from streams.cli import main
from streams.cli.exit_codes import ExitCode
from streams.cli.failures import CODES, code_of
from streams.cli.terminal import CommandFailed
from streams.example import example_scorecard
from streams.monitoring.health import HealthUnavailable
from tests.command_line import Command

SCORECARDS = example_scorecard().parent
COMMANDS = (
    ("demo",),
    ("dev",),
    ("worker",),
    ("status",),
    ("topics", "create"),
    ("topics", "check"),
    ("score",),
    ("scorecard", "check"),
    ("scorecard", "diff"),
    ("scorecard", "challenge"),
    ("scorecard", "compare"),
    ("scorecard", "promote"),
    ("scorecard", "publish"),
    ("scorecard", "rollback"),
    ("scorecard", "show"),
    ("scorecard", "simulate"),
    ("scorecard", "test"),
    ("scorecard", "withdraw"),
    ("lead", "show"),
    ("lead", "explain"),
    ("dead-letters", "list"),
    ("dead-letters", "show"),
    ("dead-letters", "stats"),
    ("dead-letters", "replay"),
    ("dead-letters", "drop"),
    ("dead-letters", "export"),
    ("import", "access-log"),
    ("import", "activities"),
    ("version",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(leadstream: Command, command: tuple[str, ...]) -> None:
    """`--help` tells what a command does and how it is called."""
    ended = leadstream(*command, "--help")

    assert ended.code == ExitCode.OK
    assert f"Usage: leadstream {' '.join(command)}" in ended.out


def test_help_names_every_command_and_exit_code(leadstream: Command) -> None:
    """Whoever knows nothing finds everything from `--help`."""
    told = leadstream("--help").out

    assert {command[0] for command in COMMANDS} <= set(told.split())
    for code in ExitCode:
        assert f"{code.value} = {code.meaning}" in " ".join(told.split())


def test_no_command_is_missing_here() -> None:
    """The table above names every command that there is."""
    tree = typer.main.get_command(main.application())
    found: set[tuple[str, ...]] = set()
    for name, command in tree.commands.items():  # type: ignore[attr-defined]  # a group
        found |= {(name, below) for below in getattr(command, "commands", {})} or {(name,)}

    assert found == set(COMMANDS)


def test_a_command_begins_without_what_it_does_not_need() -> None:
    """Worked cases need no servers: neither clients nor settings are loaded, nor what draws on terminals."""
    code = "import sys; from streams.cli.main import run\ntry: run(['scorecard', 'test', '.', '-k', 'demo'])\n"
    code += "finally: print('loaded', {'asyncio', 'aiokafka', 'redis', 'pydantic_settings', 'rich'} & set(sys.modules))"
    done = subprocess.run((sys.executable, "-c", code), cwd=SCORECARDS, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.splitlines()[-1]) == (ExitCode.OK, "loaded set()"), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("walk",), ("score",), ("version", "--loud"), ("demo", "--leads", "many"), ("topics", "drop")],
    ids=" ".join,
)
def test_a_wrong_call_is_told(leadstream: Command, arguments: tuple[str, ...]) -> None:
    """An unknown command, a missing argument, an unknown option and a bad value end with the code for usage."""
    ended = leadstream(*arguments)

    assert ended.code == ExitCode.USAGE
    assert "Usage" in ended.err


def test_settings_out_of_bounds_are_told(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting out of bounds is named with the rule; no traceback is shown."""
    monkeypatch.setenv("LEADSTREAM_PARTITIONS", "0")

    ended = leadstream("topics", "check")

    assert ended.code == ExitCode.SETTINGS
    assert "LEADSTREAM_PARTITIONS" in ended.err
    assert "Traceback" not in ended.err


def test_a_fault_of_ours_is_told_without_a_traceback(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody thought of says that it is our fault; where it is, only if asked."""

    def broken(_name: str) -> str:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("streams.cli.version.installed_version", broken)

    quiet, loud = leadstream("version"), leadstream("--traceback", "version")

    assert (quiet.code, loud.code) == (ExitCode.INTERNAL, ExitCode.INTERNAL)
    assert "ZeroDivisionError: planted" in quiet.err
    assert "Traceback" not in quiet.err
    assert "in broken" in loud.err


@pytest.mark.parametrize("name", CODES)
def test_every_error_of_the_table_exists(name: str) -> None:
    """The table names errors as texts: each is a class of that name, so that none is missed after a move."""
    module, _, attribute = name.rpartition(".")

    found = getattr(importlib.import_module(module), attribute)

    assert issubclass(found, Exception)
    assert f"{found.__module__}.{found.__qualname__}" == name


def test_the_nearest_kind_of_an_error_decides() -> None:
    """A refused connection is unreachable, though it also is an operating system's error."""
    assert code_of(ConnectionRefusedError()) == ExitCode.UNREACHABLE
    assert code_of(PermissionError()) == ExitCode.FINDING
    assert code_of(CommandFailed(ExitCode.NOT_FOUND, "no lead")) == ExitCode.NOT_FOUND
    assert code_of(KeyError()) is None


def test_a_worker_without_its_scorecard_or_its_port_says_which(
    leadstream: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing scorecard is not found, wherever it was named; a taken port is a server that cannot be started."""
    monkeypatch.setenv("LEADSTREAM_SCORECARD", "absent.yaml")

    assert leadstream("worker").code == ExitCode.NOT_FOUND
    assert code_of(HealthUnavailable(98, "taken")) == ExitCode.SANDBOX


def test_what_is_not_found_may_be_where_a_mistyped_setting_was_to_lead(
    leadstream: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that no setting reads is named where it may be the cause, with the one that was meant."""
    monkeypatch.setenv("LEADSTREAM_SCORECRAD", "mine.yaml")

    failed, fine = leadstream("score", "absent.ndjson"), leadstream("version")

    assert "note: LEADSTREAM_SCORECRAD is not a setting; did you mean LEADSTREAM_SCORECARD?" in failed.err
    assert "SCORECRAD" not in fine.err
