"""`leadstream scorecard check`: every mistake and every doubt of scorecard files, for people and for CI."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, counted, out, print_json

if TYPE_CHECKING:
    from scorer import Scorecard
    from streams.scorecards.finding import Finding


def check(
    files: Annotated[list[Path], typer.Argument(help="Scorecard files.", show_default=False)],
    *,
    is_strict: Annotated[bool, typer.Option("--strict", help="Doubts end with code 1 as well, for CI.")] = False,
    allowed: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="CODE", help="Leave out doubts of this code; give it again for more."),
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Name every mistake and every doubt in scorecard files: the line, the value, the rule, the way out, a code.

    A mistake refuses the file: exit code 1. A doubt (warning) is allowed and probably not meant: a threshold that
    nobody can reach, a signal that never matches, a ladder that flaps. Doubts end with code 0, with --strict with 1. A
    file that cannot be read ends with 5. The codes and what they mean: docs/checking.md.
    """
    left_out = _known(allowed or ())
    codes = [_check(path, left_out, is_strict=is_strict, is_json=is_json) for path in files]
    if any(codes):
        raise typer.Exit(max(codes))


def _known(codes: Sequence[str]) -> frozenset[str]:
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


def _check(path: Path, left_out: frozenset[str], *, is_strict: bool, is_json: bool) -> ExitCode:
    """Tell what is wrong with one file; returns the exit code that it stands for."""
    from streams.review.review import reviewed
    from streams.scorecards.loading import ScorecardUnreadable, content_of, studied

    loaded = None
    try:
        study = studied(content_of(path), path)
        loaded, found = study.loaded, reviewed(study)
        code = ExitCode.OK if loaded is not None else ExitCode.FINDING
    except ScorecardUnreadable as unreadable:
        found, code = unreadable.findings, ExitCode.NOT_FOUND
    findings = [finding for finding in found if finding.severity == "error" or finding.code not in left_out]
    if is_strict and findings and code == ExitCode.OK:
        code = ExitCode.FINDING
    if is_json:
        print_json(
            {
                "file": str(path),
                "is_usable": loaded is not None,
                "version": loaded.scorecard.version if loaded else None,
                "fingerprint": loaded.fingerprint if loaded else None,
                "findings": [_as_json(finding) for finding in findings],
            }
        )
        return code
    for finding in findings:
        note = f" [{finding.code}]" if finding.severity == "warning" else ""
        out().print(finding.text(str(path)) + note)
    out().print(f"{path}: {_in_short(loaded.scorecard, findings) if loaded else _refused(findings)}")
    return code


def _as_json(finding: "Finding") -> dict[str, object]:
    names = ("severity", "code", "line", "column", "where", "value", "rule", "fix")
    return {name: getattr(finding, name) for name in names}


def _refused(findings: Sequence["Finding"]) -> str:
    """Return how many mistakes there are, in words."""
    return f"{sum(finding.severity == 'error' for finding in findings)} to put right"


def _in_short(scorecard: "Scorecard", doubts: Sequence["Finding"]) -> str:
    """Return what a scorecard holds, in one line."""
    from streams.scorecards.loading import signal_name

    scores = []
    for score in scorecard.scores.values():
        criteria = sum(len(group.criteria) for side in (score.engagement, score.fit) for group in side.groups)
        scores.append(f"{score.name} ({criteria} criteria, {' < '.join(stage.name for stage in score.stages)})")
    signals = len(set(map(signal_name, scorecard.signals)))
    verdict = f"can be used, {counted(len(doubts), 'doubt', 'doubts')}" if doubts else "fine"
    return f"{verdict}: version {scorecard.version}, {signals} signals, scores {', '.join(scores)}"
