"""What is foretold of a lead is what comes to pass: its falls, what makes it rise, its curve, what its bounds take.

Whatever is told is done: with the core's real steps, as a worker does them, and the stage is looked at then. Falls and
values are held against the oracle too, which knows nothing of searches.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scorer import Activity, LeadState, LineKind, Outcome, ProfileUpdate, Scorecard, Standing, advance, explain
from scorer.facts.profile import attributes
from scorer.foresight import breakdown as breaking
from scorer.foresight import course as coursing
from scorer.foresight import curve as curving
from scorer.foresight import fitting, rises
from scorer.foresight.deeds import Deed
from scorer.rules.scorecard import Criterion, Limit, Score, Side, SignalCriterion
from scorer.rules.signals import matched
from scorer.steps import lifecycle
from tests.oracles import valuation
from tests.promises.crossings import UNSURE, Life, looks, told_by_wake_ups

COUNT_MAX = 6
FRESH = 10**6
"""No activity of a random history has this fingerprint or a greater one."""


def lived(life: Life, until: int | None = None) -> LeadState:
    """Return the lead after all that came, always woken in time, and up to an instant if one is given."""
    outcome = Outcome(LeadState())
    for now, happened in life.arrivals:
        outcome = _woken(outcome, life.scorecard, now)
        step = lifecycle.update_profile if isinstance(happened, ProfileUpdate) else lifecycle.record
        outcome = step(outcome.state, happened, life.scorecard, now)  # type: ignore[arg-type]  # each has its own
    return outcome.state if until is None else _woken(outcome, life.scorecard, until).state


def _woken(outcome: Outcome, scorecard: Scorecard, until: int) -> Outcome:
    while outcome.wake_at is not None and outcome.wake_at <= until:
        outcome = advance(outcome.state, scorecard, outcome.wake_at)
    return outcome


def check_course(life: Life) -> None:
    """Check every fall that is foretold, and that there is no other, by each second and each instant of a jump."""
    state, scorecard = lived(life), life.scorecard
    for name, score in scorecard.scores.items():
        way = coursing.course(state, scorecard, name, life.end_at)
        standing, at = state.standings[name], state.judged_at
        for turn in (*way.turns, None):
            seen = replace(state, standings={name: standing})
            for look in looks(seen, scorecard, at + 1, life.end_at if turn is None else turn.changed_at - 1):
                assert _stage(seen, scorecard, score, standing, look) in (standing.stage, None), (name, look)
            if turn is not None:
                at = turn.changed_at
                assert turn.from_stage == standing.stage
                assert _stage(seen, scorecard, score, standing, at) in (turn.to_stage, None), (name, at)
                standing = Standing(turn.to_stage, at, None)
        assert not way.is_cut_short
        published = [one for one in told_by_wake_ups(life) if getattr(one, "to_stage", None) and one.score_name == name]
        assert [one for one in published if one.changed_at > state.judged_at] == list(way.turns)


def _stage(state: LeadState, scorecard: Scorecard, score: Score, standing: Standing, at: int) -> str | None:
    """Return the oracle's stage at an instant; None where its arithmetic cannot tell."""
    points, engagement, fit = valuation.points_of(state, scorecard, score, at)
    is_sure = valuation.margin(score, points, engagement, fit) > UNSURE
    return valuation.stage(score, standing, points, at) if is_sure else None


def check_rises(life: Life, wait_ms: int) -> int:
    """Check that what is told makes the stage, that one fewer does not, and that nothing shorter was left out.

    Returns:
        How many ways up were told.
    """
    state, scorecard = lived(life), life.scorecard
    at, told = state.judged_at + wait_ms, 0
    real = lived(life, at)
    for name, score in scorecard.scores.items():
        lead = coursing.course(state, scorecard, name).lead_at(at, scorecard)
        assert lead is not None
        assert lead.standings[name].stage == _step(real, scorecard, at).standings[name].stage
        found = rises.rises(lead, scorecard, name, at, "lead-ada", count_max=COUNT_MAX)
        told += len(found.ways)
        assert not found.is_cut_short
        assert found.untried == ()
        for way in found.ways:
            _check_way(way, real, scorecard, score, at)
        _check_complete(found, lead, scorecard, score, at)
    return told


