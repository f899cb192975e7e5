"""P2's check goes red for each bug that a search for crossings could have."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from scorer import Activity, Scorecard
from scorer.facts.state import Standing
from scorer.judging import crossing, judgement, ladder
from scorer.judging.crossing import crossing_of, next_crossing
from scorer.judging.ladder import Exits, exits, step
from scorer.rules.scorecard import Frequency, Group, NoDecay, Score, Side, Signal, SignalCriterion, Stage
from scorer.worth import criteria
from scorer.worth.valuation import Bounds, last_change_at, valued
from scorer.worth.view import View
from tests.promises import crossings
from tests.promises.crossings import Arrival, Life
from tests.promises.noticing import is_noticed
from tests.strategies.lives import lives
from tests.strategies.scorecards import MINUTE_MS

Plant = Callable[[pytest.MonkeyPatch], None]
START_AT = 1_772_323_200_000


def viewed(*, window_ms: int | None = None, frequency: Frequency | None = None) -> SignalCriterion:
    """Return a criterion of 20 points for each view of the prices."""
    return SignalCriterion("pricing", "pricing_viewed", 20.0, False, NoDecay(), window_ms, frequency, None, None, None)


def life(criterion: SignalCriterion, *, at_seconds: Sequence[int], dwell_ms: int = 0) -> Life:
    """Return the life of a lead that viewed the prices at some seconds and enters the stage `lead` with 10 points."""
    signal = Signal("pricing_viewed", "page_view", (), None, 1_000, None)
    engagement = Side((Group("web", (criterion,), None, None),), None, None, 1.0)
    stages = (Stage("subscriber", -inf, -inf, 0), Stage("lead", 10.0, 10.0, dwell_ms))
    score = Score("platform", engagement, Side((), None, None, 1.0), 0.0, 100.0, None, stages)
    scorecard = Scorecard("2026-03", {signal.name: signal}, {score.name: score}, score.name, (1.0, 0.5, 0.0))
    instants = [START_AT + 1_000 * second for second in at_seconds]
    arrivals = [Arrival(at, Activity(at, "lead-ada", "page_view", at, {})) for at in instants]
    return Life(scorecard, arrivals, START_AT + 6 * MINUTE_MS)


def ignoring_the_dwell_s_end(planted: pytest.MonkeyPatch) -> None:
    """The search thinks that who stays too long for a demotion stays for ever."""

    def shortened(score: Score, standing: Standing) -> Exits | None:
        way_out = exits(score, standing)
        return None if way_out is None else way_out._replace(fall_from_at=standing.since_at)

    planted.setattr(crossing.ladder, "exits", shortened)


def falling_before_the_dwell_s_end(planted: pytest.MonkeyPatch) -> None:
    """The ladder lets a lead fall at once."""
    planted.setattr(
        ladder,
        "step",
        lambda score, standing, points, at: step(score, standing and replace(standing, since_at=0), points, at),
    )


def bounding_as_if_gates_stayed_shut(planted: pytest.MonkeyPatch) -> None:
    """The bounds forget that silence can bring a count back into a gate's range."""
    bounded = criteria.Counted.interval

    def shut(counted: criteria.Counted, from_at: int, to_at: int) -> tuple[float, float]:
        points = counted.points(from_at)
        return bounded(counted, from_at, to_at) if points else (points, points)

    planted.setattr(criteria.Counted, "interval", shut)


def bounding_by_the_ends(planted: pytest.MonkeyPatch) -> None:
    """The bounds are the values at both ends, as if nothing could rise and fall in between."""

    def ends(view: View, score: Score, from_at: int, to_at: int) -> Bounds:
        one, other = valued(view, score, from_at), valued(view, score, to_at)
        low, high = sorted((one, other))
        return Bounds(low.score, high.score, *sorted((low.engagement, high.engagement)), one.fit)

    planted.setattr(crossing, "bounds", ends)


def stopping_too_early(planted: pytest.MonkeyPatch) -> None:
    """The horizon is a minute short."""
    planted.setattr(crossing, "last_change_at", lambda view, score: last_change_at(view, score) - 60_000)


def answering_in_seconds(planted: pytest.MonkeyPatch) -> None:
    """Crossings are rounded up to whole seconds."""

    def rounded(*question: Any) -> int | None:
        found_at = next_crossing(*question)
        return None if found_at is None else -(-found_at // 1_000) * 1_000

    planted.setattr(crossings, "next_crossing", rounded)


def waking_too_late(planted: pytest.MonkeyPatch) -> None:
    """The wake-up that a step asks for is a second after its bound."""

    def late(*question: Any) -> int | None:
        found_at = crossing_of(*question)
        return None if found_at is None else found_at + 1_000

    planted.setattr(judgement, "crossing_of", late)


# Seldom met by chance, so each has a life of its own that meets it.
LIVES = {
    ignoring_the_dwell_s_end: life(viewed(window_ms=MINUTE_MS), at_seconds=(0,), dwell_ms=3 * MINUTE_MS),
    bounding_as_if_gates_stayed_shut: life(
        viewed(frequency=Frequency(1, 1, 2 * MINUTE_MS, is_award=True)), at_seconds=(0, 30, 40)
    ),
    stopping_too_early: life(viewed(window_ms=3 * MINUTE_MS), at_seconds=(0, 20)),
}


@pytest.mark.parametrize("plant", LIVES)
def test_a_rare_bug_in_crossings_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """P2's check passes for a life and fails for it with the bug planted."""
    crossings.check_life(LIVES[plant])
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        crossings.check_life(LIVES[plant])


@pytest.mark.parametrize(
    "plant",
    [falling_before_the_dwell_s_end, bounding_by_the_ends, answering_in_seconds, waking_too_late],
)
def test_a_bug_in_crossings_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The property that guards P2 fails with the bug planted, so that it would have been found."""
    plant(monkeypatch)

    assert is_noticed(crossings.check_life, lives())
