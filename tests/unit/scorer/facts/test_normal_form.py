"""The normal form: what expiry and the journal's bounds leave, and never less than can be taken back."""

from scorer import JournalBounds, LeadState, Verdict, record, value
from scorer.facts.normal_form import cells_counted, normalised
from scorer.facts.state import Cell, CellKey, JournalEntry
from scorer.rules.scorecard import HalfLife, Limit
from tests.examples.ladders import laddered, page_view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion

CARD = laddered(
    criterion(decay=HalfLife(DAY_MS)), criterion("first", limit=Limit(1, None)), width_ms=HOUR_MS, keep_ms=DAY_MS
)
BOUNDS = JournalBounds(age_ms=2 * HOUR_MS)


def viewed(hours: int) -> LeadState:
    """Return a lead that viewed a page in each of some hours from noon on."""
    state = LeadState()
    for hour in range(hours):
        at = NOON + hour * HOUR_MS
        state = record(state, page_view(at), CARD, at, BOUNDS).state
    return state


def hours_of(state: LeadState) -> list[int]:
    """Return the hours after noon of a lead's cells."""
    return sorted(key.bucket - NOON // HOUR_MS for key in state.cells)


def test_expired_cells_go_but_for_the_first_and_the_last_of_them() -> None:
    """An hour's cell is valued until a day after the hour; the first time and the last one are facts for good."""
    state = viewed(6)

    assert hours_of(normalised(state, CARD, NOON + DAY_MS + HOUR_MS, BOUNDS).state) == [0, 1, 2, 3, 4, 5]
    assert hours_of(normalised(state, CARD, NOON + DAY_MS + 4 * HOUR_MS, BOUNDS).state) == [0, 3, 4, 5]
    assert hours_of(normalised(state, CARD, NOON + 9 * DAY_MS, BOUNDS).state) == [0, 5]


def test_dropping_changes_no_value() -> None:
    """What goes was worth nothing any more, now and later."""
    state = viewed(6)
    now = NOON + DAY_MS + 4 * HOUR_MS

    kept = normalised(state, CARD, now, BOUNDS).state

    assert len(kept.cells) < len(state.cells)
    for at in (now, now + 1, now + HOUR_MS, now + 3 * DAY_MS):
        assert value(kept, CARD, at) == value(state, CARD, at)


def test_a_cell_that_can_be_taken_from_stays() -> None:
    """While the journal remembers the activity, also when the cell has expired and others stand in for it."""
    long_memory = JournalBounds(age_ms=30 * DAY_MS)
    state = LeadState()
    for hour in range(4):
        at = NOON + hour * HOUR_MS
        state = record(state, page_view(at), CARD, at, long_memory).state

    assert hours_of(normalised(state, CARD, NOON + 9 * DAY_MS, long_memory).state) == [0, 1, 2, 3]
    assert hours_of(normalised(state, CARD, NOON + 40 * DAY_MS, long_memory).state) == [0, 3]


def test_the_journal_forgets_by_age_and_for_want_of_room() -> None:
    """The former silently, the latter with a count."""
    tight = normalised(viewed(3), CARD, NOON + 2 * HOUR_MS, JournalBounds(entries_max=1, age_ms=2 * HOUR_MS))

    assert [entry.occurred_at for entry in tight.state.journal] == [NOON + 2 * HOUR_MS]
    assert tight.evicted_count == 1


def test_a_normal_form_is_its_own() -> None:
    """Bringing it about twice is bringing it about once."""
    once = normalised(viewed(6), CARD, NOON + 9 * DAY_MS, BOUNDS)

    assert normalised(once.state, CARD, NOON + 9 * DAY_MS, BOUNDS).state == once.state


def test_the_cells_of_an_entry_are_those_that_its_activity_filled() -> None:
    """Found by the width of the signal, for every signal that it was counted under."""
    entry = JournalEntry(
        NOON + 90, "lead-ada", 7, "page_view", None, Verdict.PROBABLE_BOT, (("viewed", 25), ("gone", 1))
    )

    assert cells_counted(entry, CARD) == {CellKey("lead-ada", "viewed", 1, NOON // HOUR_MS): Cell(1, 90, 25)}
