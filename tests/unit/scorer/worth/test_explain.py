"""Explanations: a line for each term, each clip, each weight."""

from dataclasses import replace

from scorer.facts.activity import ProfileUpdate
from scorer.facts.profile import folded
from scorer.facts.state import LeadState, Standing
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import FitCriterion, Frequency, Group, HalfLife, Limit, Side
from scorer.worth.explain import explain, explain_all
from scorer.worth.explanation import Line, LineKind
from tests.examples.scorecards import (
    DAY_MS,
    HOUR_MS,
    NOON,
    both,
    card_of,
    criterion,
    lead_of,
    score_of,
    side_of,
    viewed,
)

SOFTWARE = FitCriterion("software", Condition("industry", Equals("software")), 30.0)


def test_each_clip_and_weight_is_a_line_of_what_it_changed() -> None:
    """The lines read as the sum is worked out, and add up to it."""
    groups = (Group("web", (criterion(points=40.0, cap=25.0), criterion("more")), 30.0, None),)
    card = card_of(score=score_of(Side(groups, 28.0, None, 0.5), side_of(SOFTWARE), highest=40.0))
    profile = folded({}, ProfileUpdate(1, "lead-ada", NOON, {"industry": "software"}))

    explanation = explain(replace(lead_of(card, NOON), profile=profile), card, NOON)

    assert explanation.lines == (
        Line(LineKind.CRITERION, "engagement", "web", "views", 40.0, 1.0),
        Line(LineKind.CRITERION_CLIP, "engagement", "web", "views", -15.0),
        Line(LineKind.CRITERION, "engagement", "web", "more", 10.0, 1.0),
        Line(LineKind.GROUP_CLIP, "engagement", "web", "web", -5.0),
        Line(LineKind.SIDE_CLIP, "engagement", "", "engagement", -2.0),
        Line(LineKind.SIDE_WEIGHT, "engagement", "", "engagement", -14.0),
        Line(LineKind.CRITERION, "fit", "group", "software", 30.0),
        Line(LineKind.TOTAL_CLIP, "total", "", "platform", -4.0),
    )
    assert (explanation.score, explanation.engagement, explanation.fit) == (40.0, 28.0, 30.0)


def test_a_lead_that_did_nothing_has_nothing_to_explain() -> None:
    """A score of 0 and no line."""
    explanation = explain(LeadState(), card_of(criterion(), fit=[SOFTWARE]), NOON)

    assert (explanation.score, explanation.lines, explanation.stage) == (0.0, (), None)


def test_a_line_tells_the_weighted_counts_behind_its_points() -> None:
    """Those in the window, those of the gate, the first time's one; a probable bot's is a half."""
    criteria = (
        criterion("windowed", window_ms=DAY_MS),
        criterion("first", limit=Limit(1, None)),
        criterion("often", frequency=Frequency(2, None, 30 * DAY_MS, is_award=True)),
        criterion("too_often", frequency=Frequency(9, None, 30 * DAY_MS, is_award=False)),
        criterion("halved", decay=HalfLife(DAY_MS)),
    )
    card = card_of(*criteria, signals=[viewed(keep_ms=90 * DAY_MS)])
    bot = lead_of(card, NOON + 1, verdict=1)
    lead = both(lead_of(card, NOON - 2 * DAY_MS, NOON, NOON + HOUR_MS), bot)

    counts = {line.name: line.count for line in explain(lead, card, NOON + HOUR_MS).lines}

    assert counts == {"windowed": 2.5, "first": 1.0, "often": 3.5, "halved": 3.5}


def test_the_stage_is_where_the_last_judgement_put_the_lead() -> None:
    """Known for the present; a past one would need the path."""
    card = card_of(criterion())
    standings = {"platform": Standing("mql", NOON, "A1")}
    lead = replace(lead_of(card, NOON), standings=standings, judged_at=NOON + DAY_MS)

    assert explain(lead, card, NOON + DAY_MS).stage == "mql"
    assert explain(lead, card, NOON + DAY_MS - 1).stage is None


def test_an_instant_before_the_last_judgement_is_explained_without_what_came_later() -> None:
    """It says that it is of the past, and how many buckets it could not tell apart."""
    card = card_of(criterion())
    lead = replace(lead_of(card, NOON, NOON + HOUR_MS, NOON + 2 * HOUR_MS), judged_at=NOON + DAY_MS)

    explanation = explain(lead, card, NOON + HOUR_MS + 1)

    assert (explanation.is_past, explanation.straddling_count, explanation.score) == (True, 1, 10.0)
    assert explain(lead, card, NOON + DAY_MS).straddling_count == 0


def test_all_standings_are_explained_as_one_by_one() -> None:
    """A standing in a score that the scorecard no longer has is left out, and the past stays the past."""
    card = card_of()
    standings = {"platform": Standing("subscriber", NOON, None), "gone": Standing("lead", NOON, None)}
    state = replace(lead_of(card, NOON), standings=standings, judged_at=NOON)

    for at in (NOON, NOON - DAY_MS):
        assert explain_all(state, card, at) == {"platform": explain(state, card, at, "platform")}
