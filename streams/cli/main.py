"""The command `leadstream`: its subcommands, and how each of them ends.

An error never shows a traceback unless asked to (`--traceback`): it says what is wrong and what to do, and the exit
code tells scripts. A subcommand is imported when it is called, and its machinery when it runs: so each begins at once.
"""

import atexit
import gc
import logging
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import dropwhile, takewhile
from typing import Annotated, NoReturn

import typer

from streams.cli.below import Below
from streams.cli.exit_codes import ExitCode
from streams.cli.failures import code_of
from streams.cli.terminal import say

EPILOG = "Exit codes: " + "; ".join(f"{code.value} = {code.meaning}" for code in ExitCode) + "."

GARBAGE_THRESHOLD = 50_000
"""Objects made before Python looks for cycles; with its own 700, a thirtieth of a short command's time went into it."""

COMMANDS: Mapping[str, str] = {
    "demo": "demo:demo",
    "dev": "dev:dev",
    "worker": "worker:worker",
    "status": "status:status",
    "topics": "topics:app",
    "score": "score:score",
    "scorecard": "scorecard:BELOW",
    "lead": "lead:app",
    "dead-letters": "dead_letters:app",
    "import": "importing:app",
    "version": "version:show",
}
"""Each subcommand, with its module here and its function, or what stands below it."""


def options(
    *, _show_traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error comes from.")] = False
) -> None:
    """Declare what may stand before the subcommand; `run` looks for it."""


def application(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command with the subcommand that is called, or with all, to be listed, if there is none.

    Args:
        words: The subcommand, and the one below it; only their modules are imported.
    """
    app = typer.Typer(
        name="leadstream",
        help="Scores leads in real time: activities in through Kafka, stage changes out.\n\n"
        "New here? `leadstream demo` shows all of it on this machine.",
        epilog=EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    _add(app, COMMANDS, words)
    return app


def _add(app: typer.Typer, commands: Mapping[str, str], words: Sequence[str]) -> None:
    """Add the subcommand that is called, or all if none of them is."""
    for name in words[:1] if words and words[0] in commands else commands:
        module, _, attribute = commands[name].partition(":")
        found = getattr(import_module(f"streams.cli.{module}"), attribute)
        if isinstance(found, Below):
            below = typer.Typer(help=found.help, no_args_is_help=True)
            _add(below, found.commands, words[1:])
            app.add_typer(below, name=name)
        elif isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and end the process with its exit code.

    Args:
        arguments: What follows the program's name; None takes the process's own.
    """
    gc.set_threshold(GARBAGE_THRESHOLD)
    # What is there at the end goes with the process; to look through it first took a twentieth of a short command.
    atexit.register(gc.freeze)
    given = sys.argv[1:] if arguments is None else list(arguments)
    # Clients warn of what becomes an error of ours anyway; `worker` sets up logs of its own.
    logging.getLogger().addHandler(logging.NullHandler())
    called = takewhile(lambda word: not _is_option(word), dropwhile(_is_option, given))
    try:
        app = application(tuple(called))
        app(args=given, prog_name="leadstream")
    except Exception as error:  # noqa: BLE001 - the last frame: nothing leaves but an exit code
        sys.exit(_told(error, is_traceback_wanted="--traceback" in given))
    sys.exit(ExitCode.OK)


def _is_option(word: str) -> bool:
    return word.startswith("-")


def _hint() -> None:
    """Name settings that nothing reads: what a command did not find may be where they were to lead it."""
    if any(name.startswith("LEADSTREAM_") for name in os.environ):
        from streams.configuration.settings import unknown_variables

        for warning in unknown_variables(os.environ):
            say(f"note: {warning}")


def _told(error: Exception, *, is_traceback_wanted: bool) -> ExitCode:
    """Say what went wrong and return the exit code."""
    if is_traceback_wanted:
        traceback.print_exception(error)
    code = code_of(error)
    if code is not None:
        say(f"leadstream: {error}")
        if code in (ExitCode.UNREACHABLE, ExitCode.NOT_FOUND):
            _hint()
        return code
    say(f"leadstream: a fault of ours: {type(error).__name__}: {error}")
    if not is_traceback_wanted:
        say("Please report it with what this shows: leadstream --traceback " + "...")
    return ExitCode.INTERNAL
