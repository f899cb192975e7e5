"""Erasure: nothing is left, and nobody hears of it."""

from scorer import LeadState, ProfileUpdate, forget, record, update_profile
from tests.examples.ladders import laddered, page_view
from tests.examples.scorecards import NOON, criterion


def test_nothing_of_a_forgotten_lead_is_left() -> None:
    """No cell, no journal, no profile, no stage; no change is told and nobody is woken."""
    card = laddered(criterion(points=60.0, window_ms=60_000))
    known = record(LeadState(), page_view(NOON), card, NOON).state
    known = update_profile(known, ProfileUpdate(1, "crm", NOON, {"title": "Head of Sales"}), card, NOON).state

    outcome = forget(known)

    assert outcome.state == LeadState()
    assert (outcome.stage_changes, outcome.grade_changes, outcome.wake_at) == ((), (), None)


def test_who_comes_back_is_new() -> None:
    """Its first stage is told from nowhere again, and an old activity is no repeat."""
    card = laddered(criterion(points=60.0))
    known = record(LeadState(), page_view(NOON), card, NOON).state

    outcome = record(forget(known).state, page_view(NOON), card, NOON)

    assert not outcome.is_repeat
    assert [(change.from_stage, change.to_stage) for change in outcome.stage_changes] == [(None, "mql")]
