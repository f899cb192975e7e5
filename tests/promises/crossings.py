"""P2: what time alone changes is found at its very millisecond, never missed, never made up.

The oracle looks at every second and at every instant at which some part of a score can jump, and knows nothing of how
crossings are searched. Where its arithmetic cannot tell (a value within 1e-6 of what decides: mean instants are floats,
of a resolution of 1e-4 ms) it has no opinion.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scorer import (
    Activity,
    GradeChange,
    LeadState,
    Outcome,
    Outlook,
    ProfileUpdate,
    Scorecard,
    StageChange,
    Standing,
    advance,
    next_crossing,
)
from scorer.rules.scorecard import InactivityCriterion, Score, SignalCriterion
from scorer.steps import lifecycle
from tests.oracles import valuation

SECOND_MS = 1_000
UNSURE = 1e-6


class Arrival(NamedTuple):
    """What came, and when it is judged."""

    now: int
    happened: Activity | ProfileUpdate


class Life(NamedTuple):
    """What came in the order of its instants, by which rules it is judged, and when to stop looking."""

    scorecard: Scorecard
    arrivals: Sequence[Arrival]
    end_at: int


def check_life(life: Life) -> None:
    """Live a lead's life to its end, always woken in time, and compare every step of it with the oracle."""
    state, scorecard = LeadState(), life.scorecard
    told: list[StageChange | GradeChange] = []
    for arrival in life.arrivals:
        if state.judged_at:
            state = _check_wait(state, scorecard, arrival.now, told)
        outcome = _step(state, arrival, scorecard)
        _check_judgement(outcome.state, scorecard, arrival.now, state.standings)
        told += _changes(outcome)
        state = outcome.state
    state = _check_wait(state, scorecard, life.end_at, told)
    assert told == list(told_by_wake_ups(life))
    assert told == list(told_by_wake_ups(life, with_outlook=True))


def told_by_wake_ups(life: Life, *, with_outlook: bool = False) -> Iterator[StageChange | GradeChange]:
    """Yield the changes of a lead that is woken when its last outcome asks for it, and at no other time.

    With its outlook at hand, each step skips what that proves needless.
    """
    state, scorecard = LeadState(), life.scorecard
    wake_at: int | None = None
    outlook: Outlook | None = None
    for now, arrival in [*((arrival.now, arrival) for arrival in life.arrivals), (life.end_at, None)]:
        while wake_at is not None and wake_at <= now:
            assert wake_at > state.judged_at, "a wake-up is always in the future"
            outcome = advance(state, scorecard, wake_at, outlook=outlook)
            yield from _changes(outcome)
            state, wake_at = outcome.state, outcome.wake_at
            outlook = outcome.outlook if with_outlook else None
        if arrival is not None:
            outcome = _step(state, arrival, scorecard, outlook)
            if outlook is not None:
                _check_step(state, arrival, scorecard, outcome)
            yield from _changes(outcome)
            state, wake_at = outcome.state, outcome.wake_at
            outlook = outcome.outlook if with_outlook else None


def _step(state: LeadState, arrival: Arrival, scorecard: Scorecard, outlook: Outlook | None = None) -> Outcome:
    if isinstance(arrival.happened, ProfileUpdate):
        return lifecycle.update_profile(state, arrival.happened, scorecard, arrival.now)
    return lifecycle.record(state, arrival.happened, scorecard, arrival.now, outlook=outlook)


def _check_step(state: LeadState, arrival: Arrival, scorecard: Scorecard, outcome: Outcome) -> None:
    """Check that a step with an outlook is the step without one, and that its wake-up is not too late."""
    plain = _step(state, arrival, scorecard)
    assert replace(plain, wake_at=outcome.wake_at) == outcome
    crossing_at = next_crossing(outcome.state, scorecard, outcome.state.judged_at)
    if crossing_at is not None:
        assert outcome.wake_at is not None
        assert outcome.state.judged_at < outcome.wake_at <= crossing_at


def _changes(outcome: Outcome) -> list[StageChange | GradeChange]:
    return [*outcome.stage_changes, *outcome.grade_changes]


