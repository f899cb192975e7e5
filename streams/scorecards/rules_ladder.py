"""Whether a ladder of stages can be climbed and left: thresholds that rise, within what the score can reach."""

import math

from schemas.scorecard import EngagementRules, FitRules, ScoreRules, StageRules
from schemas.scorecard_criteria import EngagementCriterionRules, FitCriterionRules
from streams.scorecards.finding import quoted, shown
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path


def check_ladder(score: ScoreRules, path: Path, notebook: Notebook) -> None:
    """Check the stages of a score, bottom first."""
    names: set[str] = set()
    for index, stage in enumerate(score.stages):
        here = (*path, "stages", index)
        if stage.name in names:
            notebook.note((*here, "name"), f"stage {quoted(stage.name)} is there twice", "give each stage its own name")
        names.add(stage.name)
        if index == 0:
            _check_bottom(stage, here, notebook)
        else:
            _check_rung(stage, score.stages[index - 1], score, here, notebook)


def _check_bottom(stage: StageRules, path: Path, notebook: Notebook) -> None:
    """Check that the lowest stage has no thresholds: every lead is in it at least."""
    for key in ("enter_at", "leave_below", "dwell"):
        if getattr(stage, key) is not None:
            fix = "remove the key: every lead is in the first stage at least"
            notebook.note((*path, key), f"the first stage has {key}", fix, is_key=True)


def _check_rung(stage: StageRules, below: StageRules, score: ScoreRules, path: Path, notebook: Notebook) -> None:
    """Check one stage above the lowest."""
    if stage.enter_at is None:
        notebook.note(path, 'key "enter_at" is missing', "add enter_at: the score that enters the stage")
        return
    if below.enter_at is not None and stage.enter_at <= below.enter_at:
        rule = f"enter_at is {shown(stage.enter_at)}, not above {shown(below.enter_at)} of stage {quoted(below.name)}"
        notebook.note((*path, "enter_at"), rule, "list stages from the bottom up, each with a higher enter_at")
    _check_reach(stage.enter_at, score, (*path, "enter_at"), notebook)
    leave_below = stage.enter_at if stage.leave_below is None else stage.leave_below
    if leave_below > stage.enter_at:
        rule = f"leave_below is {shown(leave_below)}, above enter_at {shown(stage.enter_at)}"
        fix = f"give at most {shown(stage.enter_at)}: a lead that enters would leave at once"
        notebook.note((*path, "leave_below"), rule, fix)
    leave_before = below.enter_at if below.leave_below is None else below.leave_below
    if leave_before is not None and leave_below <= leave_before:
        rule = f"leave_below is {shown(leave_below)}, not above {shown(leave_before)} of stage {quoted(below.name)}"
        fix = f"give more than {shown(leave_before)}: a lead that falls would skip stage {quoted(below.name)}"
        notebook.note((*path, "leave_below"), rule, fix)
    if stage.leave_below is not None and leave_below <= score.scale.lowest < score.scale.highest:
        rule = f"leave_below is {shown(leave_below)}, and no score is below {shown(score.scale.lowest)}"
        fix = "give more, unless the stage is never to be left"
        notebook.doubt((*path, "leave_below"), rule, fix, code="stage_never_left")


def _check_reach(enter_at: float, score: ScoreRules, path: Path, notebook: Notebook) -> None:
    """Check that a threshold lies above the bottom of the scale and that some lead can reach it."""
    scale = score.scale
    if scale.lowest >= scale.highest:
        return
    if enter_at <= scale.lowest:
        rule = f"enter_at is {shown(enter_at)}, and every score is at least {shown(scale.lowest)}"
        notebook.note(path, rule, f"give more than {shown(scale.lowest)}")
        return
    sides = [side for side in (score.engagement, score.fit) if side is not None and side.weight]
    most = sum(side.weight * _side_most(side) for side in sides)
    if sides and enter_at > min(most, scale.highest):
        why = "the scale ends at" if scale.highest < most else "all criteria together give at most"
        rule = f"enter_at is {shown(enter_at)}, and {why} {shown(min(most, scale.highest))}"
        notebook.note(path, rule, "lower it, or raise caps or points", code="threshold_unreachable")


def _side_most(side: EngagementRules | FitRules) -> float:
    """Return the most that a side can be worth; infinite if nothing bounds it."""
    total = 0.0
    for group in side.groups.values():
        points = sum(_criterion_most(criterion) for criterion in group.criteria.values())
        total += points if group.cap is None else min(points, group.cap)
    return total if side.cap is None else min(total, side.cap)


def _criterion_most(criterion: EngagementCriterionRules | FitCriterionRules) -> float:
    """Return the most that a criterion can be worth; infinite if nothing bounds it."""
    if isinstance(criterion, FitCriterionRules):
        return max(0.0, criterion.points)
    if criterion.per == "measure":
        most = math.inf
    elif criterion.points <= 0:
        most = 0.0
    else:
        is_award = criterion.frequency is not None and criterion.frequency.award == "once"
        is_first = criterion.limit is not None and criterion.limit.per is None
        is_once = criterion.inactivity is not None and not criterion.inactivity.repeat
        most = criterion.points if is_award or is_first or is_once else math.inf
    return most if criterion.cap is None else min(most, criterion.cap)