def _check_way(way: rises.Rise, lead: LeadState, scorecard: Scorecard, score: Score, at: int) -> None:
    done = [way.deed.done(source="lead-ada", fingerprint=FRESH, at=at, measure=way.measure)] * way.count
    fewer = done[1:]
    if way.deed.is_by_measure and way.measure is not None:
        assert way.count == 1
        # Below a measure of 1 there is only not to do it: an activity of 0 may be enough by what else it counts for.
        less = way.deed.done(source="lead-ada", fingerprint=FRESH, at=at, measure=way.measure - 1)
        fewer = [less] if way.measure > 1 else []
    assert {name for name, _ in matched(done[0], scorecard)} == {way.deed.signal, *way.deed.also}
    after, before = (_all_done(lead, activities, scorecard, at) for activities in (done, fewer))
    assert _rung(after, score) >= _place(score, way.target)
    assert after.standings[score.name].stage == way.stage
    assert math.isclose(valuation.points_of(after, scorecard, score, at)[0], way.score, abs_tol=1e-6)
    assert _rung(before, score) < _place(score, way.target)


def _check_complete(found: rises.Rises, lead: LeadState, scorecard: Scorecard, score: Score, at: int) -> None:
    """Check each number of each kind of activity, one by one: none that is enough is missing or longer than needed."""
    for deed in rises.deeds(lead, scorecard, score.name):
        if deed.is_by_measure:
            continue
        for target in found.targets:
            least = _least(deed, lead, scorecard, score, at, target)
            assert [way.count for way in found.to(target) if way.deed == deed] == ([] if least is None else [least])


def _least(deed: Deed, lead: LeadState, scorecard: Scorecard, score: Score, at: int, target: str) -> int | None:
    state = lead
    for count in range(1, COUNT_MAX + 1):
        done = deed.done(source="lead-ada", fingerprint=FRESH + count, at=at)
        state = lifecycle.record(state, done, coursing.alone(scorecard, score.name), at).state
        if _rung(state, score) >= _place(score, target):
            return count
    return None


def _all_done(lead: LeadState, activities: Sequence[Activity], scorecard: Scorecard, at: int) -> LeadState:
    state = _step(lead, scorecard, at)
    for number, activity in enumerate(activities):
        state = lifecycle.record(state, activity._replace(fingerprint=FRESH + number), scorecard, at).state
    return state


def _step(lead: LeadState, scorecard: Scorecard, at: int) -> LeadState:
    return advance(lead, scorecard, at).state


def _place(score: Score, stage: str) -> int:
    return [rung.name for rung in score.stages].index(stage)


def _rung(state: LeadState, score: Score) -> int:
    return _place(score, state.standings[score.name].stage)


def check_fittings(life: Life) -> int:
    """Check that a profile that turns out so is worth what was told, and that it was not so before.

    Returns:
        How many words of a profile were told.
    """
    state, scorecard = lived(life), life.scorecard
    at, told = state.judged_at, 0
    for name, score in scorecard.scores.items():
        lead = coursing.course(state, scorecard, name).lead_at(at, scorecard)
        assert lead is not None
        before, _, _ = valuation.points_of(lead, scorecard, score, at)
        for one in fitting.fittings(lead, scorecard, name, at, "lead-ada"):
            field = one.criterion.condition.field
            known, told = {**attributes(lead.profile), field: one.value}, told + 1
            said = ProfileUpdate(FRESH, "lead-ada", at + 10**9, known)
            after = lifecycle.update_profile(lead, said, coursing.alone(scorecard, name), at).state
            points, _, _ = valuation.points_of(after, scorecard, score, at)
            assert math.isclose(points, one.score, abs_tol=1e-6)
            assert math.isclose(points - before, one.points, abs_tol=1e-6)
            assert one.points > 0
            assert after.standings[name].stage == one.stage
    return told


