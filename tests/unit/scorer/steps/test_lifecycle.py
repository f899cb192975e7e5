"""The steps of a lead's life: recorded once, judged at its instant, woken in time."""

from dataclasses import replace

import pytest

from scorer import (
    Activity,
    JournalBounds,
    LeadState,
    ProfileUpdate,
    Verdict,
    advance,
    next_crossing,
    record,
    retract,
    update_profile,
)
from scorer.facts.state import Cell, CellKey, JournalEntry
from scorer.rules.conditions import Condition, Equals, Glob
from scorer.rules.scorecard import FitCriterion, HalfLife, Measure
from tests.examples.ladders import laddered, page_view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion

CARD = laddered(
    criterion(points=15.0, decay=HalfLife(DAY_MS)),
    fit=(FitCriterion("industry", Condition("industry", Equals("Software")), 20.0),),
)


def lived(*activities: Activity) -> LeadState:
    """Return a lead that did something, each at its time."""
    state = LeadState()
    for activity in activities:
        state = record(state, activity, CARD, activity.occurred_at).state
    return state


def test_an_activity_is_counted_remembered_and_judged() -> None:
    """One cell, one journal entry, and the signals that it counted for."""
    outcome = record(LeadState(), page_view(NOON), CARD, NOON + 5)

    assert dict(outcome.state.cells) == {CellKey("lead-ada", "viewed", 0, NOON): Cell(1, 0, 0)}
    assert outcome.state.journal == (
        JournalEntry(NOON, "lead-ada", NOON, "page_view", None, Verdict.HUMAN, (("viewed", 0),)),
    )
    assert outcome.signals == ("viewed",)
    assert outcome.state.judged_at == NOON + 5
    assert not outcome.is_repeat


