"""A challenger decides what it would decide were it in force, on the champion's cells, and changes nothing of his."""

from collections.abc import Iterator
from dataclasses import replace

from scorer import LeadState, Outlook, ProfileUpdate, Scorecard, StageChange, Standing, advance, challenged
from scorer.steps import lifecycle
from streams.scorecards.contest import contest_of
from tests.promises.crossings import Arrival, Life

Decision = tuple[str, str | None, str, int, float, str | None]


def check_challenge(life: Life, challenger: Scorecard) -> None:
    """Live a life under a champion and its challenger; compare what each decides with a life under it alone."""
    contest = contest_of(life.scorecard, challenger)
    alone = [decision_of(change) for change in _alone(life)]
    wanted = [decision_of(change) for change in _alone(life._replace(scorecard=contest.challenger))]
    for with_outlook in (False, True):
        told = list(_beside(life, contest.champion, contest.challenger, with_outlook=with_outlook))
        found = [[decision_of(change) for who, change in told if who == which] for which in (0, 1)]
        assert found[0] == alone, "the champion decides otherwise where it is challenged"
        assert found[1] == wanted, "the challenger decides otherwise than it would alone"


def decision_of(change: StageChange) -> Decision:
    """Return what matters of a stage change; its score as far as the order of terms does not matter."""
    stages = (change.score_name, change.from_stage, change.to_stage)
    return (*stages, change.changed_at, round(change.score, 6), change.grade)


def _alone(life: Life) -> Iterator[StageChange]:
    state, wake_at = LeadState(), None
    for now, arrival in [*((one.now, one) for one in life.arrivals), (life.end_at, None)]:
        while wake_at is not None and wake_at <= now:
            outcome = advance(state, life.scorecard, wake_at)
            yield from outcome.stage_changes
            state, wake_at = outcome.state, outcome.wake_at
        if arrival is not None:
            outcome = _step(state, arrival, life.scorecard, None)
            yield from outcome.stage_changes
            state, wake_at = outcome.state, outcome.wake_at


def _beside(
    life: Life, champion: Scorecard, challenger: Scorecard, *, with_outlook: bool
) -> Iterator[tuple[int, StageChange]]:
    """Yield what both decide: who (the challenger is 1), and what."""
    state, standings = LeadState(), dict[str, Standing]()
    wake_at: int | None = None
    outlooks: list[Outlook | None] = [None, None]
    for now, arrival in [*((one.now, one) for one in life.arrivals), (life.end_at, None)]:
        steps: list[tuple[int, Arrival | None]] = [(now, arrival)] if arrival is not None else []
        while steps or (wake_at is not None and wake_at <= now):
            is_wake_up = wake_at is not None and wake_at <= now
            at, came = (wake_at or 0, None) if is_wake_up else steps.pop()
            if came is None:
                outcome = advance(state, champion, at, outlook=outlooks[0])
            else:
                outcome = _step(state, came, champion, outlooks[0])
            has_news = bool(outcome.signals)
            given = {"has_news": has_news, "is_hurried": came is not None}
            beside = challenged(outcome.state, standings, challenger, at, outlooks[1], **given)
            yield from ((0, change) for change in outcome.stage_changes)
            yield from ((1, change) for change in beside.stage_changes)
            assert replace(beside.state, standings={}) == replace(
                outcome.state, standings={}, judged_by=beside.state.judged_by
            ), "a challenger changes facts"
            state, standings = outcome.state, dict(beside.state.standings)
            wake_at = min((one for one in (outcome.wake_at, beside.wake_at) if one is not None), default=None)
            outlooks = [outcome.outlook, beside.outlook] if with_outlook else [None, None]


def _step(state: LeadState, arrival: Arrival, scorecard: Scorecard, outlook: Outlook | None) -> lifecycle.Outcome:
    if isinstance(arrival.happened, ProfileUpdate):
        return lifecycle.update_profile(state, arrival.happened, scorecard, arrival.now, outlook=outlook)
    return lifecycle.record(state, arrival.happened, scorecard, arrival.now, outlook=outlook)
