"""Who would have stood elsewhere, as documents for machines."""

from collections.abc import Mapping

from streams.comparison.causes import Cause
from streams.comparison.leads import LeadDifference, LeadsCompared, ScoreTally
from streams.comparison.paths import Move, Sort
from streams.translation.translate import instant_text

Document = Mapping[str, object]

DIGITS = 6


def leads_document(found: LeadsCompared) -> Document:
    """Return the whole comparison of leads; instants are RFC 3339."""
    return {
        "leads": found.stretch.leads,
        "from": instant_text(found.stretch.from_at),
        "to": instant_text(found.stretch.to_at),
        "differing": found.differing,
        "scores": [_score(tally) for tally in found.scores],
        "listed": [_difference(one, found.by) for one in found.listed],
    }


def _score(tally: ScoreTally) -> Document:
    rungs = tally.rungs
    return {
        "old": rungs.names.old,
        "new": rungs.names.new,
        "leads": tally.leads,
        "differing": tally.differing,
        "sorts": {sort.value: tally.sorts[sort] for sort in Sort},
        "matrix": [
            {"old": old, "new": new, "leads": tally.matrix[old, new]}
            for old in rungs.old
            for new in rungs.new
            if tally.matrix[old, new]
        ],
        "movers": [
            {"name": name, "leads": count, "points": _rounded(tally.moved_points.get(name, 0.0))}
            for name, count in tally.movers.most_common()
        ],
        "moves": {
            which: {kind: moves[kind] for kind in ("rises", "falls")}
            for which, moves in zip(("old", "new"), tally.moves, strict=True)
        },
        "segments": {
            by: [{"value": value, **counts} for value, counts in sorted(values.items())]
            for by, values in tally.segments.items()
        },
    }


def _difference(one: LeadDifference, by: tuple[str, ...]) -> Document:
    return {
        "lead_id": one.lead_id,
        "score": one.score,
        "sort": one.sort.value,
        "old": one.old,
        "new": one.new,
        "parted_at": instant_text(one.parted_at),
        "differed_seconds": one.differed_ms / 1000,
        "cause": _cause(one.cause),
        "old_moves": [_move(move) for move in one.old_moves],
        "new_moves": [_move(move) for move in one.new_moves],
        "segments": dict(zip(by, one.values, strict=True)),
    }


def _cause(cause: Cause) -> Document:
    return {
        "at": instant_text(cause.at),
        "old_score": _rounded(cause.old_score),
        "new_score": _rounded(cause.new_score),
        "is_score": cause.is_score,
        "movers": [
            {
                "name": mover.name,
                "old": _rounded(mover.old),
                "new": _rounded(mover.new),
                "points": _rounded(mover.points),
            }
            for mover in cause.movers
        ],
        "rest": _rounded(cause.rest),
    }


def _move(move: Move) -> Document:
    return {"at": instant_text(move.at), "stage": move.stage}


def _rounded(points: float) -> float:
    return round(points, DIGITS)
