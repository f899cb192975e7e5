"""Why a lead is not where a case expects it: what a stage wants, and why a criterion is worth nothing."""

from scorer import Activity, Explanation, LineKind, Scorecard, Standing
from scorer.rules.scorecard import FitCriterion, InactivityCriterion, Score, SignalCriterion
from scorer.rules.signals import matched
from streams.cases.case import Deed, Look
from streams.cases.words import instant_text
from streams.scorecards.finding import quoted
from streams.scorecards.retention import signal_name

DAY_MS = 86_400_000


def points_of(explanation: Explanation, criterion: str) -> float:
    """Return what a criterion is worth within its own cap and floor, before those of its group."""
    kinds = (LineKind.CRITERION, LineKind.CRITERION_CLIP)
    return sum(line.points for line in explanation.lines if line.kind in kinds and line.name == criterion)


def stage_hint(look: Look, expected: str, standing: Standing, points: float) -> str:
    """Return what keeps a lead from the stage that is expected.

    Args:
        look: What is looked at.
        expected: The stage that is expected.
        standing: Where it stands.
        points: Its score.
    """
    stages = {stage.name: stage for stage in look.score.stages}
    order = list(stages)
    if order.index(expected) > order.index(standing.stage):
        enter_at = stages[expected].enter_at
        if points < enter_at:
            return f"{expected} is entered at {enter_at:.12g}: {enter_at - points:.1f} points more"
        return f"{expected} is entered at {enter_at:.12g}, and another stage is above it"
    own = stages[standing.stage]
    if points >= own.leave_below:
        return f"{own.name} is left below {own.leave_below:.12g}"
    return f"{own.name} is kept until {instant_text(standing.since_at + own.dwell_ms)} at least (dwell)"


def reason_against(name: str, look: Look, deeds: tuple[Deed, ...], scorecard: Scorecard) -> str:
    """Return why a criterion is worth nothing at a look.

    Args:
        name: The criterion's.
        look: When it is looked at.
        deeds: What the lead did.
        scorecard: The rules.
    """
    sides = (look.score.engagement, look.score.fit)
    found = (criterion for side in sides for group in side.groups for criterion in group.criteria)
    match next(criterion for criterion in found if criterion.name == name):
        case FitCriterion() as criterion:
            return f"its condition on {criterion.condition.field} does not hold"
        case InactivityCriterion() as criterion:
            days = criterion.period_ms / DAY_MS
            return f"for {days:.4g} days there was no such silence, or there was never such a signal"
        case SignalCriterion() as criterion:
            return _against_signal(criterion, look, deeds, scorecard)


def _against_signal(criterion: SignalCriterion, look: Look, deeds: tuple[Deed, ...], scorecard: Scorecard) -> str:
    """Return why a criterion on a signal is worth nothing."""
    signal = quoted(signal_name(criterion.signal))
    if not any(criterion.signal in signals_of(deed, scorecard) for deed in deeds if deed.at <= look.at):
        return f"nothing that the lead did until then counts for signal {signal}"
    if criterion.frequency is not None:
        return f"signal {signal} was counted, and its frequency is not met"
    return f"signal {signal} was counted, and its points have faded, or its verdict weighs nothing"


def signals_of(deed: Deed, scorecard: Scorecard) -> frozenset[str]:
    """Return the signals that a deed counts for; a profile counts for none."""
    if not isinstance(deed.content, Activity):
        return frozenset()
    return frozenset(name for name, _ in matched(deed.content, scorecard))


def is_rise(score: Score, from_stage: str | None, to_stage: str) -> bool:
    """Return whether a stage change goes up; a first sight of a lead does."""
    order = [stage.name for stage in score.stages]
    return from_stage not in order or order.index(to_stage) > order.index(str(from_stage))
