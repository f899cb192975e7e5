"""Doubts about a scorecard file on the command line: which are left out, and how they are told.

`scorecard check` tells them for their own sake, `scorecard publish` before it asks.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, counted, out

if TYPE_CHECKING:
    from streams.scorecards.finding import Finding
    from streams.scorecards.loading import Study

Allowed = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="CODE", help="Leave out doubts of this code; give it again for more."),
]


def known_codes(codes: Sequence[str]) -> frozenset[str]:
    """Return codes of doubts.

    Raises:
        CommandFailed: If one is none.
    """
    from streams.scorecards.codes import DOUBTS
    from streams.scorecards.finding import nearest, quoted

    for code in codes:
        if code not in DOUBTS:
            text = f"--allow: {quoted(code)} is no code of a doubt; {nearest(code, DOUBTS)}"
            raise CommandFailed(ExitCode.USAGE, text)
    return frozenset(codes)


def findings_of(study: "Study", left_out: Collection[str]) -> list["Finding"]:
    """Return what is wrong or doubtful in a file, without the doubts that are left out."""
    from streams.review.review import reviewed

    return [one for one in reviewed(study) if one.severity == "error" or one.code not in left_out]


def print_finding(finding: "Finding", path: str) -> None:
    """Show one finding on a line; a doubt with its code, by which it can be left out."""
    note = f" [{finding.code}]" if finding.severity == "warning" else ""
    out().print(finding.text(path) + note)


def finding_document(finding: "Finding") -> dict[str, object]:
    """Return a finding for machines."""
    names = ("severity", "code", "line", "column", "where", "value", "rule", "fix")
    return {name: getattr(finding, name) for name in names}


def require_no_doubts(doubts: Sequence["Finding"], path: str) -> None:
    """Show the doubts that stand in the way of a release, and end the command; nothing happens without any.

    Raises:
        CommandFailed: If there is one.
    """
    if not doubts:
        return
    for doubt in doubts:
        print_finding(doubt, path)
    message = f"{path}: {counted(len(doubts), 'doubt', 'doubts')}, and --strict takes none; --allow CODE lets one be"
    raise CommandFailed(ExitCode.FINDING, f"{message}; nothing was published")
