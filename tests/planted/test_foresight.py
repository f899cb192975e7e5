"""What is foretold is checked by checks that go red for each bug that foretelling could have."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from scorer import Activity, LeadState, Outcome, ProfileUpdate, Scorecard, Verdict
from scorer.facts.activity import Scalar
from scorer.foresight import breakdown, course, curve, fitting, rises
from scorer.judging.judgement import judged
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import (
    FitCriterion,
    Frequency,
    Group,
    HalfLife,
    Limit,
    NoDecay,
    Score,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)
from scorer.steps.lifecycle import record
from scorer.worth.valuation import Bounds, bounds, valued
from scorer.worth.view import View
from tests.promises import foresight
from tests.promises.crossings import Arrival, Life

Plant = Callable[[pytest.MonkeyPatch], None]
START_AT = 1_772_323_200_000
MINUTE_MS = 60_000

VIEWED = SignalCriterion("pricing", "pricing_viewed", 8.0, False, NoDecay(), None, None, None, None, None)
SOFTWARE = FitCriterion("software", Condition("industry", Equals("software")), 6.0)


def life(criterion: SignalCriterion, *, at_seconds: Sequence[int], industry: Scalar | None = None) -> Life:
    """Return the life of a lead that viewed the prices at some seconds; `lead` is from 10 points on, `mql` from 30."""
    signal = Signal("pricing_viewed", "page_view", (), None, 1_000, None)
    engagement = Side((Group("web", (criterion,), None, None),), None, None, 1.0)
    fit = Side((Group("firm", (SOFTWARE,), None, None),), None, None, 1.0)
    stages = (Stage("subscriber", -inf, -inf, 0), Stage("lead", 10.0, 10.0, 0), Stage("mql", 30.0, 30.0, 0))
    score = Score("platform", engagement, fit, 0.0, 100.0, None, stages)
    scorecard = Scorecard("2026-03", {signal.name: signal}, {score.name: score}, score.name, (1.0, 0.5, 0.0))
    instants = [START_AT + 1_000 * second for second in at_seconds]
    arrivals = [Arrival(at, Activity(at, "lead-ada", "page_view", at, {})) for at in instants]
    if industry is not None:
        said = ProfileUpdate(1, "crm", START_AT + MINUTE_MS, {"industry": industry})
        arrivals.append(Arrival(START_AT + MINUTE_MS, said))
    return Life(scorecard, arrivals, START_AT + 6 * MINUTE_MS)


def telling_falls_a_second_late(planted: pytest.MonkeyPatch) -> None:
    """The walk wakes the lead a second after its wake-up."""

    def late(state: LeadState, scorecard: Scorecard, at: int, most: int) -> Outcome:
        return judged(state, scorecard, at + 1_000 * (at > state.judged_at), most)

    planted.setattr(course, "judged", late)


def forgetting_later_falls(planted: pytest.MonkeyPatch) -> None:
    """The walk ends at the first wake-up."""
    planted.setattr(course.course, "__kwdefaults__", {**course.course.__kwdefaults__, "steps_max": 1})


def recording_without(**left_out: Any) -> Plant:
    """Ways up are tried without a part of the rules."""

    def planted_record(state: Any, activity: Any, scorecard: Scorecard, *rest: Any, **named: Any) -> Any:
        scores = {name: _without(score, left_out) for name, score in scorecard.scores.items()}
        return record(state, activity, replace(scorecard, scores=scores), *rest)

    return lambda planted: planted.setattr(rises, "record", planted_record)


def _without(score: Score, left_out: dict[str, Any]) -> Score:
    groups = tuple(
        replace(group, criteria=tuple(replace(one, **left_out) for one in group.criteria))  # type: ignore[type-var]
        for group in score.engagement.groups
    )
    return replace(score, engagement=replace(score.engagement, groups=groups))


without_limits = recording_without(limit=None)
without_gates = recording_without(frequency=None)
without_caps = recording_without(cap=None)


def doing_it_as_a_machine(planted: pytest.MonkeyPatch) -> None:
    """Ways up are tried with what a bot did."""

    def doubted(state: Any, activity: Activity, *rest: Any, **named: Any) -> Any:
        return record(state, activity._replace(verdict=Verdict.PROBABLE_BOT), *rest)

    planted.setattr(rises, "record", doubted)


def saying_it_too_early(planted: pytest.MonkeyPatch) -> None:
    """What a profile would turn out to be is older than what is known, which wins."""

    def early(state: Any, update: ProfileUpdate, *rest: Any) -> Any:
        return real(state, update._replace(occurred_at=0), *rest)

    real = fitting.update_profile
    planted.setattr(fitting, "update_profile", early)


def bounding_the_curve_by_its_ends(planted: pytest.MonkeyPatch) -> None:
    """What lies between two points is thought to be between them, though a gate opens for a while."""

    def ends(view: View, score: Score, from_at: int, to_at: int) -> Bounds:
        one, other = valued(view, score, from_at), valued(view, score, to_at)
        low, high = sorted((one, other))
        return Bounds(low.score, high.score, low.engagement, high.engagement, one.fit)

    planted.setattr(curve, "bounds", ends)


def joining_points(planted: pytest.MonkeyPatch) -> None:
    """Stretches are thought to be as tight as nothing, so that no point of use is taken."""

    def tight(*question: Any) -> Bounds:
        within = bounds(*question)
        return within._replace(score_low=within.score_high)

    planted.setattr(curve, "bounds", tight)


def taking_nothing_by_limits(planted: pytest.MonkeyPatch) -> None:
    """A criterion without its limit is worth as much as with it."""
    planted.setattr(breakdown, "_unlimited", lambda item, _: item.prepared)


FADING = replace(VIEWED, points=40.0, decay=HalfLife(MINUTE_MS))
LIMITED = replace(VIEWED, limit=Limit(2, MINUTE_MS))
GATED = replace(VIEWED, points=20.0, frequency=Frequency(3, None, 10 * MINUTE_MS, is_award=True))
CAPPED = replace(VIEWED, cap=20.0)
OPENING = replace(VIEWED, points=5.0, frequency=Frequency(1, 1, 2 * MINUTE_MS, is_award=True))


@pytest.mark.parametrize("plant", [telling_falls_a_second_late, forgetting_later_falls])
def test_a_bug_in_falls_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of falls passes for a lead that fades, and fails with the bug planted."""
    lead = life(FADING, at_seconds=(0,))
    foresight.check_course(lead)
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        foresight.check_course(lead)


