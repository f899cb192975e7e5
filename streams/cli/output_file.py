"""Files that a command writes: where one can be, and never what the command reads."""

from collections.abc import Iterable
from pathlib import Path

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed


def require_output(option: str, path: Path | None, inputs: Iterable[Path | None] = ()) -> None:
    """Refuse a file that cannot be written, or whose content the command is to work with, before it is touched.

    Args:
        option: Which names it, such as ``--html``.
        path: The file; None if there is to be none.
        inputs: What the command reads, or writes elsewhere.

    Raises:
        CommandFailed: If it is one of them, is a folder, or stands in a folder that is not there.
    """
    if path is None:
        return
    if any(one is not None and _is_same(path, one) for one in inputs):
        problem = "this command works with what it holds, which would be overwritten; name another file"
    elif path.is_dir():
        problem = "it is a folder; name a file"
    elif not path.parent.is_dir():
        problem = f"there is no folder {path.parent}; make it, or name a file elsewhere"
    else:
        return
    raise CommandFailed(ExitCode.USAGE, f"{option} {path}: {problem}")


def _is_same(path: Path, other: Path) -> bool:
    """Tell whether two names are of one file, there or to be made."""
    try:
        return path.samefile(other)
    except OSError:
        return path.absolute() == other.absolute()