def _check_wait(state: LeadState, scorecard: Scorecard, until: int, told: list[StageChange | GradeChange]) -> LeadState:
    """Wait until an instant, handling every crossing on the way, and check that nothing else happened."""
    while True:
        crossing_at = next_crossing(state, scorecard, state.judged_at)
        is_due = crossing_at is not None and crossing_at <= until
        quiet_until = crossing_at - 1 if is_due else until
        for at in looks(state, scorecard, state.judged_at + 1, quiet_until):
            _check_judgement(state, scorecard, at)
        _check_brief_searches(state, scorecard, crossing_at)
        if not is_due:
            return state
        outcome = advance(state, scorecard, crossing_at)
        assert _changes(outcome), f"nothing changed at {crossing_at}"
        assert all(change.changed_at == crossing_at for change in _changes(outcome))
        _check_judgement(outcome.state, scorecard, crossing_at, state.standings)
        told += _changes(outcome)
        state = outcome.state


def _check_judgement(
    state: LeadState, scorecard: Scorecard, at: int, former: Mapping[str, Standing] | None = None
) -> None:
    """Check that the standings are what the oracle makes of the cells at an instant, and of the former standings."""
    before = state.standings if former is None else former
    for name, score in scorecard.scores.items():
        standing = state.standings[name]
        points, engagement, fit = valuation.points_of(state, scorecard, score, at)
        if valuation.margin(score, points, engagement, fit) > UNSURE:
            stage = valuation.stage(score, before.get(name), points, at)
            assert (standing.stage, standing.grade) == (stage, valuation.grade(score, engagement, fit)), (name, at)


def _check_brief_searches(state: LeadState, scorecard: Scorecard, crossing_at: int | None) -> None:
    """Check that a search that stops early says an instant that is not too late."""
    for evaluations_max in (1, 2, 6, 20):
        bound_at = next_crossing(state, scorecard, state.judged_at, evaluations_max)
        if crossing_at is not None:
            assert bound_at is not None
            assert state.judged_at < bound_at <= crossing_at
        elif bound_at is not None:
            assert bound_at > state.judged_at


def looks(state: LeadState, scorecard: Scorecard, from_at: int, to_at: int) -> Iterator[int]:
    """Yield every second of a stretch, and the milliseconds around all that can jump in it, in no order."""
    yield from range(from_at, to_at + 1, SECOND_MS)
    for edge_at in set(_edges(state, scorecard)):
        yield from (at for at in (edge_at - 1, edge_at, edge_at + 1) if from_at <= at <= to_at)
    yield from (at for at in (to_at - 2, to_at - 1, to_at) if at >= from_at)


def _edges(state: LeadState, scorecard: Scorecard) -> Iterable[int]:
    """Yield when cells leave windows, expire, lose a share, and when a dwell ends."""
    for name, standing in state.standings.items():
        dwells_ms = [stage.dwell_ms for stage in scorecard.scores[name].stages if stage.name == standing.stage]
        yield from (standing.since_at + dwell_ms for dwell_ms in dwells_ms)
    spans_ms = {span_ms for score in scorecard.scores.values() for span_ms in _spans_ms(score)}
    for key, cell in state.cells.items():
        signal = scorecard.signals[key.signal]
        starts = (key.bucket * signal.width_ms, (key.bucket + 1) * signal.width_ms)
        mean_at = starts[0] + cell.offset_ms // cell.count
        yield from (mean_at + times * span_ms for span_ms in spans_ms for times in (1, 2, 3, 4))
        if signal.keep_ms is not None:
            yield starts[1] + signal.keep_ms


def _spans_ms(score: Score) -> Iterator[int]:
    for group in score.engagement.groups:
        for criterion in group.criteria:
            if isinstance(criterion, InactivityCriterion):
                yield criterion.period_ms
            elif isinstance(criterion, SignalCriterion):
                decay = criterion.decay
                yield from (
                    span_ms
                    for span_ms in (
                        criterion.window_ms,
                        criterion.frequency.window_ms if criterion.frequency else None,
                        getattr(decay, "period_ms", None),
                    )
                    if span_ms is not None
                )