@pytest.mark.parametrize(
    ("plant", "criterion"),
    [
        (without_limits, LIMITED),
        (without_gates, GATED),
        (without_caps, CAPPED),
        (doing_it_as_a_machine, VIEWED),
    ],
    ids=("limits", "gates", "caps", "verdicts"),
)
def test_a_bug_in_ways_up_is_noticed(plant: Plant, criterion: SignalCriterion, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of ways up passes for a lead, and fails for it with the bug planted."""
    lead = life(criterion, at_seconds=(0,))
    foresight.check_rises(lead, 1_000)
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        foresight.check_rises(lead, 1_000)


def test_a_bug_in_profiles_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lead that is known to farm could turn out to write software; told too early nobody would believe it."""
    lead = life(VIEWED, at_seconds=(0,), industry="farming")
    assert foresight.check_fittings(lead) == 1
    saying_it_too_early(monkeypatch)

    with pytest.raises(AssertionError):
        assert foresight.check_fittings(lead) == 1


@pytest.mark.parametrize("plant", [bounding_the_curve_by_its_ends, joining_points])
def test_a_bug_in_curves_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two views close a gate that one opens: it is open for as long as one of them alone is in its window."""
    lead, looks = life(OPENING, at_seconds=(0, 30)), range(0, 1000, 5)
    foresight.check_curve(lead, looks, 0)
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        foresight.check_curve(lead, looks, 0)


def test_a_bug_in_what_limits_take_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three views of which two count: the third is what the limit takes."""
    lead = life(LIMITED, at_seconds=(0, 1, 2))
    state = foresight.lived(lead)
    foresight.check_breakdown(lead.scorecard, state, lead.end_at)
    taking_nothing_by_limits(monkeypatch)

    with pytest.raises(AssertionError):
        foresight.check_breakdown(lead.scorecard, state, lead.end_at)
