"""Scorecards: what no rule of the core could hold for is refused, whoever makes it."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from scorer.rules.conditions import Condition, Present
from scorer.rules.scorecard import (
    FitCriterion,
    Frequency,
    Group,
    InactivityCriterion,
    Limit,
    Measure,
    Side,
    Stage,
)
from tests.examples.scorecards import DAY_MS, HOUR_MS, card_of, criterion, score_of, side_of, viewed

SILENCE = InactivityCriterion("silent", ("viewed",), DAY_MS, -5.0, False, None, None)
FIT = FitCriterion("phone", Condition("phone", Present(True)), 5.0)
GROUND, HIGH, LOW = (Stage(f"from {at}", at, at, 0) for at in (-math.inf, 50.0, 20.0))
SCORE = score_of(side_of(criterion()), side_of(FIT))

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "scale": (lambda: Measure("amount", 0), "amount"),
    "width": (lambda: viewed(width_ms=0), "viewed"),
    "keep": (lambda: viewed(keep_ms=0), "keep"),
    "gate that never opens": (lambda: Frequency(3, 2, DAY_MS, False), r"\(3, 2\)"),
    "gate below none": (lambda: Frequency(-1, 2, DAY_MS, False), "frequency"),
    "gate without window": (lambda: Frequency(1, 2, 0, False), "window"),
    "limit to nothing": (lambda: Limit(0, DAY_MS), "limit"),
    "the first two times": (lambda: Limit(2, None), "first time only"),
    "limit without window": (lambda: Limit(2, 0), "limit"),
    "points": (lambda: criterion(points=math.nan), "finite"),
    "window": (lambda: criterion(window_ms=0), "window"),
    "clips": (lambda: criterion(cap=1.0, floor=2.0), "floor"),
    "silent points": (lambda: replace(SILENCE, points=math.inf), "finite"),
    "silent period": (lambda: replace(SILENCE, period_ms=0), "period"),
    "silent clips": (lambda: replace(SILENCE, cap=1.0, floor=2.0), "floor"),
    "fit points": (lambda: replace(FIT, points=math.nan), "finite"),
    "group clips": (lambda: Group("web", (), 1.0, 2.0), "web"),
    "side clips": (lambda: Side((), 1.0, 2.0, 1.0), "floor"),
    "weight": (lambda: side_of(weight=-0.1), "-0.1"),
    "endless weight": (lambda: side_of(weight=math.inf), "weight"),
    "leave above enter": (lambda: Stage("mql", 50.0, 50.1, 0), "mql"),
    "dwell": (lambda: Stage("mql", 50.0, 40.0, -1), "dwell"),
    "signal criterion in fit": (lambda: score_of(side_of(), side_of(criterion())), "views"),
    "scale upside down": (lambda: score_of(side_of(), side_of(), lowest=1.0, highest=0.0), "lowest"),
    "no stages": (lambda: replace(SCORE, stages=()), "stages"),
    "no ground": (lambda: replace(SCORE, stages=(Stage("lead", 0.0, 0.0, 0),)), "stages"),
    "stages in disorder": (
        lambda: replace(SCORE, stages=(GROUND, *(Stage(f"{at}", at, at, 0) for at in (5, 4)))),
        "up",
    ),
    "verdict weight": (lambda: card_of(weights=(1.0, -0.5, 0.0)), "verdict"),
    "default score": (lambda: replace(card_of(), default_score="services"), "services"),
    "unknown signal": (lambda: card_of(criterion(signal="clicked")), "clicked"),
    "unknown silent signal": (lambda: card_of(replace(SILENCE, signals=("clicked",))), "clicked"),
    "no measure": (lambda: card_of(criterion(is_per_measure=True)), "measure"),
    "limit that splits buckets": (lambda: card_of(criterion(limit=Limit(3, HOUR_MS * 3 // 2))), "5400000"),
}


@pytest.mark.parametrize(("make", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_rule_could_hold_for_is_refused(make: Callable[[], object], named: str) -> None:
    """The message names the rule and the value."""
    with pytest.raises(ValueError, match=named):
        make()


def test_equal_scorecards_are_equal_and_hash_alike() -> None:
    """Plans are kept by scorecard; versions that differ in a rule differ."""
    assert card_of(criterion()) == card_of(criterion())
    assert hash(card_of(criterion())) == hash(card_of(criterion()))
    assert card_of(criterion()) != card_of(criterion(points=11.0))
