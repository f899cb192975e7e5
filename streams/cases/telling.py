"""A case that failed, told so that one sees what to change: where, expected and got, why, and what happened."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.cases.miss import Miss
from streams.cases.playing import Played, Seen
from streams.cases.reasons import signals_of
from streams.cases.running import FileRun, Result
from streams.cases.stage_changes import change_text
from streams.cases.words import instant_text
from streams.scorecards.finding import printable
from streams.translation.told import reason_text

LISTED_MAX = 20
SHOWN_FROM = 0.05
"""Points from which on a line is shown: less is told as 0.0."""


class Told(NamedTuple):
    """A line for people, and how it looks where there are colours."""

    text: str
    style: str = ""


def failure(run: FileRun, result: Result) -> Iterator[Told]:
    """Yield the lines that tell what is wrong with a case that did not pass.

    Args:
        run: The case file.
        result: What became of the case.
    """
    yield Told(f"{result.outcome.upper()} {run.path}:{result.line}: {result.name}", "bold red")
    if result.case is not None and result.case.description:
        yield Told(f"  {printable(result.case.description)}", "dim")
    for finding in result.findings:
        yield Told(f"  line {finding.line}: {printable(finding.rule)}; {printable(finding.fix)}")
    if result.played is not None:
        yield from _differences(result, result.played)
        yield from _happened(result.played)
        yield from _uncounted(result.played, run)
        yield from _way_out(result)


def _differences(result: Result, played: Played) -> Iterator[Told]:
    """Yield what differs, instant by instant, each with the score's terms."""
    for seen in played.seen:
        found = [miss for miss in result.misses if miss.look == seen.look.path]
        if found:
            yield Told(f"  at {instant_text(seen.look.at)} UTC", "bold")
            yield from (_difference(miss) for miss in found)
            yield from _terms(seen)
    yield from (_difference(miss) for miss in result.misses if not miss.look)


def _difference(miss: Miss) -> Told:
    return Told(f"    line {miss.line}: {printable(miss.text())}", "red")


def _terms(seen: Seen) -> Iterator[Told]:
    """Yield the terms of a score."""
    yield Told(f"    the score is {seen.explanation.score:.1f}, stage {seen.standing.stage}, because", "dim")
    lines = [line for line in seen.explanation.lines if abs(line.points) >= SHOWN_FROM]
    for line in lines[:LISTED_MAX]:
        yield Told(f"      {reason_text(line)}", "dim")
    if not lines:
        yield Told("      nothing brings points", "dim")
    if len(lines) > LISTED_MAX:
        yield Told(f"      and {len(lines) - LISTED_MAX} more", "dim")


def _happened(played: Played) -> Iterator[Told]:
    """Yield the stage changes."""
    score = played.case.score
    if score is None:
        return
    changes = played.changes
    yield Told(f"  stage changes until {instant_text(played.case.until)} UTC{'' if changes else ': none'}", "dim")
    for change in changes[:LISTED_MAX]:
        text = change_text(score, change.from_stage, change.to_stage, change.changed_at)
        yield Told(f"    {text}, with {change.score:.1f}", "dim")
    if len(changes) > LISTED_MAX:
        yield Told(f"    and {len(changes) - LISTED_MAX} more", "dim")


def _uncounted(played: Played, run: FileRun) -> Iterator[Told]:
    """Yield what the lead did that counts for no signal."""
    if run.player is None:
        return
    deeds = {deed.line: deed for deed in played.case.deeds if not deed.text.startswith("profile: ")}
    lost = [deed for deed in deeds.values() if not signals_of(deed, run.player.scorecard)]
    if lost:
        yield Told("  no signal counts", "dim")
    for deed in lost[:LISTED_MAX]:
        yield Told(f"    line {deed.line}: {printable(deed.text)}", "dim")


def _way_out(result: Result) -> Iterator[Told]:
    """Yield what to write if it is right as it is."""
    fixes = [f"line {miss.line}: {printable(miss.fix)}" for miss in result.misses if miss.fix]
    if fixes:
        yield Told("  change the scorecard; or, if it is right as it is, the case:")
    for fix in fixes[:LISTED_MAX]:
        yield Told(f"    {fix}", "green")
