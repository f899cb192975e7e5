"""Why a lead has its score: the terms of the sum, as lines that add up to it.

Each criterion gives a line of its own points; each clip and weight that changed something gives a line of what it
changed. Lines of 0 points are left out. The terms are those of `scorer.worth.valuation`, in the same order.
"""

from collections.abc import Iterator

from scorer.facts.state import LeadState
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.explanation import Explanation, Line, LineKind
from scorer.worth.valuation import Valuation, valued
from scorer.worth.view import PreparedProfile, PreparedSide, View, clipped, view


def explain(
    state: LeadState,
    scorecard: Scorecard,
    at: int,
    score_name: str | None = None,
    profile: PreparedProfile | None = None,
) -> Explanation:
    """Return a lead's score at an instant with the lines that add up to it.

    An instant before the lead was judged last is explained with what is known now, without what is in buckets that
    start later or that the instant lies inside (see `scorer.worth.view.view`): late activities are in, cells
    that were dropped since are not, the profile is today's, and no stage is told, since a stage remembers its path.

    Args:
        state: The lead.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch.
        score_name: Which named score; None for the default one.
        profile: The lead's, if it is at hand prepared and has not changed since.

    Returns:
        The explanation; its lines add up to its score but for the last bits of floats.

    Raises:
        KeyError: If the scorecard has no score of that name.
    """
    score = scorecard.scores[scorecard.default_score if score_name is None else score_name]
    return _explained(state, score, _seen_at(state, scorecard, at, profile), at)


def explain_all(
    state: LeadState,
    scorecard: Scorecard,
    at: int,
    profile: PreparedProfile | None = None,
    seen: View | None = None,
) -> dict[str, Explanation]:
    """Return what `explain` says of each named score that the lead has a standing in and the scorecard still has.

    It costs less than to ask for one after the other: the lead is prepared once, or not at all.

    Args:
        state: The lead.
        scorecard: What values it.
        at: The instant, in milliseconds since the epoch.
        profile: The lead's, if it is at hand prepared and has not changed since.
        seen: A view of exactly this state as it is now, not of a past instant; it is used where it will do. One of
            another state of the lead gives that one's lines.
    """
    is_seen = seen is not None and seen.scorecard is scorecard and at >= state.judged_at
    prepared = seen if seen is not None and is_seen else _seen_at(state, scorecard, at, profile)
    known = (scorecard.scores[name] for name in state.standings if name in scorecard.scores)
    return {score.name: _explained(state, score, prepared, at) for score in known}


def _seen_at(state: LeadState, scorecard: Scorecard, at: int, profile: PreparedProfile | None = None) -> View:
    return view(state, scorecard, at if at < state.judged_at else None, profile)


def _explained(state: LeadState, score: Score, prepared: View, at: int) -> Explanation:
    is_past = at < state.judged_at
    standing = None if is_past else state.standings.get(score.name)
    valuation = valued(prepared, score, at)
    return Explanation(
        score=valuation.score,
        engagement=valuation.engagement,
        fit=valuation.fit,
        grade=valuation.grade,
        stage=None if standing is None else standing.stage,
        at=at,
        lines=lines_of(prepared, score, at, valuation),
        is_past=is_past,
        straddling_count=prepared.straddling_count,
    )


def lines_of(view: View, score: Score, at: int, valuation: Valuation) -> tuple[Line, ...]:
    """Return the lines of a named score at an instant, for a view that is at hand (see `explain`).

    Args:
        view: The prepared lead.
        score: Which named score.
        at: The instant, in milliseconds since the epoch.
        valuation: What it is worth at that instant.

    Returns:
        Lines in the order of the sum, those of 0 points left out.
    """
    lead = view.scores[score.name]
    lines = [
        *_side_lines("engagement", score.engagement.weight, lead.engagement, at),
        *_side_lines("fit", score.fit.weight, lead.fit.side, at),
    ]
    raw = score.engagement.weight * valuation.engagement + score.fit.weight * valuation.fit
    if valuation.score != raw:
        lines.append(Line(LineKind.TOTAL_CLIP, "total", "", score.name, valuation.score - raw))
    return tuple(lines)


def _side_lines(name: str, weight: float, side: PreparedSide, at: int) -> Iterator[Line]:
    total = 0.0
    for group, criteria in side.groups:
        group_name = group.group.name
        subtotal = 0.0
        for plan, prepared in criteria:
            raw = prepared.points(at)
            points = clipped(raw, plan.floor, plan.cap)
            if raw:
                yield Line(LineKind.CRITERION, name, group_name, plan.criterion.name, raw, prepared.counts_behind(at))
            if points != raw:
                yield Line(LineKind.CRITERION_CLIP, name, group_name, plan.criterion.name, points - raw)
            subtotal += points
        points = clipped(subtotal, group.floor, group.cap)
        if points != subtotal:
            yield Line(LineKind.GROUP_CLIP, name, group_name, group_name, points - subtotal)
        total += points
    points = clipped(total, side.plan.floor, side.plan.cap)
    if points != total:
        yield Line(LineKind.SIDE_CLIP, name, "", name, points - total)
    if weight * points != points:
        yield Line(LineKind.SIDE_WEIGHT, name, "", name, weight * points - points)
