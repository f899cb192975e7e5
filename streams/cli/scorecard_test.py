"""`leadstream scorecard test`: worked cases, played by their scorecards."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.output_file import require_output
from streams.cli.terminal import CommandFailed, counted, out, print_json

if TYPE_CHECKING:
    from scorer import JournalBounds
    from streams.cases.coverage import Coverage
    from streams.cases.running import FileRun, Result, Runner

DOTS_A_LINE = 80
MISSING_LISTED_MAX = 12
JOURNAL_SETTINGS = "LEADSTREAM_JOURNAL_"
_SIGNS = {"passed": ".", "failed": "F", "mistaken": "E"}


def play_cases(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Case files, scorecards, folders; else this folder.", show_default=False),
    ] = None,
    *,
    scorecard: Annotated[
        Path | None, typer.Option("--scorecard", "-s", help="Judge all cases by this one, such as a draft.")
    ] = None,
    words: Annotated[
        str | None, typer.Option("-k", help="Only cases with these words in their names: pricing and not demo.")
    ] = None,
    is_verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="A line a case; all that is not covered.")
    ] = False,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write JUnit's XML to this file.")] = None,
    coverage_min: Annotated[
        float | None,
        typer.Option("--coverage-min", min=0, max=100, help="Fail if less of a scorecard is covered, in percent."),
    ] = None,
) -> None:
    """Play worked cases: what leads did, and what then must be so (docs/cases.md).

    The cases of NAME.yaml stand in NAME.cases.yaml beside it, or in a folder `cases`. Each is played through the same
    steps that a worker takes. Ends with code 1 if a case fails, a file holds a mistake or too little is covered; with 5
    if there is no case.
    """
    began = perf_counter()
    runner, files = _runner(scorecard, words), _files(paths or [Path()])
    require_output("--junit", junit, [scorecard, *files])
    runs = [_run(runner, path, is_verbose=is_verbose, is_quiet=is_json) for path in files]
    if words is not None and not any(run.results or run.refused for run in runs):
        raise CommandFailed(ExitCode.NOT_FOUND, f"-k {words}: no case has such a name")
    code = _code(runs, runner, coverage_min)
    if junit is not None:
        require_output("--junit", junit, runner.coverages)
        _write_junit(junit, runs)
    if is_json:
        print_json(_document(runs, runner, code))
    else:
        _tell(runs, runner, perf_counter() - began, is_verbose=is_verbose, coverage_min=coverage_min)
    if code is not ExitCode.OK:
        raise typer.Exit(code)


def _files(paths: list[Path]) -> tuple[Path, ...]:
    """Return the case files that are meant.

    Raises:
        CommandFailed: If there is none.
    """
    from streams.cases.finding_files import case_files

    files = case_files(paths)
    if not files:
        given = ", ".join(map(str, paths))
        raise CommandFailed(ExitCode.NOT_FOUND, f"{given}: no cases; write them in NAME.cases.yaml beside NAME.yaml")
    return files


def _runner(scorecard: Path | None, words: str | None) -> "Runner":
    """Return what runs cases, by the bounds that workers have."""
    from streams.cases.running import Runner
    from streams.cases.selection import selection

    return Runner(_bounds(), scorecard, None if words is None else selection(words))


def _bounds() -> "JournalBounds":
    """Return how much a worker's journal remembers."""
    from scorer import JournalBounds

    if not any(name.upper().startswith(JOURNAL_SETTINGS) for name in os.environ):
        # The defaults, which a test holds equal: to read settings takes longer than to play a hundred cases.
        return JournalBounds()
    from streams.configuration.settings import load_settings

    settings = load_settings()
    return JournalBounds(settings.journal_entries_max, settings.journal_age_seconds * 1000)


def _run(runner: "Runner", path: Path, *, is_verbose: bool, is_quiet: bool) -> "FileRun":
    """Run one file, and tell how it goes."""
    run = runner.open(path)
    if is_quiet:
        list(runner.play(run))
        return run
    if is_verbose:
        for result in runner.play(run):
            style = "green" if result.outcome == "passed" else "bold red"
            out().print(f"{result.outcome:<8} {path}:{result.line}: {result.name}", style=style)
        return run
    sys.stdout.write(f"{path} ")
    for number, result in enumerate(runner.play(run)):
        sys.stdout.write("\n    " if number and number % DOTS_A_LINE == 0 else "")
        sys.stdout.write(_SIGNS[result.outcome])
        sys.stdout.flush()
    sys.stdout.write("refused\n" if run.refused else "\n")
    return run


def _code(runs: Iterable["FileRun"], runner: "Runner", coverage_min: float | None) -> ExitCode:
    """Return the exit code that results stand for."""
    is_bad = any(run.refused or any(result.outcome != "passed" for result in run.results) for run in runs)
    return ExitCode.FINDING if is_bad or _too_low(runner, coverage_min) else ExitCode.OK


def _too_low(runner: "Runner", coverage_min: float | None) -> list[Path]:
    """Return the scorecards of which too little is covered."""
    least = 0.0 if coverage_min is None else coverage_min
    return [path for path, coverage in runner.coverages.items() if coverage.percent < least]


