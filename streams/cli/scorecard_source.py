"""Scorecards as people name them: a file, or a version that was published."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed

if TYPE_CHECKING:
    from streams.configuration.settings import Settings
    from streams.scorecards.loading import LoadedScorecard

FILE_ENDINGS = frozenset({".yaml", ".yml"})


def named_scorecards(names: Sequence[str]) -> "list[LoadedScorecard]":
    """Return the scorecards that were named: each a file if there is one, else a version that was published.

    Raises:
        ScorecardUnreadable: If a name that is a path leads to no file.
        ScorecardRefused: If a file holds a mistake.
        CommandFailed: If there is neither such a file nor such a version.
    """
    from streams.scorecards.loading import load

    published = [name for name in names if not is_path(name)]
    known = _versions(published) if published else {}
    return [load(Path(name)) if is_path(name) else known[name] for name in names]


def is_path(name: str) -> bool:
    """Tell whether a name is that of a file: one that is there, or one that only a file can have."""
    path = Path(name)
    return path.suffix in FILE_ENDINGS or len(path.parts) != 1 or path.is_file()


def _versions(names: Sequence[str]) -> "dict[str, LoadedScorecard]":
    """Return published versions, and the installation's own file by its version.

    Raises:
        CommandFailed: If one of them is none.
    """
    import asyncio

    from streams.configuration.settings import load_settings
    from streams.kafka.reader import ReadUnavailable
    from streams.scorecards.releasing import known_scorecards

    settings = load_settings()
    try:
        registry = asyncio.run(known_scorecards(settings)).registry
    except ReadUnavailable as error:
        message = f"there is no file {names[0]}, and whether it is a version cannot be looked up: {error}"
        raise CommandFailed(ExitCode.UNREACHABLE, message) from error
    known = _installed(settings) | {version: found.loaded for version, found in registry.versions.items()}
    for name in names:
        if name not in known:
            listed = ", ".join(known)
            raise CommandFailed(ExitCode.NOT_FOUND, f"there is no file and no version {name}; versions: {listed}")
    return known


def _installed(settings: "Settings") -> "dict[str, LoadedScorecard]":
    from streams.scorecards.loading import load

    file = load(settings.scorecard)
    return {file.scorecard.version: file}
