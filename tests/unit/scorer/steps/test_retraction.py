"""Taking back: counts go out once, repeats stay out, and what cannot be taken out is said."""

from dataclasses import replace

import pytest

from scorer import JournalBounds, LeadState, Retraction, Verdict, normalised, record, retract
from scorer.facts.state import Cell, JournalEntry
from scorer.rules.scorecard import InactivityCriterion, Measure
from scorer.steps.retraction import is_awaited
from tests.examples.ladders import laddered, page_view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion

CARD = laddered(criterion(points=20.0), width_ms=HOUR_MS, measure=Measure("seconds", 1))


def lived(*instants: int, bounds: JournalBounds = JournalBounds()) -> LeadState:  # noqa: B008 - an immutable value
    """Return a lead that viewed a page at some instants, for so many seconds as the place in the list, times ten."""
    state = LeadState()
    for place, at in enumerate(instants, 1):
        state = record(state, page_view(at, seconds=10 * place), CARD, at, bounds).state
    return state


def test_what_is_taken_back_leaves_its_cell_as_if_it_had_never_come() -> None:
    """Count, time and measure go out of the one cell that they went into."""
    outcome = retract(lived(NOON, NOON + 5), "lead-ada", NOON + 5, CARD, NOON + 9)

    assert outcome.retraction is Retraction.TAKEN_BACK
    assert outcome.state.cells == lived(NOON).cells
    assert list(outcome.state.cells.values()) == [Cell(1, 0, 10)]


def test_the_stage_follows_at_once() -> None:
    """A lead that should not have risen falls, dated by the retraction."""
    (change,) = retract(lived(NOON), "lead-ada", NOON, CARD, NOON + 9).stage_changes

    assert (change.from_stage, change.to_stage, change.changed_at) == ("lead", "subscriber", NOON + 9)


def test_taking_back_twice_takes_once() -> None:
    """The second time it is a repeat and changes nothing."""
    once = retract(lived(NOON, NOON + 5), "lead-ada", NOON, CARD, NOON + 9).state

    twice = retract(once, "lead-ada", NOON, CARD, NOON + 10)

    assert (twice.retraction, twice.is_repeat) == (Retraction.REPEATED, True)
    assert (twice.state.cells, twice.state.journal) == (once.cells, once.journal)


def test_a_repeat_of_what_was_taken_back_stays_out() -> None:
    """The tombstone recognises it."""
    state = retract(lived(NOON), "lead-ada", NOON, CARD, NOON + 9).state

    outcome = record(state, page_view(NOON), CARD, NOON + 10)

    assert outcome.is_repeat
    assert dict(outcome.state.cells) == {}


def test_a_retraction_may_come_first() -> None:
    """Then the activity never counts, and both orders leave the same state."""
    awaited = retract(LeadState(), "lead-ada", NOON, CARD, NOON + 1)
    came = record(awaited.state, page_view(NOON, seconds=10), CARD, NOON + 9)

    assert awaited.retraction is Retraction.AWAITED
    assert is_awaited(awaited.state.journal[0])
    assert came.is_repeat
    assert came.signals == ()
    came_first = retract(lived(NOON), "lead-ada", NOON, CARD, NOON + 9).state
    assert came.state == replace(came_first, standings=came.state.standings)


def test_another_source_s_activity_is_left_alone() -> None:
    """Fingerprints mean something within their source only."""
    outcome = retract(lived(NOON), "anonymous-7", NOON, CARD, NOON + 9)

    assert outcome.retraction is Retraction.AWAITED
    assert len(outcome.state.cells) == 1


@pytest.mark.parametrize(
    ("occurred_at", "expected"),
    [
        (NOON - DAY_MS, Retraction.BEYOND_JOURNAL),
        (NOON - DAY_MS + 1, Retraction.AWAITED),
        (NOON + HOUR_MS, Retraction.AWAITED),
        (None, Retraction.AWAITED),
    ],
)
def test_what_the_journal_is_too_young_for_is_named(occurred_at: int | None, expected: Retraction) -> None:
    """If it is known when the activity occurred, and that is past the journal's age, its counts may have to stay."""
    bounds = JournalBounds(age_ms=DAY_MS)

    outcome = retract(LeadState(), "lead-ada", 7, CARD, NOON, bounds, occurred_at=occurred_at)

    assert outcome.retraction is expected
    assert is_awaited(outcome.state.journal[0])


@pytest.mark.parametrize(
    ("occurred_at", "expected"), [(NOON, Retraction.BEYOND_JOURNAL), (NOON + 15, Retraction.AWAITED)]
)
def test_what_was_crowded_out_is_named(occurred_at: int, expected: Retraction) -> None:
    """A full journal cannot tell of anything before its first entry."""
    bounds = JournalBounds(entries_max=2)
    state = lived(NOON, NOON + 10, NOON + 20, bounds=bounds)

    outcome = retract(state, "lead-ada", 7, CARD, NOON + 30, bounds, occurred_at=occurred_at)

    assert outcome.retraction is expected
    assert outcome.state.cells == state.cells


def test_a_verdict_s_cell_is_the_one_that_is_taken_from() -> None:
    """A probable bot's count comes out of where it was counted, not out of a person's."""
    state = record(lived(NOON), page_view(NOON, 7, verdict=Verdict.PROBABLE_BOT), CARD, NOON).state

    outcome = retract(state, "lead-ada", 7, CARD, NOON)

    assert outcome.state.cells == lived(NOON).cells


def test_a_signal_that_is_gone_keeps_its_counts() -> None:
    """Without its width nobody can say which cell it was."""
    renamed = replace(laddered(), signals={"seen": replace(CARD.signals["viewed"], name="seen")})

    outcome = retract(lived(NOON), "lead-ada", NOON, renamed, NOON + 9)

    assert outcome.retraction is Retraction.TAKEN_BACK
    assert outcome.state.cells == lived(NOON).cells


def test_what_has_expired_and_gone_is_not_taken_out_of_thin_air() -> None:
    """An entry may name a cell that is no more, if the journal's bounds were narrower once: no count falls below 0."""
    entry = JournalEntry(NOON, "lead-ada", 7, "page_view", None, Verdict.HUMAN, (("viewed", 3),))

    outcome = retract(LeadState(journal=(entry,)), "lead-ada", 7, CARD, NOON + 9)

    assert outcome.retraction is Retraction.TAKEN_BACK
    assert dict(outcome.state.cells) == {}


def test_the_last_activity_before_the_one_taken_back_is_still_known() -> None:
    """Though all have expired: idleness is counted from what would be the last had the other never come."""
    idle = InactivityCriterion("idle", ("viewed",), HOUR_MS, -1.0, is_repeated=True, cap=None, floor=None)
    card = laddered(criterion(points=20.0, window_ms=HOUR_MS), idle, width_ms=60_000, keep_ms=HOUR_MS)
    state = LeadState()
    for hour in range(4):
        state = record(state, page_view(NOON + hour * HOUR_MS), card, NOON + hour * HOUR_MS).state
    state = normalised(state, card, NOON + 12 * HOUR_MS).state

    taken = retract(state, "lead-ada", NOON + 3 * HOUR_MS, card, NOON + 12 * HOUR_MS).state

    assert NOON + 2 * HOUR_MS in {key.bucket * 60_000 for key in taken.cells}
