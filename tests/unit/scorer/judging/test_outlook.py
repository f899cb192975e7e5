"""How much of a lead's future a judgement knows, and what an activity takes of it."""

from dataclasses import replace
from math import inf

import pytest

from scorer import Activity, LeadState, Outcome, ProfileUpdate, Scorecard, Verdict, record, update_profile
from scorer.judging.outlook import Outlook
from scorer.judging.room import NO_ROOM
from scorer.rules.scorecard import Group, NoDecay, Score, Side, Signal, SignalCriterion, Stage
from scorer.steps import lifecycle

NOW = 1_772_323_200_000
SECOND = 1_000


def scorecard(*, points: float = 3.0, window_ms: int | None = None) -> Scorecard:
    """Return rules by which each view brings some points, and ten make a lead."""
    signal = Signal("viewed", "page_view", (), None, SECOND, None)
    criterion = SignalCriterion("views", "viewed", points, False, NoDecay(), window_ms, None, None, None, None)
    engagement = Side((Group("web", (criterion,), None, None),), None, None, 1.0)
    stages = (Stage("subscriber", -inf, -inf, 0), Stage("lead", 10.0, 5.0, 0))
    score = Score("platform", engagement, Side((), None, None, 1.0), 0.0, 100.0, None, stages)
    return Scorecard("2026-03", {signal.name: signal}, {score.name: score}, score.name, (1.0, 0.5, 0.0))


CARD = scorecard()


def viewed(known: Outcome | None, second: int, *, ago: int = 0, by: Verdict = Verdict.HUMAN) -> Outcome:
    """Return the outcome of a view some seconds from now, of a lead as it was left."""
    at = NOW + second * SECOND
    activity = Activity(second, "lead-ada", "page_view", at - ago * SECOND, {}, verdict=by)
    state, outlook = (known.state, known.outlook) if known else (LeadState(), None)
    return record(state, activity, CARD, at, outlook=outlook)


def gain_left(outcome: Outcome) -> float:
    """Return the points that a lead may gain before anything can change."""
    assert outcome.outlook is not None
    return outcome.outlook.rooms[0].gain


def test_a_judgement_knows_how_far_the_next_stage_is() -> None:
    """Three points of the ten are there."""
    assert gain_left(viewed(None, 0)) == 7.0


def test_each_view_takes_its_points_of_the_room() -> None:
    """The second and the third still fit: nothing is valued for them, and the lead stands where it stood."""
    first = viewed(None, 0)
    second = viewed(first, 1)
    third = viewed(second, 2)

    assert [gain_left(outcome) for outcome in (first, second, third)] == [7.0, 4.0, 1.0]
    assert third.state.standings is first.state.standings
    assert third.state.judged_at == NOW + 2 * SECOND


def test_without_room_a_lead_is_valued() -> None:
    """The fourth view makes a lead, as it would have done without any outlook."""
    third = viewed(viewed(viewed(None, 0), 1), 2)
    fourth = viewed(third, 3)

    assert [change.to_stage for change in fourth.stage_changes] == ["lead"]
    assert fourth == viewed(Outcome(third.state), 3)


def test_what_weighs_nothing_takes_nothing() -> None:
    """A view by a certain bot is counted and leaves all room as it was; a probable one takes half."""
    first = viewed(None, 0)

    assert gain_left(viewed(first, 1, by=Verdict.CERTAIN_BOT)) == 7.0
    assert gain_left(viewed(first, 1, by=Verdict.PROBABLE_BOT)) == 5.5


def test_an_outlook_is_of_one_profile_and_one_scorecard() -> None:
    """After another word on the profile, or under other rules, nothing is known."""
    first = viewed(None, 0)
    assert first.outlook is not None
    named = update_profile(first.state, ProfileUpdate(1, "crm", NOW, {"title": "CTO"}), CARD, NOW)

    assert first.outlook.is_of(first.state, CARD)
    assert not first.outlook.is_of(named.state, CARD)
    assert not first.outlook.is_of(first.state, scorecard())


def test_nothing_is_known_from_the_wake_up_on() -> None:
    """A view that comes when the first one has left its window is valued."""
    card = scorecard(points=12.0, window_ms=60 * SECOND)
    first = record(LeadState(), Activity(1, "lead-ada", "page_view", NOW, {}), card, NOW)
    assert isinstance(first.outlook, Outlook)
    assert first.outlook.wake_at == first.wake_at

    at = first.outlook.until_at
    late = record(first.state, Activity(2, "lead-ada", "page_view", at, {}), card, at, outlook=first.outlook)
    plain = record(first.state, Activity(2, "lead-ada", "page_view", at, {}), card, at)
    assert replace(late, wake_at=plain.wake_at) == plain


def test_when_the_room_is_used_up_what_fills_it_is_measured_anew() -> None:
    """The judgement stands, the wake-up stays where it was, and the room is as wide as the lead is."""
    first = viewed(None, 0)
    assert first.outlook is not None
    narrow = first.outlook._replace(rooms=(first.outlook.rooms[0]._replace(gain=0.5),))

    again = viewed(replace(first, outlook=narrow), 1)

    assert again.state.standings is first.state.standings
    assert again.wake_at == narrow.wake_at
    assert gain_left(again) == 4.0


def test_another_word_on_the_profile_that_is_worth_nothing_keeps_the_room() -> None:
    """Nothing is valued for it, and the outlook goes on with the new profile."""
    first = viewed(None, 0)
    update = ProfileUpdate(1, "crm", NOW, {"title": "CTO"})

    named = update_profile(first.state, update, CARD, NOW + SECOND, outlook=first.outlook)

    assert named.outlook is not None
    assert named.outlook.is_of(named.state, CARD)
    assert gain_left(named) == gain_left(first)
    assert named == replace(update_profile(first.state, update, CARD, NOW + SECOND), wake_at=named.wake_at)


def test_a_lead_of_whom_nothing_was_known_begins_without_being_valued(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the bottom stage since its first activity, as it would have been judged."""
    plain = viewed(Outcome(LeadState(judged_at=NOW - 1)), 0)
    viewed(None, 0)
    monkeypatch.setattr(lifecycle, "judged", None)

    assert viewed(None, 0) == replace(plain, wake_at=None)


def test_of_terms_that_dwarf_the_thresholds_nothing_is_known() -> None:
    """Their last bits are worth more than the room: a lead with such a term is valued, as it would be without."""
    card = scorecard(points=1e12)
    first = record(LeadState(), Activity(1, "lead-ada", "page_view", NOW, {}), card, NOW)

    assert first.outlook is not None
    assert first.outlook.rooms == (NO_ROOM,)
