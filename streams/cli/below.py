"""Subcommands that stand below another one, by name: so each can be imported when it is called."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below a subcommand: each one with its module here and its function. ``help`` says what it is for."""

    help: str
    commands: Mapping[str, str]
