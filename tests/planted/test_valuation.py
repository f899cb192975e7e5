"""P5's check, and those of what a lead is worth, go red for each bug that explaining and valuing could have."""

from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Any

import pytest

from scorer import Activity, Line, LineKind, Scorecard, Verdict
from scorer.rules.scorecard import (
    Frequency,
    Group,
    HalfLife,
    Limit,
    Measure,
    Score,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)
from scorer.worth import criteria, explain, terms, view
from tests.property import test_explanation as explaining
from tests.property import test_valuation as valuing
from tests.strategies.histories import START_AT
from tests.strategies.scorecards import DAY_MS, HOUR_MS

Plant = Callable[[pytest.MonkeyPatch], None]


def spent(
    name: str,
    points: float,
    *,
    is_per_measure: bool = False,
    frequency: Frequency | None = None,
    limit: Limit | None = None,
    cap: float | None = None,
) -> SignalCriterion:
    """Return a criterion on orders, half of whose points go in a day."""
    return SignalCriterion(name, "ordered", points, is_per_measure, HalfLife(DAY_MS), None, frequency, limit, cap, None)


# Something to clip at every level, a weight, a limit, a gate, terms of both signs.
ENGAGEMENT = Side(
    groups=(
        Group("orders", (spent("count", 5.0, limit=Limit(2, DAY_MS)), spent("capped", 9.0, cap=20.0)), 25.0, None),
        Group("money", (spent("amount", 0.25, is_per_measure=True),), None, None),
        Group("busy", (spent("often", 30.0, frequency=Frequency(1, 2, DAY_MS, is_award=True)),), None, None),
    ),
    cap=30.0,
    floor=None,
    weight=4.0,
)
SCORE = Score(
    "platform", ENGAGEMENT, Side((), None, None, 1.0), 0.0, 100.0, None, (Stage("subscriber", -inf, -inf, 0),)
)
ORDERED = Signal("ordered", "order", (), Measure("amount", 100), HOUR_MS, None)
SCORECARD = Scorecard("2026-03", {"ordered": ORDERED}, {"platform": SCORE}, "platform", (1.0, 0.5, 0.0))
HISTORY = [
    Activity(hour, "lead-ada", "order", START_AT + hour * HOUR_MS, {"amount": amount}, verdict=verdict)
    for hour, amount, verdict in (
        (0, 19.99, Verdict.HUMAN),
        (1, -40.0, Verdict.HUMAN),
        (2, 30.0, Verdict.PROBABLE_BOT),
        (3, 45.0, Verdict.HUMAN),
    )
]
NIGHT_AT, LATER_AT = START_AT + 4 * HOUR_MS, START_AT + 3 * DAY_MS


def check_sum() -> None:
    """Check that the lines add up to the score, by night and days later."""
    for at in (NIGHT_AT, LATER_AT):
        explaining.test_lines_add_up_to_the_score.hypothesis.inner_test(SCORECARD, HISTORY, at, START_AT)


def check_past() -> None:
    """Check an explanation of an instant inside the second order's bucket."""
    explaining.test_a_past_explanation_leaves_out_what_is_not_surely_before.hypothesis.inner_test(
        SCORECARD, HISTORY, HOUR_MS + 1
    )


def check_value() -> None:
    """Check the value against the oracle, by night and days later."""
    for at in (NIGHT_AT, LATER_AT):
        valuing.test_the_value_is_what_the_design_says.hypothesis.inner_test(SCORECARD, HISTORY, at)


def check_bounds() -> None:
    """Check the bounds of two days, in the first hours of which silence opens the gate and shuts it again."""
    from_at = START_AT + DAY_MS + 1
    stretch = (from_at, LATER_AT, [*range(from_at, LATER_AT, HOUR_MS)])
    valuing.test_no_value_of_a_stretch_is_outside_its_bounds.hypothesis.inner_test(SCORECARD, HISTORY, stretch)


def leaving_out(kind: LineKind, planted: pytest.MonkeyPatch) -> None:
    """The explanation has no lines of a kind."""
    lines_of = explain.lines_of

    def some_lines(*asked: Any) -> tuple[Line, ...]:
        return tuple(line for line in lines_of(*asked) if line.kind is not kind)

    planted.setattr(explain, "lines_of", some_lines)


def explaining_the_past_by_the_present(planted: pytest.MonkeyPatch) -> None:
    """The instant of an explanation of the past is not told to the view."""
    planted.setattr(explain, "view", lambda state, scorecard, *_: view.view(state, scorecard))


def limiting_nothing(planted: pytest.MonkeyPatch) -> None:
    """A limit per window is not looked at."""
    planted.setattr(terms, "_limit_shares", lambda tallies, *_: (1.0,) * len(tallies))


def weighing_all_alike(planted: pytest.MonkeyPatch) -> None:
    """A probable bot counts as a person does."""
    tallied = view.tallies_of

    def humanised(*asked: Any) -> Any:
        tallies, straddling_count = tallied(*asked)
        return {name: [one._replace(weight=1.0) for one in found] for name, found in tallies.items()}, straddling_count

    planted.setattr(view, "tallies_of", humanised)


def bounding_by_the_ends(planted: pytest.MonkeyPatch) -> None:
    """A criterion is bounded by its points at both ends, also if it has a gate."""

    def ends(counted: criteria.Counted, from_at: int, to_at: int) -> tuple[float, float]:
        low, high = sorted((counted.points(from_at), counted.points(to_at)))
        return low, high

    planted.setattr(criteria.Counted, "interval", ends)


BUGS: Sequence[tuple[Callable[[], None], Plant]] = [
    *((check_sum, partial(leaving_out, kind)) for kind in LineKind),
    (check_past, explaining_the_past_by_the_present),
    (check_value, limiting_nothing),
    (check_value, weighing_all_alike),
    (check_bounds, bounding_by_the_ends),
]


@pytest.mark.parametrize(("check", "plant"), BUGS)
def test_a_bug_in_valuing_is_noticed(check: Callable[[], None], plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of a property passes for a lead and fails for it with the bug planted."""
    check()
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check()
