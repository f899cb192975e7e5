"""Random lives of minutes, under scorecards on which all happens within minutes: for an oracle of every second.

A random threshold is seldom crossed. So scores that silence would not move are passed over, and thresholds and bands
are put where score and engagement pass by, some of them exactly at a value that they take.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import assume
from hypothesis import strategies as st

from scorer import Activity, LeadState, ProfileUpdate, Scorecard, value
from scorer.rules.scorecard import Band, Criterion, HalfLife, NoDecay, Score, SignalCriterion, Stage
from tests.promises.crossings import Arrival, Life
from tests.strategies.histories import START_AT, histories
from tests.strategies.leads import counted
from tests.strategies.scorecards import MINUTE_MS, scorecards

PERIODS_MS = (MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS)
BUSY_MS = 2 * MINUTE_MS
REST_MS = 4 * MINUTE_MS
LOOKS_MS = tuple(range(0, BUSY_MS + REST_MS, MINUTE_MS))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Return what came within some minutes, early and late, some minutes of silence after it, and a scorecard."""
    happened = draw(histories(span_ms=BUSY_MS, size_max=6).filter(bool))
    instants = draw(st.lists(st.integers(0, BUSY_MS), min_size=len(happened), max_size=len(happened)))
    arrivals = [Arrival(START_AT + at, one) for at, one in zip(sorted(instants), happened, strict=True)]
    return Life(draw(_fitting_scorecards(happened)), arrivals, START_AT + BUSY_MS + REST_MS)


@st.composite
def _fitting_scorecards(draw: st.DrawFn, happened: Sequence[Activity | ProfileUpdate]) -> Scorecard:
    """Return scorecards on which all happens within minutes, cells' expiry too, with thresholds where a lead passes."""
    scorecard = draw(scorecards(periods_ms=PERIODS_MS))
    signals = {
        name: replace(
            signal,
            keep_ms=draw(st.sampled_from((signal.keep_ms, *PERIODS_MS))),
            width_ms=draw(st.sampled_from((signal.width_ms, MINUTE_MS, MINUTE_MS))),
        )
        for name, signal in scorecard.signals.items()
    }
    scorecard = replace(scorecard, signals=signals)
    lead = counted(happened, scorecard)
    scorecard = replace(scorecard, scores={name: _loose(score) for name, score in scorecard.scores.items()})
    assume(any(_is_moving(lead, scorecard, name) for name in scorecard.scores))
    scores = {name: draw(_fitting_scores(score, scorecard, lead)) for name, score in scorecard.scores.items()}
    return replace(scorecard, scores=scores)


def _loose(score: Score) -> Score:
    """Return a score in which more of what happens shows: every count is worth something, fewer clips hide it."""
    groups = tuple(
        replace(group, cap=None, criteria=tuple(_lively(criterion) for criterion in group.criteria))
        for group in score.engagement.groups
    )
    engagement = replace(score.engagement, groups=groups, cap=None, floor=None, weight=score.engagement.weight or 1.0)
    return replace(score, engagement=engagement, lowest=-1000.0, highest=1000.0)


def _lively(criterion: Criterion) -> Criterion:
    if isinstance(criterion, SignalCriterion) and criterion.decay == NoDecay() and criterion.window_ms is None:
        criterion = replace(criterion, decay=HalfLife(PERIODS_MS[1]))
    return replace(criterion, points=criterion.points or 12.5)


def _is_moving(lead: LeadState, scorecard: Scorecard, name: str) -> bool:
    return len({value(lead, scorecard, START_AT + look_ms, name).engagement for look_ms in LOOKS_MS}) > 3


@st.composite
def _fitting_scores(draw: st.DrawFn, score: Score, scorecard: Scorecard, lead: LeadState) -> Score:
    values = [value(lead, scorecard, START_AT + look_ms, score.name) for look_ms in LOOKS_MS]
    stages = [Stage("subscriber", float("-inf"), float("-inf"), 0)]
    for name, at in zip(("lead", "mql"), draw(_thresholds([one.score for one in values], 2)), strict=True):
        leave_below = at - draw(st.sampled_from((0.0, 0.0, 2.0)))
        stages.append(Stage(name, at, leave_below, draw(st.sampled_from((0, 0, 1, *PERIODS_MS)))))
    if score.grades is None:
        return replace(score, stages=tuple(stages))
    bands = score.grades.engagement
    least = draw(_thresholds([one.engagement for one in values], len(bands) - 1))
    levels = [*reversed(least), float("-inf")]
    engagement = tuple(Band(band.label, at) for band, at in zip(bands, levels, strict=True))
    return replace(score, stages=tuple(stages), grades=replace(score.grades, engagement=engagement))


def _thresholds(values: Sequence[float], size: int) -> st.SearchStrategy[list[float]]:
    """Return so many different thresholds, rising, each at a value or between two of them, if values differ at all."""
    taken = sorted(set(values))
    between = [(low + high) / 2 for low, high in pairwise(taken)]
    above = [taken[-1] + step for step in range(1, size + 1)]
    choices = st.sampled_from([*taken, *between]) if len(taken) > size else st.sampled_from([*taken, *between, *above])
    return st.lists(choices, min_size=size, max_size=size, unique=True).map(sorted)
