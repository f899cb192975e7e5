"""Stage changes that a case expects, against those that came or would come in silence."""

from collections.abc import Iterator
from itertools import zip_longest

from scorer import StageChange
from scorer.rules.scorecard import Score
from streams.cases.case import Change
from streams.cases.case_file import LoadedCases
from streams.cases.miss import Miss
from streams.cases.playing import Played, Seen
from streams.cases.reasons import is_rise
from streams.cases.words import instant_text, minute_text


def change_misses(played: Played, loaded: LoadedCases) -> Iterator[Miss]:
    """Yield the first difference between all changes that are expected and all that came; the rest follows from it.

    Args:
        played: The case that was played.
        loaded: The file that it stands in.
    """
    case = played.case
    if case.changes is None or case.score is None:
        return
    came = played.changes
    for number, (expected, got) in enumerate(zip_longest(case.changes, came), 1):
        if expected is not None and got is not None and _is_met(expected, got, case.score):
            continue
        path = ("cases", case.name, "changes")
        line = loaded.line(path) if expected is None else loaded.line(expected.path)
        wanted = "none" if expected is None else _expected_text(expected, loaded)
        if got is None:
            shown, fix = f"none until {instant_text(case.until)}", "take it out of changes"
        else:
            shown = change_text(case.score, got.from_stage, got.to_stage, got.changed_at)
            place = "add to" if expected is None else "write in"
            fix = f"{place} changes: {_written(case.score, got.from_stage, got.to_stage, got.changed_at)}"
        yield Miss(line, None, f"stage change {number}", wanted, shown, fix=fix)
        return


def silence_misses(seen: Seen, loaded: LoadedCases) -> Iterator[Miss]:
    """Yield what comes next in silence, if it is not what is expected.

    Args:
        seen: What was seen at one instant.
        loaded: The file that the case stands in.
    """
    expected, got, score = seen.look.silent, seen.silent, seen.look.score
    if expected is None or (got is None and expected.to_stage is None):
        return
    if got is None:
        shown, fix = f"it stays {seen.standing.stage}", "if_silent: stays"
    else:
        is_there = expected.to_stage == got.to_stage and expected.is_rise == is_rise(
            score, got.from_stage, got.to_stage
        )
        if is_there and (expected.span is None or expected.span.holds(got.changed_at)):
            return
        shown = change_text(score, got.from_stage, got.to_stage, got.changed_at)
        fix = f"if_silent: {_written(score, got.from_stage, got.to_stage, got.changed_at)}"
    line, wanted = loaded.line(expected.path), _expected_text(expected, loaded)
    yield Miss(line, seen.look.at, "if_silent", wanted, shown, fix=fix, look=seen.look.path)


def change_text(score: Score, from_stage: str | None, to_stage: str, at: int) -> str:
    """Return a stage change in words."""
    verb = "rises" if is_rise(score, from_stage, to_stage) else "falls"
    return f"{verb} to {to_stage} at {instant_text(at)}"


def _written(score: Score, from_stage: str | None, to_stage: str, at: int) -> str:
    """Return a stage change as a case file writes it."""
    key = "rises_to" if is_rise(score, from_stage, to_stage) else "falls_to"
    return f"{{{key}: {to_stage}, at: {minute_text(at)}}}"


def _expected_text(expected: Change, loaded: LoadedCases) -> str:
    if expected.to_stage is None:
        return "it stays"
    when = "" if expected.span is None else f" at {loaded.tree.written((*expected.path, 'at'))}"
    return f"{'rises' if expected.is_rise else 'falls'} to {expected.to_stage}{when}"


def _is_met(expected: Change, got: StageChange, score: Score) -> bool:
    """Return whether a change is the one that is expected."""
    is_there = expected.to_stage == got.to_stage and expected.is_rise == is_rise(score, got.from_stage, got.to_stage)
    return is_there and (expected.span is None or expected.span.holds(got.changed_at))
