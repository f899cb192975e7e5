"""Who does something that leaves a record in the audit log."""

from typing import Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed

NAME_CHARACTERS_MAX = 256


def actor_option(name: str | None) -> str | None:
    """Return who does it, as the audit log takes it.

    Raises:
        CommandFailed: If the name cannot stand there.
    """
    if name is not None and not (name.strip() == name and name.isprintable() and 1 <= len(name) <= NAME_CHARACTERS_MAX):
        message = f"--by: give 1 to {NAME_CHARACTERS_MAX} printable characters, without spaces at the ends"
        raise CommandFailed(ExitCode.USAGE, message)
    return name


By = Annotated[str | None, typer.Option("--by", callback=actor_option, help="Who does it; else user and machine.")]
