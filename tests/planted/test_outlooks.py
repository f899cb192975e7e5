"""P2's check goes red for each bug that an outlook could have: a lead that has to be valued is taken to stand."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import pytest

from scorer import Activity, Scorecard
from scorer.judging import judgement, outlook, room
from scorer.judging.spending import Spending
from scorer.rules.effects import CountEffect
from scorer.rules.scorecard import (
    Frequency,
    Group,
    HalfLife,
    InactivityCriterion,
    Limit,
    NoDecay,
    Score,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)
from tests.promises import crossings
from tests.promises.crossings import Arrival, Life
from tests.strategies.scorecards import MINUTE_MS

Plant = Callable[[pytest.MonkeyPatch], None]
START_AT = 1_772_323_200_000


def worth(points: float, **rules: Any) -> SignalCriterion:
    """Return a criterion on views of the prices."""
    given = {"decay": NoDecay(), "window_ms": None, "frequency": None, "limit": None, "cap": None, "floor": None}
    return SignalCriterion("pricing", "pricing_viewed", points, False, **(given | rules))


def life(
    *criteria: SignalCriterion | InactivityCriterion,
    views: Sequence[tuple[int, int]],
    enter_at: float,
) -> Life:
    """Return the life of a lead whose views came at some seconds, having occurred at others."""
    signal = Signal("pricing_viewed", "page_view", (), None, 1_000, None)
    engagement = Side((Group("web", criteria, None, None),), None, None, 1.0)
    stages = (Stage("subscriber", -inf, -inf, 0), Stage("lead", enter_at, enter_at, 0))
    score = Score("platform", engagement, Side((), None, None, 1.0), -100.0, 100.0, None, stages)
    scorecard = Scorecard("2026-03", {signal.name: signal}, {score.name: score}, score.name, (1.0, 0.5, 0.0))
    arrivals = [
        Arrival(
            START_AT + 1_000 * second,
            Activity(place, "lead-ada", "page_view", START_AT + 1_000 * occurred, {}),
        )
        for place, (second, occurred) in enumerate(views)
    ]
    return Life(scorecard, arrivals, START_AT + 6 * MINUTE_MS)


def at_seconds(*seconds: int) -> list[tuple[int, int]]:
    """Return views that come at once."""
    return [(second, second) for second in seconds]


def counting_no_gain(planted: pytest.MonkeyPatch) -> None:
    """What comes is taken to bring nothing."""
    planted.setattr(Spending, "_change", lambda *_: None)


def never_opening_a_gate(planted: pytest.MonkeyPatch) -> None:
    """A gate that is shut stays shut."""
    found = outlook._gates
    planted.setattr(outlook, "_gates", lambda *asked: tuple(1e9 for _ in found(*asked)))
    planted.setattr(judgement, "_newborn", judgement._newborn.__wrapped__)  # what was found before is not asked again


def taking_the_late_for_new(planted: pytest.MonkeyPatch) -> None:
    """Everything is taken to be in order."""
    begin = Spending.begin

    def in_order(spending: Spending, at: int, weight: float, *, is_late: bool) -> None:
        begin(spending, at, weight, is_late=False)

    planted.setattr(Spending, "begin", in_order)


def filling_a_window_too_early(planted: pytest.MonkeyPatch) -> None:
    """A limit is taken to be reached by the count before."""
    take = Spending._take

    def at_once(spending: Spending, effect: CountEffect, *given: Any, **told: Any) -> None:
        take(spending, effect._replace(limit=effect.limit - 1), *given, **told)

    planted.setattr(Spending, "_take", at_once)


def overlooking_idleness(planted: pytest.MonkeyPatch) -> None:
    """A sign of life takes nothing back."""
    found = room._room
    planted.setattr(room, "_room", lambda *asked, **_: found(*asked, is_idle=False))


def lasting_for_ever(planted: pytest.MonkeyPatch) -> None:
    """What was true once is taken to stay true."""
    found = outlook.outlook_of

    def endless(*asked: Any) -> outlook.Outlook | None:
        known = found(*asked)
        return None if known is None else known._replace(until_at=known.until_at + 60 * MINUTE_MS)

    planted.setattr("scorer.judging.judgement.outlook_of", endless)


HALVING = HalfLife(MINUTE_MS)
LIVES = {
    counting_no_gain: life(worth(6.0), views=at_seconds(0, 10), enter_at=10.0),
    never_opening_a_gate: life(
        worth(20.0, frequency=Frequency(3, None, 3 * MINUTE_MS, is_award=True)),
        views=at_seconds(0, 5, 9),
        enter_at=10.0,
    ),
    # Of two counts that one limit lets in as one, the earlier weighs the window's value down below the threshold.
    taking_the_late_for_new: life(
        worth(10.0, decay=HALVING, limit=Limit(1, 10 * MINUTE_MS)),
        views=[(61, 61), (62, 1)],
        enter_at=9.0,
    ),
    filling_a_window_too_early: life(
        worth(6.0, limit=Limit(2, 10 * MINUTE_MS)),
        views=at_seconds(5, 5),
        enter_at=10.0,
    ),
    overlooking_idleness: life(
        InactivityCriterion("silent", ("pricing_viewed",), MINUTE_MS, -5.0, True, None, None),
        views=at_seconds(0, 90),
        enter_at=-2.0,
    ),
    lasting_for_ever: life(worth(20.0, decay=HALVING), views=at_seconds(0, 10), enter_at=10.0),
}


@pytest.mark.parametrize("plant", LIVES)
def test_a_bug_in_outlooks_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """P2's check passes for a life and fails for it with the bug planted."""
    crossings.check_life(LIVES[plant])
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        crossings.check_life(LIVES[plant])
