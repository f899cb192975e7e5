"""What was expected of a case against what was seen: each difference with its line and the way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from schemas.figures import FigureRules
from scorer import Scorecard
from scorer.worth.grades import band_of
from streams.cases.case import Case
from streams.cases.case_file import LoadedCases
from streams.cases.miss import Miss
from streams.cases.playing import Played, Seen
from streams.cases.reasons import points_of, reason_against, stage_hint
from streams.cases.stage_changes import change_misses, silence_misses
from streams.cases.words import figure_text, instant_text, minute_text
from streams.scorecards.parts import Path

CONTRIBUTES_FROM = 0.05
"""Points from which on a criterion contributes: what is less is told as 0.0."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a case that was played, with all that a comparison needs."""

    seen: Seen
    case: Case
    loaded: LoadedCases
    scorecard: Scorecard

    def line(self, *steps: str | int) -> int:
        """Return the line of a part of the expectation."""
        return self.loaded.line((*self.seen.look.path, *steps))

    def written(self, *steps: str | int) -> str:
        """Return a part of the expectation as the file has it."""
        return self.loaded.tree.written((*self.seen.look.path, *steps))

    def miss(self, steps: Path, expected: str, got: str, hint: str = "", fix: str = "") -> Miss:
        """Return a difference in a part of the expectation."""
        what = " ".join(step for step in steps if isinstance(step, str))
        look = self.seen.look
        return Miss(self.line(*steps), look.at, what, expected, got, hint, fix, look.path)


def misses(played: Played, loaded: LoadedCases, scorecard: Scorecard) -> tuple[Miss, ...]:
    """Return what is otherwise than expected, in the order of the instants, changes last.

    Args:
        played: The case that was played.
        loaded: The file that it stands in.
        scorecard: What judged.
    """
    sights = [Sight(seen, played.case, loaded, scorecard) for seen in played.seen]
    found = [miss for sight in sights for part in _PARTS for miss in part(sight)]
    return (*found, *change_misses(played, loaded))


def contributes(points: float) -> bool:
    """Return whether points count as a contribution."""
    return abs(points) >= CONTRIBUTES_FROM


def _figures(sight: Sight) -> Iterator[Miss]:
    """Compare score, engagement and fit."""
    expect, explanation = sight.seen.look.expect, sight.seen.explanation
    figures: Mapping[str, tuple[FigureRules | None, float]] = {
        "score": (expect.score, explanation.score),
        "engagement": (expect.engagement, explanation.engagement),
        "fit": (expect.fit, explanation.fit),
    }
    for key, (figure, got) in figures.items():
        if figure is not None and not figure.holds(got):
            shown = figure_text(got, figure)
            yield sight.miss((key,), figure.text(), shown, fix=f"{key}: {shown}")


def _stage(sight: Sight) -> Iterator[Miss]:
    """Compare the stage, and since when the lead is in it."""
    look, standing = sight.seen.look, sight.seen.standing
    expected = look.expect.stage
    if expected is not None and expected != standing.stage:
        hint = stage_hint(look, expected, standing, sight.seen.explanation.score)
        yield sight.miss(("stage",), expected, standing.stage, hint, f"stage: {standing.stage}")
    if look.since is not None and not look.since.holds(standing.since_at):
        got = instant_text(standing.since_at)
        yield sight.miss(("since",), sight.written("since"), got, fix=f"since: {minute_text(standing.since_at)}")


def _grade(sight: Sight) -> Iterator[Miss]:
    """Compare the grade."""
    look, explanation, got = sight.seen.look, sight.seen.explanation, sight.seen.standing.grade
    grades, expected = look.score.grades, look.expect.grade
    if expected is not None and grades is not None and expected != got:
        fit = f"fit {explanation.fit:.1f} is {band_of(grades.fit, explanation.fit).label}"
        band = band_of(grades.engagement, explanation.engagement).label
        hint = f"{fit}, engagement {explanation.engagement:.1f} is {band}"
        yield sight.miss(("grade",), expected, str(got), hint, f"grade: {got}")


def _because(sight: Sight) -> Iterator[Miss]:
    """Compare the criteria that contribute."""
    because = sight.seen.look.expect.because
    for number, name in enumerate(because or ()):
        got = points_of(sight.seen.explanation, name)
        hint = "" if contributes(got) else reason_against(name, sight.seen.look, sight.case.deeds, sight.scorecard)
        figure = because.get(name) if isinstance(because, dict) else None
        if figure is not None and not figure.holds(got):
            shown = figure_text(got, figure)
            yield sight.miss(("because", name), figure.text(), shown, hint, f"{name}: {shown}")
        elif figure is None and not contributes(got):
            miss = sight.miss(("because", number), "points", f"{got:.1f}", hint, f"take {name} out of because")
            yield _named(miss, f"because {name}")


def _not_because(sight: Sight) -> Iterator[Miss]:
    """Compare the criteria that must not contribute."""
    for number, name in enumerate(sight.seen.look.expect.not_because or ()):
        got = points_of(sight.seen.explanation, name)
        if contributes(got):
            fix = f"take {name} out of not_because"
            miss = sight.miss(("not_because", number), "no points", f"{got:+.1f}", fix=fix)
            yield _named(miss, f"not_because {name}")


def _clips(sight: Sight) -> Iterator[Miss]:
    """Compare where caps and floors cut."""
    lines = [line for line in sight.seen.explanation.lines if line.kind.is_clip]
    cut = sorted({line.side if line.side == "total" else line.name for line in lines})
    for number, name in enumerate(sight.seen.look.expect.clipped or ()):
        if name not in cut:
            got = f"a cut of {', '.join(cut)} only" if cut else "no cut"
            miss = sight.miss(("clipped", number), "a cut", got, fix=f"take {name} out of clipped")
            yield _named(miss, f"clipped {name}")


def _silence(sight: Sight) -> Iterator[Miss]:
    """Compare what comes next in silence."""
    return silence_misses(sight.seen, sight.loaded)


def _named(miss: Miss, what: str) -> Miss:
    return replace(miss, what=what)


_PARTS: tuple[Callable[[Sight], Iterator[Miss]], ...] = (
    *(_figures, _stage, _grade, _because, _not_because, _clips, _silence),
)