def test_a_measure_and_a_verdict_are_kept_with_the_count() -> None:
    """An activity that a probable bot did is counted apart, with what it measured."""
    card = laddered(criterion(), width_ms=HOUR_MS, measure=Measure("seconds", 10))
    activity = page_view(NOON + 90, verdict=Verdict.PROBABLE_BOT, seconds=2.5)

    outcome = record(LeadState(), activity, card, NOON + 100)

    assert dict(outcome.state.cells) == {CellKey("lead-ada", "viewed", 1, NOON // HOUR_MS): Cell(1, 90, 25)}
    assert outcome.state.journal[0].counted == (("viewed", 25),)


def test_an_activity_that_matches_nothing_is_remembered_only() -> None:
    """So that its repeat is recognised, too, if a new scorecard counts it."""
    outcome = record(LeadState(), page_view(NOON)._replace(type="webinar_joined"), CARD, NOON)

    assert dict(outcome.state.cells) == {}
    assert len(outcome.state.journal) == 1
    assert outcome.signals == ()


def test_conditions_decide_what_counts() -> None:
    """A view of another page is no view of the prices."""
    signal = replace(CARD.signals["viewed"], conditions=(Condition("path", Glob("/pricing*")),))
    card = replace(CARD, signals={"viewed": signal})

    assert record(LeadState(), page_view(NOON, path="/pricing/teams"), card, NOON).signals == ("viewed",)
    assert record(LeadState(), page_view(NOON, path="/blog"), card, NOON).signals == ()


def test_a_repeat_counts_for_nothing() -> None:
    """A producer's own retry, even with other contents, is the activity that is known already."""
    state = lived(page_view(NOON, 7))

    outcome = record(state, page_view(NOON + 50, 7), CARD, NOON + 60)

    assert outcome.is_repeat
    assert outcome.signals == ()
    assert (outcome.state.cells, outcome.state.journal) == (state.cells, state.journal)


def test_a_repeat_under_another_id_of_the_person_is_none() -> None:
    """Fingerprints are compared within one source."""
    outcome = record(lived(page_view(NOON, 7)), page_view(NOON, 7, "anonymous-7"), CARD, NOON)

    assert not outcome.is_repeat
    assert len(outcome.state.cells) == 2


def test_a_repeat_is_judged_nevertheless() -> None:
    """Whoever was not woken in time is found out now, dated now, and told when to come again."""
    state = lived(page_view(NOON), page_view(NOON + 1))

    outcome = record(state, page_view(NOON), CARD, NOON + 2 * DAY_MS)

    assert outcome.is_repeat
    assert [(change.to_stage, change.changed_at) for change in outcome.stage_changes] == [
        ("subscriber", NOON + 2 * DAY_MS)
    ]


def test_a_late_activity_counts_in_its_own_time() -> None:
    """It has faded on arrival, and what changes by it is dated by its arrival."""
    state = lived(page_view(NOON), page_view(NOON + DAY_MS))

    outcome = record(state, page_view(NOON + 1), CARD, NOON + DAY_MS)

    assert outcome.state.standings["platform"].stage == "lead"
    assert outcome.stage_changes == ()
    assert list(outcome.state.cells.values()) == [Cell(1, 0, 0)] * 3


def test_a_promotion_is_dated_by_the_activity_that_made_it() -> None:
    """The instant of the judgement, not of the producer's clock."""
    outcome = record(lived(page_view(NOON)), page_view(NOON + 10), CARD, NOON + 900)

    (change,) = outcome.stage_changes
    assert (change.from_stage, change.to_stage, change.changed_at) == ("subscriber", "lead", NOON + 900)


def test_what_one_step_asks_for_is_never_too_late() -> None:
    """A step's wake-up lies between itself and the crossing."""
    outcome = record(lived(page_view(NOON)), page_view(NOON + 10), CARD, NOON + 10)
    crossing_at = next_crossing(outcome.state, CARD, NOON + 10)

    assert crossing_at is not None
    assert outcome.wake_at is not None
    assert NOON + 10 < outcome.wake_at <= crossing_at


def test_what_lies_beyond_the_next_thing_that_happens_is_not_looked_for() -> None:
    """A crossing at that instant is still found; past it, nothing is, and waking the lead there finds the rest."""
    views = [page_view(NOON + number) for number in range(3)]
    state, at = lived(*views[:-1]), views[-1].occurred_at
    crossing = next_crossing(record(state, views[-1], CARD, at).state, CARD, at)
    assert crossing is not None

    up_to = record(state, views[-1], CARD, at, until=crossing)
    short = record(state, views[-1], CARD, at, until=crossing - 1)

    assert up_to.wake_at == crossing
    assert short.wake_at is None
    assert short.state == up_to.state
    later = advance(short.state, CARD, crossing - 1, outlook=short.outlook, until=crossing)
    assert later.stage_changes == ()
    assert later.wake_at == crossing


def test_waking_at_the_crossing_stamps_the_crossing() -> None:
    """And a wake-up before it changes nothing but says exactly when to come again."""
    state = record(lived(page_view(NOON)), page_view(NOON + 10), CARD, NOON + 10).state
    early = advance(state, CARD, NOON + HOUR_MS)

    assert (early.stage_changes, early.grade_changes) == ((), ())
    assert early.wake_at is not None
    woken = advance(early.state, CARD, early.wake_at)
    assert [(change.to_stage, change.changed_at) for change in woken.stage_changes] == [("subscriber", early.wake_at)]
    assert advance(early.state, CARD, early.wake_at - 1).stage_changes == ()


def test_a_new_scorecard_values_the_old_counts() -> None:
    """Doubled points promote at once, with no activity."""
    generous = laddered(criterion(points=60.0, decay=HalfLife(DAY_MS)), version="2026-04")

    outcome = advance(lived(page_view(NOON)), generous, NOON + 1)

    (change,) = outcome.stage_changes
    assert (change.to_stage, change.scorecard_version) == ("mql", "2026-04")
    assert outcome.state.judged_by == "2026-04"


def test_a_profile_update_is_worth_something() -> None:
    """Fit is judged at once, and the same word again is a repeat."""
    update = ProfileUpdate(1, "crm", NOON, {"industry": "software"})

    first = update_profile(LeadState(), update, CARD, NOON + 5)
    again = update_profile(first.state, update, CARD, NOON + 6)

    assert [(change.to_stage, change.changed_at) for change in first.stage_changes] == [("lead", NOON + 5)]
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert again.state.profile == first.state.profile


def test_an_older_word_changes_nothing() -> None:
    """What a source said last wins, whatever comes last."""
    known = update_profile(LeadState(), ProfileUpdate(2, "crm", NOON, {"industry": "farming"}), CARD, NOON).state

    outcome = update_profile(known, ProfileUpdate(1, "crm", NOON - 1, {"industry": "software"}), CARD, NOON + 1)

    assert outcome.is_repeat
    assert outcome.state.standings["platform"].stage == "subscriber"


def test_an_attribute_can_be_taken_back() -> None:
    """Null is a word like any other."""
    known = update_profile(LeadState(), ProfileUpdate(1, "crm", NOON, {"industry": "software"}), CARD, NOON).state

    outcome = update_profile(known, ProfileUpdate(2, "crm", NOON + 1, {"industry": None}), CARD, NOON + 1)

    assert [change.to_stage for change in outcome.stage_changes] == ["subscriber"]


def test_evictions_are_counted() -> None:
    """A journal without room says so, as it cannot recognise the repeat of what it dropped."""
    bounds = JournalBounds(entries_max=2)
    state = LeadState()
    evicted = []
    for at in (NOON, NOON + 1, NOON + 2):
        outcome = record(state, page_view(at), CARD, at, bounds)
        evicted.append(outcome.evicted_count)
        state = outcome.state

    assert evicted == [0, 0, 1]
    assert [entry.occurred_at for entry in state.journal] == [NOON + 1, NOON + 2]


@pytest.mark.parametrize("step", ["record", "advance", "update_profile", "retract"])
def test_a_clock_that_goes_back_changes_no_past(step: str) -> None:
    """Whatever the caller's `now`, nothing is dated before the last judgement."""
    state, early = lived(page_view(NOON), page_view(NOON + 1)), NOON - DAY_MS
    steps = {
        "record": lambda: record(state, page_view(early), CARD, early),
        "advance": lambda: advance(state, CARD, early),
        "update_profile": lambda: update_profile(state, ProfileUpdate(1, "crm", early, {}), CARD, early),
        "retract": lambda: retract(state, "lead-ada", NOON, CARD, early),
    }

    outcome = steps[step]()

    assert outcome.state.judged_at == NOON + 1
    assert all(change.changed_at == NOON + 1 for change in outcome.stage_changes)
    assert outcome.wake_at is None or outcome.wake_at > NOON + 1
