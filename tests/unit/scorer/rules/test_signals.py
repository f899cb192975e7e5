"""Signals: which an activity counts for, and its measure."""

import math

import pytest

from scorer.facts.activity import Activity, Scalar
from scorer.rules.conditions import Condition, Equals, Glob
from scorer.rules.scorecard import Measure, Signal
from scorer.rules.signals import MEASURE_MAX, matched, scaled_measure
from tests.examples.scorecards import card_of

HOUR_MS = 3_600_000


def signal(name: str, activity_type: str, *conditions: Condition, measure: Measure | None = None) -> Signal:
    """Return a signal with buckets of an hour."""
    return Signal(name, activity_type, conditions, measure, HOUR_MS, None)


SCORECARD = card_of(
    signals=[
        signal("pricing_viewed", "page_view", Condition("path", Glob("/pricing*"))),
        signal("anything_done", "*"),
        signal(
            "german_pricing_viewed", "page_view", Condition("path", Glob("/pricing*")), Condition("lang", Equals("de"))
        ),
        signal("order_placed", "order", measure=Measure("amount", 100)),
    ]
)


def did(activity_type: str, **fields: Scalar) -> Activity:
    """Return an activity of lead Ada."""
    return Activity(7, "lead-ada", activity_type, 1_000, fields)


def test_all_conditions_have_to_hold() -> None:
    """One that fails is enough for no match; names come in order."""
    assert matched(did("page_view", path="/pricing", lang="fr"), SCORECARD) == (
        ("anything_done", 0),
        ("pricing_viewed", 0),
    )
    assert matched(did("page_view", path="/Pricing", lang="DE"), SCORECARD) == (
        ("anything_done", 0),
        ("german_pricing_viewed", 0),
        ("pricing_viewed", 0),
    )


def test_a_signal_of_any_type_matches_types_that_no_other_knows() -> None:
    """The star stands for every type."""
    assert matched(did("webinar_joined"), SCORECARD) == (("anything_done", 0),)


def test_a_signal_of_another_type_does_not_match() -> None:
    """However well its conditions would hold."""
    assert matched(did("email_open", path="/pricing"), SCORECARD) == (("anything_done", 0),)


def test_a_measure_comes_along_as_an_integer() -> None:
    """A cart of 19.99 is 1999 hundredths; one without an amount counts, with a measure of 0."""
    assert ("order_placed", 1999) in matched(did("order", amount=19.99), SCORECARD)
    assert ("order_placed", 0) in matched(did("order"), SCORECARD)


@pytest.mark.parametrize(
    ("value", "scaled"),
    [
        (19.99, 1999),
        (-40.5, -4050),
        (3, 300),
        (0.005, 0),
        (0.015, 2),
        (None, 0),
        ("19.99", 0),
        (True, 0),
        (math.nan, 0),
        (math.inf, 0),
        (-math.inf, 0),
        (1e308, MEASURE_MAX),
        (-(10**400), -MEASURE_MAX),
    ],
)
def test_a_measure_is_a_bounded_integer(value: Scalar | None, scaled: int) -> None:
    """Rounded once; what is no finite number counts as 0; nothing overflows."""
    assert scaled_measure(Measure("amount", 100), value) == scaled
    assert isinstance(scaled_measure(Measure("amount", 100), value), int)
