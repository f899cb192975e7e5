"""Every word of the language stands in the core's scorecard."""

from pathlib import Path

from schemas.scorecard_conditions import ConditionRules
from scorer.rules.conditions import (
    Contains,
    DomainBook,
    DomainKind,
    Equals,
    Glob,
    OneOf,
    Present,
    Range,
    Regex,
)
from scorer.rules.scorecard import (
    Band,
    FitCriterion,
    Frequency,
    GradeMatrix,
    InactivityCriterion,
    Limit,
    Linear,
    NoDecay,
    Scorecard,
    SignalCriterion,
    Step,
)
from streams.scorecards.build import conditions_of
from streams.scorecards.loading import read

DAY_MS = 86_400_000
CARD = """\
version: v1
signals:
  opened: {activity: email_open}
  called: {activity: call_held, where: {with: [sales, support], seconds: {at_least: 60}}, measure: {field: minutes}}
scores:
  main:
    engagement:
      cap: 90
      floor: -10
      weight: 0.5
      groups:
        mails:
          cap: 30
          floor: -5
          criteria:
            burst: {signal: opened, points: 5, frequency: {at_least: 3, at_most: 9, in: 2d, award: once}}
            opens: {signal: opened, points: 1, decay: {linear: 10d}, limit: 2 per 1d, cap: 4, floor: -4}
            calls: {signal: called, points: 2, per: measure, decay: {step: {every: 5d, lose: 25%}}, window: 20d}
            first: {signal: called, points: 3, limit: first time only, decay: none}
            quiet: {inactivity: {of: [opened, called], for: 9d, repeat: true}, points: -2, floor: -8}
    fit:
      groups:
        who: {criteria: {leads: {where: {title: {contains: head}}, points: 7}}}
    scale: {lowest: -20, highest: 200}
    grades: {fit: {A: 5, B: 0}, engagement: {1: 20, 2: 0}}
    stages: [{name: low}, {name: high, enter_at: 20, leave_below: 10, dwell: 2d}]
  other:
    default: true
    fit: {groups: {who: {criteria: {leads: {where: {title: {present: true}}, points: 7}}}}}
    stages: [{name: low}]
verdict_weights: {probable_bot: 0.5, certain_bot: 0.1}
"""


def built() -> Scorecard:
    """Return the card as the core has it."""
    return read(CARD.encode(), Path("s.yaml")).scorecard


def test_every_kind_of_criterion_is_built() -> None:
    """Gates, limits, decays, windows, measures, silence and profile."""
    card = built()
    opened, called, called_at_all = card.signals
    group = card.scores["main"].engagement.groups[0]

    assert group.criteria == (
        SignalCriterion(
            "burst", opened, 5, False, NoDecay(), None, Frequency(3, 9, 2 * DAY_MS, True), None, None, None
        ),
        SignalCriterion("opens", opened, 1, False, Linear(10 * DAY_MS), None, None, Limit(2, DAY_MS), 4, -4),
        SignalCriterion("calls", called, 2, True, Step(5 * DAY_MS, 0.25), 20 * DAY_MS, None, None, None, None),
        SignalCriterion("first", called_at_all, 3, False, NoDecay(), None, None, Limit(1, None), None, None),
        InactivityCriterion("quiet", (opened, called), 9 * DAY_MS, -2, True, None, -8),
    )
    (fit,) = card.scores["main"].fit.groups[0].criteria
    assert isinstance(fit, FitCriterion)
    assert (fit.condition.field, fit.condition.test, fit.points) == ("title", Contains("head"), 7)


def test_sides_grades_and_ladder_are_built() -> None:
    """Clips, weights, scale, bands, thresholds, dwell, default and verdicts."""
    card = built()
    score = card.scores["main"]

    assert (score.engagement.cap, score.engagement.floor, score.engagement.weight) == (90, -10, 0.5)
    assert (score.engagement.groups[0].cap, score.engagement.groups[0].floor) == (30, -5)
    assert (score.lowest, score.highest) == (-20, 200)
    assert score.grades == GradeMatrix(fit=(Band("A", 5), Band("B", 0)), engagement=(Band("1", 20), Band("2", 0)))
    high = score.stages[1]
    assert (high.name, high.enter_at, high.leave_below, high.dwell_ms) == ("high", 20, 10, 2 * DAY_MS)
    assert card.default_score == "other"
    assert card.scores["other"].engagement.groups == ()
    assert card.verdict_weights == (1.0, 0.5, 0.1)


def test_a_signals_conditions_must_all_hold() -> None:
    """Each test of each field becomes one condition."""
    called = built().signals["called@30m:minutes.2"]

    assert [(condition.field, condition.test) for condition in called.conditions] == [
        ("with", OneOf(frozenset({"sales", "support"}))),
        ("seconds", Range(at_least=60)),
    ]
    assert called.measure is not None
    assert (called.measure.field, called.measure.scale) == ("minutes", 100)


def test_every_test_of_the_language_is_built() -> None:
    """A test that is added to the language and forgotten here is found."""
    book = DomainBook()
    rules = ConditionRules(
        equals="a",
        one_of=("a", 1),
        at_least=1,
        above=2,
        at_most=3,
        below=4,
        present=True,
        contains="b",
        glob="c*",
        regex="d",
        domain_kind=("free",),
    )

    assert all(getattr(rules, name) is not None for name in ConditionRules.model_fields)
    assert [condition.test for condition in conditions_of("x", rules, book)] == [
        Equals("a"),
        OneOf(frozenset({"a", 1})),
        Range(1, 2, 3, 4),
        Present(True),
        Contains("b"),
        Glob("c*"),
        Regex("d"),
        DomainKind(frozenset({"free"}), book),
    ]
