"""Why a lead has its score, what would change it and what will: gathered from the core, and as JSON."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scorer import Explanation, LeadState, Scorecard, StageChange, explain
from scorer.foresight.breakdown import Breakdown, breakdown
from scorer.foresight.course import Course, course
from scorer.foresight.curve import CurvePoint, curve
from scorer.foresight.fitting import Fitting, fittings
from scorer.foresight.rises import Rise, Rises, rises
from streams.cli.instants import instant_shown

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a curve goes, and instants that have to be among its points."""

    from_at: int
    to_at: int
    marks: "Sequence[int]" = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is told of one named score of one lead at one instant.

    ``stage`` is where it stands then if nothing more happens; None of the past, and where there are too many changes
    until then. ``stage_now`` is the one of its last judgement. ``way`` and what follows from it are None of the past.
    """

    lead_id: str
    score_name: str
    scorecard: Scorecard
    explanation: Explanation
    breakdown: Breakdown
    stage: str | None
    stage_now: str | None
    way: Course | None
    rises: Rises | None
    fittings: tuple[Fitting, ...]
    curve: tuple[CurvePoint, ...]


def explained(
    lead_id: str, state: LeadState, scorecard: Scorecard, at: int, score_name: str, span: Span | None = None
) -> Explained:
    """Return all that is told of a lead's score at an instant.

    Args:
        lead_id: Whose it is.
        state: The lead.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch.
        score_name: Which named score.
        span: What the curve is to show; None for none.
    """
    way = course(state, scorecard, score_name)
    then = way.lead_at(at, scorecard)
    standing, known = state.standings.get(score_name), explain(state, scorecard, at, score_name)
    points: tuple[CurvePoint, ...] = ()
    if span is not None:
        points = curve(state, scorecard, way, span.from_at, span.to_at, marks=(at, *span.marks))
    return Explained(
        lead_id=lead_id,
        score_name=score_name,
        scorecard=scorecard,
        explanation=known,
        breakdown=breakdown(state, scorecard, at, score_name),
        stage=None if then is None else then.standings[score_name].stage,
        stage_now=None if standing is None else standing.stage,
        way=None if known.is_past else way,
        rises=None if then is None else rises(then, scorecard, score_name, at, lead_id),
        fittings=() if then is None else fittings(then, scorecard, score_name, at, lead_id),
        curve=points,
    )


def as_json(told: Explained) -> dict[str, Any]:
    """Return all of it as one JSON object."""
    explanation = told.explanation
    lines = [
        {"kind": line.kind.value, "side": line.side, "group": line.group, "name": line.name}
        | {"points": line.points, "count": line.count}
        for line in explanation.lines
    ]
    document: dict[str, Any] = {
        "type": "explanation",
        "lead_id": told.lead_id,
        "score_name": told.score_name,
        "at": instant_shown(explanation.at),
        "score": explanation.score,
        "engagement": explanation.engagement,
        "fit": explanation.fit,
        "grade": explanation.grade,
        "stage": told.stage,
        "stage_now": told.stage_now,
        "scorecard_version": told.scorecard.version,
        "is_past": explanation.is_past,
        "straddling_count": explanation.straddling_count,
        "lines": lines,
        "criteria": _parts(told.breakdown),
        "bounds": [asdict(bound) | {"kind": bound.kind.value} for bound in told.breakdown.bounds],
    }
    if told.way is not None:
        document |= {"if_silent": _silence(told.way, explanation.at)}
    if told.rises is not None:
        document |= {"would_rise": _rises(told.rises, told), "would_fit": [_fitting(one) for one in told.fittings]}
    if told.curve:
        document |= {"curve": [_point(point) for point in told.curve]}
    return document


def _parts(parts: Breakdown) -> list[dict[str, Any]]:
    return [
        {"side": part.side, "group": part.group, "name": part.criterion.name, "count": part.count}
        | {"unlimited": part.unlimited, "by_limit": part.by_limit, "by_clip": part.by_clip, "points": part.points}
        for part in parts.parts
    ]


def _silence(way: Course, at: int) -> dict[str, Any]:
    turns = [_turn(turn) for turn in way.turns if turn.changed_at > at]
    return {"stage_changes": turns, "known_until": instant_shown(way.known_until) if way.is_cut_short else None}


def _turn(turn: StageChange) -> dict[str, Any]:
    told = {"at": instant_shown(turn.changed_at), "from_stage": turn.from_stage, "to_stage": turn.to_stage}
    return {**told, "score": turn.score, "grade": turn.grade}


def _rises(found: Rises, told: Explained) -> dict[str, Any]:
    enter_at = {stage.name: stage.enter_at for stage in told.scorecard.scores[told.score_name].stages}
    stages = [
        {"stage": target, "enter_at": enter_at[target], "ways": [_way(way) for way in found.to(target)]}
        for target in found.targets
    ]
    untried = [_file_name(name) for name in found.untried]
    return {"stages": stages, "is_cut_short": found.is_cut_short, "untried": untried}


def _way(way: Rise) -> dict[str, Any]:
    measure = None if way.measure is None else {"field": way.deed.measure_field, "each": way.measure}
    also = sorted({_file_name(name) for name in way.deed.also} - {_file_name(way.deed.signal)})
    told = {"signal": _file_name(way.deed.signal), "counts_as_too": also, "count": way.count, "measure": measure}
    return told | {"to_stage": way.stage, "score": way.score}


def _fitting(one: Fitting) -> dict[str, Any]:
    told = {"criterion": one.criterion.name, "attribute": one.criterion.condition.field, "example": one.value}
    return told | {"is_lifted": one.is_lifted, "points": one.points, "to_stage": one.stage, "score": one.score}


def _point(point: CurvePoint) -> dict[str, Any]:
    return asdict(point) | {"at": instant_shown(point.at)}


def _file_name(signal: str) -> str:
    from streams.scorecards.loading import signal_name

    return signal_name(signal)