def _tell(
    runs: list["FileRun"], runner: "Runner", seconds: float, *, is_verbose: bool, coverage_min: float | None
) -> None:
    """Tell what failed, what is covered, and the sum."""
    for run in runs:
        for result in run.results:
            if result.outcome != "passed":
                _tell_failure(run, result)
        if run.refused is not None:
            out().print()
            for finding in run.refused.findings:
                out().print(finding.text(run.refused.path))
    out().print()
    for path, coverage in runner.coverages.items():
        _tell_coverage(path, coverage, runner, is_verbose=is_verbose)
    for path in _too_low(runner, coverage_min):
        out().print(f"{path}: less than {coverage_min:.12g} % covered", style="bold red")
    _tell_sum(runs, seconds)


def _tell_failure(run: "FileRun", result: "Result") -> None:
    from streams.cases.telling import failure

    out().print()
    for told in failure(run, result):
        out().print(told.text, style=told.style or None)


def _tell_coverage(path: Path, coverage: "Coverage", runner: "Runner", *, is_verbose: bool) -> None:
    from streams.cases.coverage import KINDS, PLURALS, in_words

    counts = ((kind, *coverage.count(kind)) for kind in KINDS)
    parts = [f"{touched} of {total} {PLURALS[kind]}" for kind, touched, total in counts if total]
    out().print(f"{path}: {', '.join(parts)} covered ({coverage.percent:.0f} %)")
    missing = in_words(coverage.missing, runner.default_score(path))
    listed = missing if is_verbose else missing[:MISSING_LISTED_MAX]
    if listed:
        more = f" and {len(missing) - len(listed)} more (-v)" if len(missing) > len(listed) else ""
        out().print(f"  not covered: {', '.join(listed)}{more}")


def _tell_sum(runs: list["FileRun"], seconds: float) -> None:
    outcomes = [result.outcome for run in runs for result in run.results]
    refused, left_out = sum(run.refused is not None for run in runs), sum(run.left_out for run in runs)
    counts = {"passed": outcomes.count("passed"), "failed": outcomes.count("failed")}
    parts = [f"{count} {name}" for name, count in counts.items() if count or name == "passed"]
    parts += [f"{mistaken} with mistakes"] if (mistaken := outcomes.count("mistaken")) else []
    parts += [f"{counted(refused, 'file', 'files')} refused"] if refused else []
    parts += [f"{left_out} left out"] if left_out else []
    is_good = outcomes.count("passed") == len(outcomes) and not refused
    out().print(f"{', '.join(parts)} in {seconds:.2f} s", style="bold green" if is_good else "bold red")


def _write_junit(path: Path, runs: list["FileRun"]) -> None:
    """Write the XML.

    Raises:
        CommandFailed: If it cannot be written.
    """
    from streams.cases.junit import junit as document

    try:
        path.write_text(document(runs), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"--junit {path}: it cannot be written: {reason}; give a path in a folder that is there"
        raise CommandFailed(ExitCode.FINDING, message) from error


def _document(runs: list["FileRun"], runner: "Runner", code: ExitCode) -> dict[str, object]:
    """Return everything for machines."""
    from streams.cases.coverage import KINDS

    coverages = [
        {
            "scorecard": str(path),
            "percent": round(coverage.percent, 2),
            **{kind: dict(zip(("touched", "total"), coverage.count(kind), strict=True)) for kind in KINDS},
            "missing": [{"score": part.score, "kind": part.kind, "name": part.name} for part in coverage.missing],
        }
        for path, coverage in runner.coverages.items()
    ]
    return {"is_good": code is ExitCode.OK, "files": [_file(run) for run in runs], "coverage": coverages}


def _file(run: "FileRun") -> dict[str, object]:
    findings = [] if run.refused is None else [_finding(finding) for finding in run.refused.findings]
    cases = [_case(run, result) for result in run.results]
    return {"file": str(run.path), "is_refused": run.refused is not None, "findings": findings, "cases": cases}


def _finding(finding: object) -> dict[str, object]:
    return {
        name: getattr(finding, name) for name in ("severity", "code", "line", "column", "where", "value", "rule", "fix")
    }


def _case(run: "FileRun", result: "Result") -> dict[str, object]:
    """Return a case for machines; of one that failed all that people are told too."""
    from streams.cases.telling import failure
    from streams.translation.translate import instant

    differences = [
        {
            "line": miss.line,
            "at": None if miss.at is None else instant(miss.at).isoformat(),
            **{name: getattr(miss, name) for name in ("what", "expected", "got", "hint", "fix")},
        }
        for miss in result.misses
    ]
    text = [] if result.outcome == "passed" else [told.text for told in failure(run, result)]
    return {
        "name": result.name,
        "line": result.line,
        "outcome": result.outcome,
        "seconds": round(result.seconds, 6),
        "differences": differences,
        "findings": [_finding(finding) for finding in result.findings],
        "text": text,
    }
