"""`leadstream scorecard`: scorecard files, looked at before anything uses them; and what is in force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.scorecard_diff import diff
from streams.cli.scorecard_release import publish, rollback
from streams.cli.scorecard_show import show
from streams.cli.terminal import out, print_json

if TYPE_CHECKING:
    from scorer import Scorecard
    from streams.scorecards.loading import Finding

app = typer.Typer(help="Check scorecard files; bring them into force.", no_args_is_help=True)
app.command("diff")(diff)
app.command("publish")(publish)
app.command("rollback")(rollback)
app.command("show")(show)


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Scorecard files.", show_default=False)],
    *,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Name every mistake in scorecard files: the line, the value, the rule and the way out.

    Ends with code 1 if a file holds a mistake, with 5 if one cannot be read. A doubt is named as a warning and refuses
    nothing.
    """
    codes = [_check(path, is_json=is_json) for path in files]
    if any(codes):
        raise typer.Exit(max(codes))


def _check(path: Path, *, is_json: bool) -> ExitCode:
    """Tell what is wrong with one file; returns the exit code that it stands for."""
    from streams.scorecards.loading import ScorecardRefused, ScorecardUnreadable, load

    code = ExitCode.OK
    try:
        loaded = load(path)
    except ScorecardRefused as refused:
        findings, scorecard, fingerprint = list(refused.findings), None, None
        code = ExitCode.NOT_FOUND if isinstance(refused, ScorecardUnreadable) else ExitCode.FINDING
    else:
        findings, scorecard, fingerprint = list(loaded.warnings), loaded.scorecard, loaded.fingerprint
    if is_json:
        print_json(
            {
                "file": str(path),
                "is_usable": scorecard is not None,
                "version": scorecard.version if scorecard is not None else None,
                "fingerprint": fingerprint,
                "findings": [_as_json(finding) for finding in findings],
            }
        )
        return code
    for finding in findings:
        out().print(finding.text(str(path)))
    mistakes = sum(finding.severity == "error" for finding in findings)
    out().print(f"{path}: {_in_short(scorecard) if scorecard is not None else f'{mistakes} to put right'}")
    return code


def _as_json(finding: "Finding") -> dict[str, object]:
    names = ("severity", "line", "column", "where", "value", "rule", "fix")
    return {name: getattr(finding, name) for name in names}


def _in_short(scorecard: "Scorecard") -> str:
    """Return what a scorecard holds, in one line."""
    scores = []
    for score in scorecard.scores.values():
        criteria = sum(len(group.criteria) for side in (score.engagement, score.fit) for group in side.groups)
        scores.append(f"{score.name} ({criteria} criteria, {' < '.join(stage.name for stage in score.stages)})")
    return f"fine: version {scorecard.version}, {len(scorecard.signals)} signals, scores {', '.join(scores)}"
