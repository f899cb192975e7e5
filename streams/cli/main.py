"""The command `leadstream`: its subcommands, and how each of them ends.

An error never shows a traceback unless asked to (`--traceback`): it says what is wrong and what to do, and the exit
code tells scripts. A subcommand's machinery is imported when it runs, so that `--help` answers at once.
"""

import logging
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from streams.cli import dead_letters, demo, dev, importing, lead, score, scorecard, status, topics, version, worker
from streams.cli.exit_codes import ExitCode
from streams.cli.failures import code_of
from streams.cli.terminal import say

EPILOG = "Exit codes: " + "; ".join(f"{code.value} = {code.meaning}" for code in ExitCode) + "."

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
app.command("demo")(demo.demo)
app.command("dev")(dev.dev)
app.command("worker")(worker.worker)
app.command("status")(status.status)
app.add_typer(topics.app, name="topics")
app.command("score")(score.score)
app.add_typer(scorecard.app, name="scorecard")
app.add_typer(lead.app, name="lead")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(importing.app, name="import")
app.command("version")(version.show)


@app.callback()
def options(
    *, _show_traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error comes from.")] = False
) -> None:
    """Declare what may stand before the subcommand; `run` looks for it."""


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and end the process with its exit code.

    Args:
        arguments: What follows the program's name; None takes the process's own.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    # Clients warn of what becomes an error of ours anyway; `worker` sets up logs of its own.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        app(args=given, prog_name="leadstream")
    except Exception as error:  # noqa: BLE001 - the last frame: nothing leaves but an exit code
        sys.exit(_told(error, is_traceback_wanted="--traceback" in given))
    sys.exit(ExitCode.OK)


def _told(error: Exception, *, is_traceback_wanted: bool) -> ExitCode:
    """Say what went wrong and return the exit code."""
    if is_traceback_wanted:
        traceback.print_exception(error)
    code = code_of(error)
    if code is not None:
        say(f"leadstream: {error}")
        return code
    say(f"leadstream: a fault of ours: {type(error).__name__}: {error}")
    if not is_traceback_wanted:
        say("Please report it with what this shows: leadstream --traceback " + "...")
    return ExitCode.INTERNAL
