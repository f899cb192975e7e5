"""The check of doubts goes red for each bug that reckoning how much a score can be could have."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import pytest

from scorer import Cell, CellKey, LeadState, Scorecard
from scorer.facts.state import Attribute
from scorer.rules.conditions import Condition, Range, Test
from scorer.rules.scorecard import (
    FitCriterion,
    Frequency,
    Group,
    HalfLife,
    InactivityCriterion,
    Limit,
    Measure,
    NoDecay,
    Score,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)
from streams.review import reach, samples, subject
from streams.review.reach import Reach
from tests.promises.doubts import Witness
from tests.property.test_doubts import check
from tests.strategies.scorecards import DAY_MS, HOUR_MS

Plant = Callable[[pytest.MonkeyPatch], None]
NOW = 20_000 * DAY_MS
NO_SIDE = Side((), None, None, 1.0)


def worth(points: float, **rules: Any) -> SignalCriterion:
    """Return a criterion on orders."""
    given = {"decay": NoDecay(), "window_ms": None, "frequency": None, "limit": None, "cap": None, "floor": None}
    return SignalCriterion("orders", "ordered", points, rules.pop("is_per_measure", False), **(given | rules))


def witness(
    *criteria: SignalCriterion | InactivityCriterion,
    cells: Mapping[int, Cell],
    enter_at: float,
    weight: float = 1.0,
    fit: Sequence[tuple[Test, float]] = (),
    size: float | None = None,
) -> Witness:
    """Return a lead with cells of orders, by their ages in hours, that is just in the upper stage."""
    ordered = Signal("ordered", "order", (), Measure("amount", 1), HOUR_MS, None)
    on_size = [
        FitCriterion(f"size_{place}", Condition("size", test), points) for place, (test, points) in enumerate(fit)
    ]
    side = Side((Group("firm", tuple(on_size), None, None),), None, None, 1.0) if fit else NO_SIDE
    stages = (Stage("subscriber", -inf, -inf, 0), Stage("mql", enter_at, -500.0, 0))
    engagement = Side((Group("shop", criteria, None, None),), None, None, weight)
    score = Score("main", engagement, side, -1000.0, 1000.0, None, stages)
    scorecard = Scorecard("2026-11", {"ordered": ordered}, {"main": score}, "main", (1.0, 0.5, 0.0))
    now = NOW // HOUR_MS
    lead = LeadState(
        cells={CellKey("lead-ada", "ordered", 0, now - hours): cell for hours, cell in cells.items()},
        profile={} if size is None else {("lead-ada", "size"): Attribute(NOW, 1, size)},
    )
    return Witness(scorecard, lead, NOW)


ONCE, OFTEN = {0: Cell(1, 0, 1)}, {hours: Cell(1, 0, 1) for hours in range(48)}
AWARD = Frequency(1, None, DAY_MS, is_award=True)
SIZES: Sequence[tuple[Test, float]] = ((Range(at_least=1, at_most=50), 5.0), (Range(above=20), 10.0))


def award_is_nothing(planted: pytest.MonkeyPatch) -> None:
    """What brings no points for each count is taken for nothing."""
    planted.setattr(reach, "_between", lambda _points: reach.NOTHING)


def silence_comes_once(planted: pytest.MonkeyPatch) -> None:
    """An inactivity that repeats is reckoned once."""
    between = reach._between
    planted.setattr(reach, "_between", lambda points: between(10.0 if points == inf else points))


def window_lets_through_its_limit_once(planted: pytest.MonkeyPatch) -> None:
    """The windows before the one that is are forgotten."""
    planted.setattr(
        reach, "_limited_counts", lambda criterion, _: inf if criterion.limit is None else criterion.limit.count
    )


def nothing_weighs(planted: pytest.MonkeyPatch) -> None:
    """The weight of a side is not looked at."""
    planted.setattr(reach, "weighted", lambda found, _weight: found)


def losses_have_no_measure(planted: pytest.MonkeyPatch) -> None:
    """A measure is taken to be 0 or more."""
    planted.setattr(reach, "measure_bounds", lambda *_: (0.0, inf))


def the_greater_range_counts(planted: pytest.MonkeyPatch) -> None:
    """Of the tests of one attribute only one is taken to hold."""
    planted.setattr(
        reach, "_attribute_reach", lambda found: reach.reach_of_values([0.0, *(one.points for one in found)])
    )


def nothing_lies_between(planted: pytest.MonkeyPatch) -> None:
    """Only the marks of ranges are tried, and what lies between and beyond them is not."""

    def marks(tests: Sequence[Any], *_: Any) -> list[float]:
        ends = [(test.at_least, test.above, test.at_most, test.below) for test in tests if isinstance(test, Range)]
        return [1e6, *(end - 1e6 for found in ends for end in found if end is not None)]

    planted.setattr(samples, "_numbers", marks)


def caps_are_floors(planted: pytest.MonkeyPatch) -> None:
    """A clip takes the wrong end."""
    planted.setattr(reach, "clipped", lambda found, _floor, cap: Reach(0.0, min(found.high, cap or 0.0)))


def signals_are_dead(planted: pytest.MonkeyPatch) -> None:
    """Every signal is taken for one that never matches."""
    planted.setattr(subject, "can_hold", lambda *_: False)
    planted.setattr(subject.Subject, "dead", frozenset({"ordered"}))


BUGS: Sequence[tuple[Witness, Plant]] = [
    (witness(worth(20.0, frequency=AWARD), cells=ONCE, enter_at=20.0), award_is_nothing),
    (
        witness(
            InactivityCriterion("silent", ("ordered",), DAY_MS, 10.0, True, None, None),
            cells={480: Cell(1, 0, 1)},
            enter_at=200.0,
        ),
        silence_comes_once,
    ),
    (
        witness(worth(2.0, limit=Limit(1, HOUR_MS), decay=HalfLife(DAY_MS)), cells=OFTEN, enter_at=20.0),
        window_lets_through_its_limit_once,
    ),
    (witness(worth(10.0, frequency=AWARD), cells=ONCE, enter_at=25.0, weight=2.5), nothing_weighs),
    (witness(worth(-1.0, is_per_measure=True), cells={0: Cell(1, 0, -40)}, enter_at=40.0), losses_have_no_measure),
    (witness(worth(0.0), cells=ONCE, enter_at=15.0, fit=SIZES, size=30), the_greater_range_counts),
    (witness(worth(0.0), cells=ONCE, enter_at=15.0, fit=SIZES, size=30), nothing_lies_between),
    (witness(worth(9.0), cells=OFTEN, enter_at=9.0), caps_are_floors),
    (witness(worth(9.0), cells=OFTEN, enter_at=9.0), signals_are_dead),
]


@pytest.mark.parametrize(("found", "plant"), BUGS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bug_in_the_reckoning_is_noticed(found: Witness, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """No doubt about the scorecard is wrong, and with the bug planted one is: the lead proves it."""
    check(found)
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check(found)
