"""A judgement: what is told as a change, what it is stamped with, and when to come again."""

from dataclasses import replace

from scorer import LeadState, Outcome
from scorer.facts.state import Attribute, Standing
from scorer.judging.judgement import judged
from scorer.judging.outcome import GradeChange
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import FitCriterion, HalfLife
from tests.examples.ladders import MATRIX, MQL, SUBSCRIBER, laddered
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion, lead_of

CARD = laddered(criterion(points=30.0, decay=HalfLife(DAY_MS)))
GRADED = laddered(criterion(points=30.0, decay=HalfLife(DAY_MS)), stages=(SUBSCRIBER,), grades=MATRIX)


def stood(stage: str, grade: str | None = None) -> LeadState:
    """Return a lead without counts that stood in a stage since an hour before noon."""
    standings = {"platform": Standing(stage, NOON - HOUR_MS, grade)}
    return LeadState(standings=standings, judged_at=NOON - HOUR_MS, judged_by="2026-02")


def standing(outcome: Outcome) -> Standing:
    """Return where a lead stands now."""
    return outcome.state.standings["platform"]


def test_a_first_sight_in_the_bottom_stage_is_not_told() -> None:
    """Everybody begins somewhere: a new lead with nothing is no news."""
    outcome = judged(LeadState(), CARD, NOON)

    assert outcome.stage_changes == ()
    assert standing(outcome) == Standing("subscriber", NOON, None)


def test_a_first_sight_above_the_bottom_is_told_from_nowhere() -> None:
    """With the score, the reasons that add up to it, and the version that judged."""
    (change,) = judged(lead_of(CARD, NOON, NOON), CARD, NOON).stage_changes

    assert (change.from_stage, change.to_stage, change.changed_at) == (None, "mql", NOON)
    assert change.score == sum(line.points for line in change.reasons) == 60.0
    assert change.scorecard_version == "2026-03"


def test_a_first_grade_is_not_told_and_a_change_of_it_is() -> None:
    """The grade moves without the stage, and the stage's residence goes on."""
    first = judged(lead_of(GRADED, NOON), GRADED, NOON)
    later = judged(first.state, GRADED, NOON + DAY_MS)

    assert first.grade_changes == ()
    assert standing(first).grade == "B2"
    assert later.grade_changes == (GradeChange("platform", "B2", "B3", NOON + DAY_MS),)
    assert later.stage_changes == ()
    assert standing(later) == Standing("subscriber", NOON, "B3")


def test_a_fall_is_told_as_one_change_with_the_instant() -> None:
    """From the old stage to the new, however many rungs; residence starts anew."""
    outcome = judged(stood("mql"), CARD, NOON)
    (change,) = outcome.stage_changes

    assert (change.from_stage, change.to_stage, change.changed_at) == ("mql", "subscriber", NOON)
    assert standing(outcome).since_at == NOON


def test_who_stays_keeps_the_start_of_the_residence() -> None:
    """Being judged again is no move."""
    assert standing(judged(stood("subscriber"), CARD, NOON)).since_at == NOON - HOUR_MS


def test_nothing_is_dated_before_the_last_judgement() -> None:
    """A clock that goes back cannot put a change into the past."""
    outcome = judged(stood("mql"), CARD, NOON - DAY_MS)

    assert outcome.state.judged_at == NOON - HOUR_MS
    assert outcome.stage_changes[0].changed_at == NOON - HOUR_MS


def test_the_state_says_when_and_by_which_version_it_was_judged() -> None:
    """So a reader can tell which rules a lead was last seen under."""
    outcome = judged(stood("subscriber"), CARD, NOON)

    assert (outcome.state.judged_at, outcome.state.judged_by) == (NOON, "2026-03")


def test_a_renamed_stage_is_left_for_where_the_score_belongs() -> None:
    """A new scorecard without the old rung: one change away from it, even into the bottom stage."""
    (change,) = judged(stood("prospect"), CARD, NOON).stage_changes

    assert (change.from_stage, change.to_stage) == ("prospect", "subscriber")


def test_a_score_that_is_gone_is_forgotten() -> None:
    """Standings are those of the scorecard's scores, no others."""
    state = replace(stood("subscriber"), standings={"services": Standing("sql", NOON - HOUR_MS, None)})

    assert list(judged(state, CARD, NOON).state.standings) == ["platform"]


def test_each_named_score_is_judged_by_its_own_ladder() -> None:
    """One lead, two scores, two stages."""
    platform = CARD.scores["platform"]
    services = replace(platform, name="services", stages=(SUBSCRIBER, replace(MQL, enter_at=99.0)))
    both = replace(CARD, scores={"platform": platform, "services": services})

    outcome = judged(lead_of(both, NOON, NOON), both, NOON)

    assert {name: one.stage for name, one in outcome.state.standings.items()} == {
        "platform": "mql",
        "services": "subscriber",
    }
    assert [change.score_name for change in outcome.stage_changes] == ["platform"]


def test_fit_alone_can_place_a_lead() -> None:
    """Who it is counts as much as what it does, and does not fade: nobody needs waking."""
    industry = FitCriterion("industry", Condition("industry", Equals("Software")), 25.0)
    card = laddered(fit=(industry,), grades=MATRIX)
    known = LeadState(profile={("crm", "industry"): Attribute(NOON, 1, "software")})

    outcome = judged(known, card, NOON)

    assert standing(outcome) == Standing("lead", NOON, "A3")
    assert outcome.wake_at is None


def test_a_lead_that_will_fall_is_to_be_woken() -> None:
    """At the crossing itself when there is time to search for it: 30 points are below 15 after a day."""
    assert judged(lead_of(CARD, NOON), CARD, NOON).wake_at == NOON + DAY_MS + 1