def check_curve(life: Life, between: Sequence[int], wait_ms: int) -> None:
    """Check that points are what the core says then, that turns are among them, and the bounds of what lies between.

    Args:
        life: The lead's.
        between: Shares of the curve, in thousandths, at which to look between its points.
        wait_ms: How long after the last judgement is now.
    """
    state, scorecard = lived(life), life.scorecard
    from_at, to_at = state.judged_at - 2 * 60_000, life.end_at + 60_000
    now = state.judged_at + wait_ms
    for name in scorecard.scores:
        way = coursing.course(state, scorecard, name, to_at)
        points = curving.curve(state, scorecard, way, from_at, to_at, marks=[now], points_max=12)
        at = [point.at for point in points]
        assert at == sorted(set(at))
        assert {from_at, to_at, now, state.judged_at, *(turn.changed_at for turn in way.turns)} <= set(at)
        for point in points:
            told = explain(state, scorecard, point.at, name)
            assert (point.score, point.grade, point.is_past) == (told.score, told.grade, told.is_past)
            assert point.straddling_count == told.straddling_count
            assert point.stage == (None if point.is_past else _step_to(state, scorecard, point.at, name))
        for share in between:
            look = from_at + (to_at - from_at) * share // 1000
            last = max((point for point in points if point.at <= look), key=lambda point: point.at)
            if last.low is not None and last.high is not None:
                assert last.low <= explain(state, scorecard, look, name).score <= last.high, (name, look)


def _step_to(state: LeadState, scorecard: Scorecard, at: int, name: str) -> str:
    outcome = _woken(advance(state, scorecard, state.judged_at), scorecard, at)
    return outcome.state.standings[name].stage


def check_breakdown(scorecard: Scorecard, lead: LeadState, at: int) -> None:
    """Check that each part adds up, that all add up to the score, and that without limits it would be what is told."""
    free = replace(scorecard, scores={name: _free(score) for name, score in scorecard.scores.items()})
    for name in scorecard.scores:
        told, explanation = breaking.breakdown(lead, scorecard, at, name), explain(lead, scorecard, at, name)
        lines = {(line.kind, line.side, line.group, line.name): line.points for line in explanation.lines}
        unlimited = {
            (line.side, line.group, line.name): line.points
            for line in explain(lead, free, at, name).lines
            if line.kind is LineKind.CRITERION
        }
        for part in told.parts:
            place = (part.side, part.group, part.criterion.name)
            assert _close(part.unlimited + part.by_limit + part.by_clip, part.points)
            assert part.by_clip == lines.get((LineKind.CRITERION_CLIP, *place), 0.0)
            assert _close(part.unlimited + part.by_limit, lines.get((LineKind.CRITERION, *place), 0.0))
            assert part.unlimited == unlimited.get(place, 0.0)
        assert set(unlimited) <= {(part.side, part.group, part.criterion.name) for part in told.parts}
        others = [line.points for line in explanation.lines if not line.kind.value.startswith("criterion")]
        assert [bound.points for bound in told.bounds] == others
        parts = math.fsum(part.points for part in told.parts)
        assert _close(parts + math.fsum(bound.points for bound in told.bounds), told.score)
        assert told.score == explanation.score


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _free(score: Score) -> Score:
    """Return a score whose limits limit nothing; their windows stay, as cells expire by them."""
    return replace(score, engagement=_free_side(score.engagement))


def _free_side(side: Side) -> Side:
    groups = tuple(replace(group, criteria=tuple(_freed(group.criteria))) for group in side.groups)
    return replace(side, groups=groups)


def _freed(criteria: Sequence[Criterion]) -> Iterator[Criterion]:
    for criterion in criteria:
        if isinstance(criterion, SignalCriterion) and criterion.limit is not None:
            per_ms = criterion.limit.per_ms
            yield replace(criterion, limit=None if per_ms is None else Limit(10**9, per_ms))
        else:
            yield criterion
