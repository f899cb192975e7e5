"""A scorecard whose points fade within seconds, small and quick to judge: with a half-life, a window and a dwell.

No threshold is what points can come to exactly.
"""

from dataclasses import replace
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


def _signal(name: str, activity_type: str, *conditions: Condition) -> Signal:
    return Signal(name, activity_type, conditions, measure=None, width_ms=500, keep_ms=30_000)


def _criterion(signal: str, points: float, decay: Decay) -> SignalCriterion:
    return SignalCriterion(signal, signal, points, False, decay, None, None, None, None, None)


def quick_scorecard() -> Scorecard:
    """Return the scorecard: lead from 10.1, mql from 30.1, sql from 80.1 points."""
    viewed = _criterion("pricing_viewed", 20.0, HalfLife(2_000))
    sent = replace(_criterion("form_sent", 50.0, NoDecay()), window_ms=5_000, cap=100.0)
    software = FitCriterion("is_software", Condition("industry", Equals("software")), 15.0)
    score = Score(
        name="default",
        engagement=Side((Group("behaviour", (viewed, sent), None, None),), None, None, 1.0),
        fit=Side((Group("firm", (software,), None, None),), None, None, 1.0),
        lowest=0.0,
        highest=150.0,
        grades=GradeMatrix((Band("A", 14.5), Band("B", -inf)), (Band("1", 50.3), Band("2", -inf))),
        stages=(
            Stage("subscriber", -inf, -inf, 0),
            Stage("lead", 10.123, 5.0321, 0),
            Stage("mql", 30.117, 25.211, 700),
            Stage("sql", 80.131, 70.273, 0),
        ),
    )
    signals = (
        _signal("pricing_viewed", "page_view", Condition("path", Glob("/pricing*"))),
        _signal("form_sent", "form_fill"),
    )
    return Scorecard(
        "quick-1", {signal.name: signal for signal in signals}, {"default": score}, "default", (1.0, 0.5, 0.0)
    )


def quick_challenger() -> Scorecard:
    """Return a scorecard that values the same signals otherwise, on a ladder of other thresholds."""
    champion = quick_scorecard()
    score = champion.scores["default"]
    (group,) = score.engagement.groups
    viewed, sent = group.criteria
    criteria = (replace(viewed, points=23.0, decay=HalfLife(1_500)), replace(sent, points=41.0, window_ms=4_000))  # type: ignore[call-arg]  # both value a signal
    stages = (
        Stage("subscriber", -inf, -inf, 0),
        Stage("lead", 12.317, 6.0147, 300),
        Stage("mql", 33.219, 27.113, 0),
        Stage("customer_soon", 77.911, 61.773, 0),
    )
    engagement = replace(score.engagement, groups=(replace(group, criteria=criteria),))
    return replace(
        champion, version="quick-2", scores={"default": replace(score, engagement=engagement, stages=stages)}
    )
