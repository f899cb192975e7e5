"""A simulation as one JSON document: names and units as in the contracts, instants as RFC 3339, shares from 0 to 1."""

from collections.abc import Iterator, Mapping
from typing import Any

from scorer.rules.scorecard import Score
from streams.history.listening import PlayedChange
from streams.history.player import DAY_MS
from streams.simulating.feedback import Feedback
from streams.simulating.intervals import CONFIDENCE, Interval
from streams.simulating.movements import Ladder
from streams.simulating.names import Naming
from streams.simulating.simulation import Simulation
from streams.translation.told import reason_text
from streams.translation.translate import instant_text

REASONS_MAX = 3
POINTS_DECIMALS = 4
SHARE_DECIMALS = 6
Document = dict[str, Any]


def document_of(simulation: Simulation, naming: Naming) -> Document:
    """Return a simulation as a document of plain values.

    Args:
        simulation: What came of a history.
        naming: What leads are called.
    """
    movements, scorecard = simulation.movements, simulation.scorecard
    return {
        "type": "simulation",
        "scorecard": scorecard.version,
        "history": _history(simulation),
        "leads": simulation.played.leads,
        "stage_changes": movements.changes_count,
        "stage_changes_by_time_alone": movements.by_time_alone,
        "default_score": scorecard.default_score,
        "scores": {name: _score(simulation, score) for name, score in scorecard.scores.items()},
        "changes_listed": [change_line(change, naming) for change in movements.listed],
    }


def day_text(day: int) -> str:
    """Return a day, given as the number of days since 1970.

    Example:
        >>> day_text(20_779)
        '2026-11-22'
    """
    return instant_text(day * DAY_MS)[:10]


def change_line(one: PlayedChange, naming: Naming) -> Document:
    """Return one stage change: who, from where to where, when, and the terms that weigh most."""
    change = one.change
    weighty = sorted(change.reasons, key=lambda line: -abs(line.points))[:REASONS_MAX]
    return {
        "lead": naming(one.lead_id),
        "score_name": change.score_name,
        "from_stage": change.from_stage,
        "to_stage": change.to_stage,
        "changed_at": instant_text(change.changed_at),
        "score": round(change.score, POINTS_DECIMALS),
        "grade": change.grade,
        "cause": one.cause.kind,
        "reasons": [reason_text(line) for line in weighty],
    }


def _history(simulation: Simulation) -> Document:
    reading, played = simulation.reading, simulation.played
    outcomes: dict[str, int] = {}
    for (_, outcome), count in played.outcomes[0].items():
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    return {
        "source": simulation.source,
        "from": instant_text(simulation.from_at),
        "to": instant_text(played.to_at),
        "played_from": instant_text(played.from_at),
        "records": sum(outcomes.values()),
        "outcomes": outcomes,
        "left_out_after_until": reading.left_out,
        "refused_lines": reading.refused,
        "refused_listed": [{"line": number, "reason": reason} for number, reason in reading.refused_listed],
        "journal_entries_evicted": played.evicted,
    }


def _score(simulation: Simulation, score: Score) -> Document:
    ladder = simulation.movements.ladders[score.name]
    told: Document = {
        "stages": _stages(ladder, score),
        "flow": [{"from": a, "to": b, "count": n} for (a, b), n in sorted(ladder.flow.items())],
        "days": list(_days(simulation, ladder)),
        "distribution": _distribution(simulation, score),
        "criteria": list(_criteria(simulation, score)),
        "clips": [
            {
                "kind": term.kind.value,
                "side": term.side,
                "group": term.group,
                "name": term.name,
                "leads": found.leads,
                "leads_share": _share(found.leads, simulation.hits.leads),
                "mean_points": _rounded(found.mean),
            }
            for term, found in simulation.hits.clips(score)
        ],
    }
    if simulation.feedback is not None:
        told["outcomes"] = _outcomes(simulation.feedback, score)
    return told


def _stages(ladder: Ladder, score: Score) -> list[Document]:
    total = sum(ladder.standing.values())
    return [
        {
            "stage": stage.name,
            "enter_at": stage.enter_at if rank else None,
            "leave_below": stage.leave_below if rank else None,
            "leads_at_end": ladder.standing[stage.name],
            "leads_at_end_share": _share(ladder.standing[stage.name], total),
            "leads_reached": ladder.reached[stage.name],
            "leads_reached_share": _share(ladder.reached[stage.name], total),
            "changes_into": sum(count for (_, to), count in ladder.flow.items() if to == stage.name),
            "changes_out_of": sum(count for (source, _), count in ladder.flow.items() if source == stage.name),
        }
        for rank, stage in enumerate(score.stages)
    ]


def _days(simulation: Simulation, ladder: Ladder) -> Iterator[Document]:
    if not simulation.played.leads:
        return
    for day, standing in ladder.days(simulation.from_at, simulation.played.to_at):
        entered = {stage: ladder.entered[day, stage] for stage in ladder.stages if ladder.entered[day, stage]}
        yield {"day": day_text(day), "leads": dict(standing), "changes_into": entered}


def _distribution(simulation: Simulation, score: Score) -> Document:
    spread = simulation.spreads.spread(score.name)
    return {
        "edges": list(spread.edges),
        "counts": list(spread.counts),
        "quantiles": {f"{share:g}": _rounded(points) for share, points in spread.quantiles},
        "mean": _rounded(spread.mean),
    }


def _criteria(simulation: Simulation, score: Score) -> Iterator[Document]:
    hits = simulation.hits
    for side, group, criterion, activities, found in hits.criteria(score):
        yield {
            "criterion": criterion.name,
            "side": side,
            "group": group,
            "activities": activities,
            "activities_share": None if activities is None else _share(activities, hits.activities),
            "leads": found.leads,
            "leads_share": _share(found.leads, hits.leads),
            "mean_points": _rounded(found.mean),
            "leads_at_end": found.leads_at_end,
            "mean_points_at_end": _rounded(found.mean_at_end),
            "never_fired": not found.leads,
        }


def _outcomes(feedback: Feedback, score: Score) -> Document:
    verdict = feedback.verdict(score.name)
    stages: list[Mapping[str, Any]] = [
        {
            "stage": stage,
            "reached_won": rung.won,
            "reached_lost": rung.lost,
            "precision": _rounded(rung.precision),
            "precision_interval": _ends(rung.precision_interval),
            "recall": _rounded(verdict.recall(rung)),
            "recall_interval": _ends(verdict.recall_interval(rung)),
            "lift": _rounded(verdict.lift(rung)),
            "median_seconds_to_won": None if rung.wait_ms is None else rung.wait_ms / 1000,
            "stood_won": rung.stood_won,
            "stood_lost": rung.stood_lost,
            "stood_precision": _rounded(rung.stood_precision),
            "stood_precision_interval": _ends(rung.stood_precision_interval),
        }
        for stage, rung in verdict.rungs.items()
    ]
    return {
        "won": verdict.won,
        "lost": verdict.lost,
        "won_share": _rounded(verdict.base),
        "confidence": CONFIDENCE,
        "leads_without_history": feedback.not_in_history,
        "leads_known_too_late": feedback.before_history,
        "stages": stages,
    }


def _ends(found: Interval | None) -> list[float] | None:
    return None if found is None else [round(end, SHARE_DECIMALS) for end in (found.low, found.high)]


def _share(part: int, whole: int) -> float:
    return round(part / whole, SHARE_DECIMALS) if whole else 0.0


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, POINTS_DECIMALS)
