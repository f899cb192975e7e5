"""A tiny scorecard whose numbers can be worked out in the head.

A pricing page is worth 20 points and halves in a day; a form is worth 50 for ever; a software company 15. Lead from 10,
mql from 30, sql from 80.
"""

from math import inf

from scorer.rules.conditions import Condition, Equals, Glob
from scorer.rules.scorecard import (
    Band,
    Decay,
    FitCriterion,
    GradeMatrix,
    Group,
    HalfLife,
    NoDecay,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)

DAY = 86_400_000


def _signal(name: str, activity_type: str, *conditions: Condition) -> Signal:
    return Signal(name, activity_type, conditions, measure=None, width_ms=60_000, keep_ms=None)


def _criterion(signal: str, points: float, decay: Decay) -> SignalCriterion:
    return SignalCriterion(
        name=signal,
        signal=signal,
        points=points,
        is_per_measure=False,
        decay=decay,
        window_ms=None,
        frequency=None,
        limit=None,
        cap=None,
        floor=None,
    )


def tiny_scorecard(version: str = "tiny-1", *, pricing_points: float = 20.0, lead_at: float = 10.0) -> Scorecard:
    """Return the tiny scorecard, or one with other points or another threshold."""
    behaviour = Group(
        "behaviour",
        (_criterion("pricing_viewed", pricing_points, HalfLife(DAY)), _criterion("form_sent", 50.0, NoDecay())),
        None,
        None,
    )
    firm = Group("firm", (FitCriterion("is_software", Condition("industry", Equals("software")), 15.0),), None, None)
    score = Score(
        name="default",
        engagement=Side((behaviour,), None, None, 1.0),
        fit=Side((firm,), None, None, 1.0),
        lowest=0.0,
        highest=100.0,
        grades=GradeMatrix((Band("A", 15.0), Band("B", -inf)), (Band("1", 50.0), Band("2", -inf))),
        stages=(
            Stage("subscriber", -inf, -inf, 0),
            Stage("lead", lead_at, lead_at / 2, 0),
            Stage("mql", 30.0, 25.0, 0),
            Stage("sql", 80.0, 70.0, 0),
        ),
    )
    signals = (
        _signal("pricing_viewed", "page_view", Condition("path", Glob("/pricing*"))),
        _signal("form_sent", "form_fill"),
    )
    return Scorecard(
        version, {signal.name: signal for signal in signals}, {"default": score}, "default", (1.0, 0.5, 0.0)
    )
