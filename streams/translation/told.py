"""From the core to the wire: what downstream is told. Here, and nowhere before, figures are rounded.

The JSON is written in one pass, without the contracts' models between: the tests hold its bytes equal to what those
would write, field by field in the same order.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

import scorer
from schemas.contract import POINTS_MAX
from schemas.lead_score import LeadScore
from scorer.worth.explanation import Line, LineKind
from streams.translation.told_fields import ToldCause, ToldLeadScore, ToldReason, ToldStageChange, ToldStanding
from streams.translation.translate import instant_text

POINTS_DECIMALS = 4
REASONS_SHOWN = 5

_CRITERION, _SIDE_WEIGHT = LineKind.CRITERION, LineKind.SIDE_WEIGHT
_REASON_TEXTS: Mapping[LineKind, str] = {
    LineKind.CRITERION_CLIP: "{name}, cap or floor",
    LineKind.GROUP_CLIP: "group {name}, cap or floor",
    LineKind.SIDE_CLIP: "{name}, cap or floor",
    LineKind.SIDE_WEIGHT: "{name}, weight",
    LineKind.TOTAL_CLIP: "{name}, end of the scale",
}

_encoded = msgspec.json.Encoder().encode


def told_stage_change(
    change: scorer.StageChange, *, change_id: str, lead_id: str, cause: ToldCause, reasons_max: int = REASONS_SHOWN
) -> bytes:
    """Return a stage change as downstream reads it: the JSON of `schemas.stage_change.StageChange`.

    Args:
        change: What the core decided.
        change_id: Derived from the cause, the same for the same decision.
        lead_id: Who moved.
        cause: What made it happen.
        reasons_max: How many terms to name; the others are summed.
    """
    reasons, more_points = _reasons(change.reasons, change.score, reasons_max)
    told = ToldStageChange(
        id=change_id,
        lead_id=lead_id,
        score_name=change.score_name,
        from_stage=change.from_stage,
        to_stage=change.to_stage,
        changed_at=instant_text(change.changed_at),
        score=_rounded(change.score),
        engagement=_rounded(_side_points(change.reasons, "engagement")),
        fit=_rounded(_side_points(change.reasons, "fit")),
        grade=change.grade,
        reasons=reasons,
        more_reasons_points=more_points,
        scorecard_version=change.scorecard_version,
        cause=cause,
    )
    return _encoded(told)


def told_lead_score(
    explanations: Mapping[str, scorer.Explanation],
    *,
    lead_id: str,
    state: scorer.LeadState,
    scorecard: scorer.Scorecard,
    scored_at: int,
    reasons_max: int = REASONS_SHOWN,
) -> bytes:
    """Return a lead's latest scores as downstream reads them: the JSON of `schemas.lead_score.LeadScore`.

    Args:
        explanations: Per named score, `scorer.worth.explain` at ``scored_at``; each score that the lead stands in.
        lead_id: Whose scores.
        state: The lead, judged.
        scorecard: What judged it.
        scored_at: The instant in milliseconds.
        reasons_max: How many terms to name per score; the others are summed.
    """
    told = ToldLeadScore(
        lead_id=lead_id,
        scored_at=instant_text(scored_at),
        default_score=scorecard.default_score,
        scores={
            name: _standing(explanation, state.standings[name], reasons_max)
            for name, explanation in explanations.items()
            if name in state.standings
        },
        scorecard_version=scorecard.version,
    )
    return _encoded(told)


def wire_lead_score(
    explanations: Mapping[str, scorer.Explanation],
    *,
    lead_id: str,
    state: scorer.LeadState,
    scorecard: scorer.Scorecard,
    scored_at: int,
    reasons_max: int = REASONS_SHOWN,
) -> LeadScore:
    """Return the same as its contract, for whoever shows it: see `told_lead_score`."""
    value = told_lead_score(
        explanations,
        lead_id=lead_id,
        state=state,
        scorecard=scorecard,
        scored_at=scored_at,
        reasons_max=reasons_max,
    )
    return LeadScore.model_validate_json(value)


def _standing(explanation: scorer.Explanation, standing: scorer.Standing, reasons_max: int) -> ToldStanding:
    """Return where a lead stands in one score."""
    reasons, more_points = _reasons(explanation.lines, explanation.score, reasons_max)
    return ToldStanding(
        score=_rounded(explanation.score),
        engagement=_rounded(explanation.engagement),
        fit=_rounded(explanation.fit),
        grade=standing.grade,
        stage=standing.stage,
        stage_since_at=instant_text(standing.since_at),
        reasons=reasons,
        more_reasons_points=more_points,
    )


def reason_text(line: Line) -> str:
    """Return one term of a score for people.

    Example:
        >>> reason_text(Line(LineKind.CRITERION, "engagement", "website", "pricing_page_viewed", 18.0, 3.0))
        'pricing_page_viewed 3x: +18.0'
    """
    if line.kind is _CRITERION:
        times = f" {line.count:.4g}x" if line.count else ""
        return f"{line.name or line.side}{times}: {line.points:+.1f}"
    name = _REASON_TEXTS[line.kind].format(name=line.name or line.side)
    return f"{name}: {line.points:+.1f}"


def _reasons(lines: Sequence[Line], score: float, reasons_max: int) -> tuple[list[ToldReason], float]:
    """Return the terms that weigh most, and the sum of the others: with them, rounded, they add up to the score."""
    told = [(line, points) for line in lines if (points := _rounded(line.points))]
    told.sort(key=lambda one: -abs(one[0].points))
    shown = [
        ToldReason(line.name or line.side, line.group, line.side, points, reason_text(line))
        for line, points in told[:reasons_max]
    ]
    return shown, _rounded(_rounded(score) - math.fsum([reason.points for reason in shown]))


def _side_points(lines: Sequence[Line], side: str) -> float:
    """Return what a side was worth before its weight."""
    return math.fsum([line.points for line in lines if line.side == side and line.kind is not _SIDE_WEIGHT])


def _rounded(points: float) -> float:
    """Round for the wire; adding zero turns -0.0 into 0.0.

    What is beyond the wire's bound is told as the bound: a measure of some trillions, by a producer's slip, gives such
    a term, which a cap then takes back, and no change may stay untold for it.
    """
    told = round(points, POINTS_DECIMALS)
    if told > POINTS_MAX:
        return POINTS_MAX
    return -POINTS_MAX if told < -POINTS_MAX else told + 0.0
