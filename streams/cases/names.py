"""Whether an expectation names what its score has: stages, criteria, grades, caps; else the nearest name is told."""

from collections.abc import Iterable

from schemas.cases import ExpectRules
from scorer.rules.scorecard import FitCriterion, Score
from streams.scorecards.finding import nearest, quoted
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path

TOTAL = "total"
SIDES = ("engagement", "fit")
_SAYS_NOTHING = ExpectRules()


def check_expectation(expect: ExpectRules, path: Path, score: Score, notebook: Notebook) -> None:
    """Write down what an expectation names and its score does not have.

    Args:
        expect: The expectation.
        path: Where it stands in the case file.
        score: The named score that is meant.
        notebook: Where mistakes are written down.
    """
    if expect.model_copy(update={"at": None, "score_name": None}) == _SAYS_NOTHING:
        notebook.note(path, "nothing is expected", "say what you expect: score: 62, stage: mql, because: [pricing]")
    if expect.stage is not None:
        check_stage(expect.stage, (*path, "stage"), score, notebook)
    _check_grade(expect, path, score, notebook)
    _check_criteria(expect, path, score, notebook)


def check_stage(stage: str, path: Path, score: Score, notebook: Notebook) -> None:
    """Write down that a score has no such stage."""
    known = [rung.name for rung in score.stages]
    if stage not in known:
        notebook.note(path, f"score {quoted(score.name)} has no stage {quoted(stage)}", nearest(stage, known))


def criteria_of(score: Score) -> frozenset[str]:
    """Return the names of a score's criteria; they are unique within it."""
    sides = (score.engagement, score.fit)
    return frozenset(criterion.name for side in sides for group in side.groups for criterion in group.criteria)


def clips_of(score: Score) -> frozenset[str]:
    """Return the names of all parts of a score that have a cap or a floor."""
    names = {TOTAL}
    for side_name, side in zip(SIDES, (score.engagement, score.fit), strict=True):
        if side.cap is not None or side.floor is not None:
            names.add(side_name)
        for group in side.groups:
            if group.cap is not None or group.floor is not None:
                names.add(group.name)
            for criterion in group.criteria:
                if not isinstance(criterion, FitCriterion) and (criterion.cap, criterion.floor) != (None, None):
                    names.add(criterion.name)
    return frozenset(names)


def _check_grade(expect: ExpectRules, path: Path, score: Score, notebook: Notebook) -> None:
    if expect.grade is None:
        return
    if score.grades is None:
        notebook.note(
            (*path, "grade"), f"score {quoted(score.name)} has no grades", "remove it, or add grades to the score"
        )
        return
    known = [fit.label + engagement.label for fit in score.grades.fit for engagement in score.grades.engagement]
    if expect.grade not in known:
        rule = f"score {quoted(score.name)} has no grade {quoted(expect.grade)}"
        notebook.note((*path, "grade"), rule, nearest(expect.grade, known))


def _check_criteria(expect: ExpectRules, path: Path, score: Score, notebook: Notebook) -> None:
    known, clips = criteria_of(score), clips_of(score)
    for key, names in (("because", expect.because or ()), ("not_because", expect.not_because or ())):
        for place, name in _placed(names, (*path, key)):
            if name not in known:
                rule = f"score {quoted(score.name)} has no criterion {quoted(name)}"
                notebook.note(place, rule, nearest(name, known), is_key=isinstance(names, dict))
    for place, name in _placed(expect.clipped or (), (*path, "clipped")):
        if name not in clips:
            rule = f"score {quoted(score.name)} has no cap and no floor of {quoted(name)}"
            notebook.note(place, rule, nearest(name, clips))


def _placed(names: Iterable[str], path: Path) -> list[tuple[Path, str]]:
    """Return names with their places: items of a list by number, keys by name."""
    keyed = isinstance(names, dict)
    return [((*path, name if keyed else number), name) for number, name in enumerate(names)]
