"""Whether scores hold together: one default, weights, a scale with two ends, names used once, grades in order."""

from itertools import pairwise

from schemas.scorecard import (
    CRITERIA_MAX,
    Bands,
    EngagementRules,
    FitRules,
    ScorecardFile,
    ScoreRules,
    VerdictWeightRules,
)
from schemas.scorecard_criteria import EngagementCriterionRules
from streams.scorecards.finding import quoted, shown
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.scorecards.rules_criteria import check_clip, check_engagement_criterion, check_fit_criterion
from streams.scorecards.rules_ladder import check_ladder


def check_scores(file: ScorecardFile, notebook: Notebook) -> None:
    """Check every score of a file, and that one of them is the default."""
    defaults = [name for name, score in file.scores.items() if score.default]
    if not defaults and len(file.scores) > 1:
        notebook.note(("scores",), "no score is the default", "write default: true in one of them")
    for name in defaults[1:]:
        rule = f"score {quoted(defaults[0])} is the default already"
        notebook.note(("scores", name, "default"), rule, "keep one default: true")
    criteria_count = 0
    for name, score in file.scores.items():
        path: Path = ("scores", name)
        criteria_count += _check_sides(score, path, file, notebook)
        _check_scale(score, path, notebook)
        if score.grades is not None:
            _check_bands(score.grades.fit, (*path, "grades", "fit"), notebook)
            _check_bands(score.grades.engagement, (*path, "grades", "engagement"), notebook)
        check_ladder(score, path, notebook)
    if criteria_count > CRITERIA_MAX:
        notebook.note(("scores",), f"the file has {criteria_count} criteria", f"keep at most {CRITERIA_MAX}")


def check_file(file: ScorecardFile, notebook: Notebook) -> None:
    """Check what stands beside signals and scores: domains and verdicts."""
    customers = {domain.lower() for domain in file.domains.customer}
    for index, domain in enumerate(file.domains.competitor):
        if domain.lower() in customers:
            rule = f"{shown(domain)} is a customer as well"
            notebook.doubt(
                ("domains", "competitor", index), rule, "keep one; it counts as a competitor", code="domain_twice"
            )
    _check_verdicts(file.verdict_weights, notebook)


def _check_verdicts(weights: VerdictWeightRules, notebook: Notebook) -> None:
    """Doubt that certain machines weigh more than probable ones."""
    if weights.certain_bot > weights.probable_bot:
        rule = f"certain_bot is {shown(weights.certain_bot)}, above probable_bot {shown(weights.probable_bot)}"
        fix = "give it at most as much"
        notebook.doubt(("verdict_weights", "certain_bot"), rule, fix, code="bot_weights_swapped")


def _check_sides(score: ScoreRules, path: Path, file: ScorecardFile, notebook: Notebook) -> int:
    """Check both sides of a score; return how many criteria it has."""
    if score.engagement is None and score.fit is None:
        notebook.note(path, "it has neither engagement nor fit", "give it one of them")
        return 0
    weights = [side.weight for side in (score.engagement, score.fit) if side is not None]
    if not any(weights):
        notebook.note(path, "all its weights are 0", "give engagement or fit a weight above 0")
    names: dict[str, Path] = {}
    count = 0
    for side_name, side in (("engagement", score.engagement), ("fit", score.fit)):
        if side is not None:
            count += _check_side(side, (*path, side_name), names, file, notebook)
    return count


def _check_side(
    side: EngagementRules | FitRules, path: Path, names: dict[str, Path], file: ScorecardFile, notebook: Notebook
) -> int:
    """Check one side of a score; return how many criteria it has."""
    check_clip(side.cap, side.floor, path, notebook)
    count = 0
    for group_name, group in side.groups.items():
        here = (*path, "groups", group_name)
        check_clip(group.cap, group.floor, here, notebook)
        for name, criterion in group.criteria.items():
            place = (*here, "criteria", name)
            if name in names:
                group_before = names[name][4]
                rule = f"group {quoted(group_before)} of this score has a criterion of this name"
                notebook.note(place, rule, "choose another name: reasons are told by it", is_key=True)
            names.setdefault(name, place)
            if isinstance(criterion, EngagementCriterionRules):
                check_engagement_criterion(criterion, place, file, notebook)
            else:
                check_fit_criterion(criterion, place, file, notebook)
            count += 1
    return count


def _check_scale(score: ScoreRules, path: Path, notebook: Notebook) -> None:
    """Check that the ends of the scale are apart."""
    if score.scale.lowest >= score.scale.highest:
        rule = f"highest is {shown(score.scale.highest)}, not above lowest {shown(score.scale.lowest)}"
        notebook.note((*path, "scale", "highest"), rule, f"give more than {shown(score.scale.lowest)}")


def _check_bands(bands: Bands, path: Path, notebook: Notebook) -> None:
    """Check that the bands of a grade go down."""
    labels = list(bands)
    for above, label in pairwise(labels):
        if bands[label] >= bands[above]:
            rule = f"band {label} begins at {shown(bands[label])}, not below band {above} at {shown(bands[above])}"
            notebook.note((*path, label), rule, "list bands from the best down, each with a lower value")
