"""The journal: finds, replaces, forgets by age and for want of room, in one order."""

import pytest

from scorer.facts.activity import Verdict
from scorer.facts.journal import JournalBounds, OpenJournal, find, with_entries
from scorer.facts.state import JournalEntry
from tests.examples.scorecards import NOON

BOUNDS = JournalBounds(entries_max=3, age_ms=1_000)


def entry(at: int, fingerprint: int, source: str = "lead-ada", *, is_retracted: bool = False) -> JournalEntry:
    """Return an entry of a page view, so many milliseconds after noon."""
    return JournalEntry(NOON + at, source, fingerprint, "page_view", None, Verdict.HUMAN, (), is_retracted)


def test_an_entry_is_found_by_source_and_fingerprint() -> None:
    """One producer's ids mean nothing under another id of the person."""
    journal = (entry(1, 7), entry(2, 7, "anonymous-7"))

    assert find(journal, "anonymous-7", 7, BOUNDS, NOON + 10) == journal[1]
    assert find(journal, "lead-bob", 7, BOUNDS, NOON + 10) is None
    assert find(journal, "lead-ada", 8, BOUNDS, NOON + 10) is None


def test_what_is_beyond_its_age_is_not_found_though_nobody_dropped_it_yet() -> None:
    """Else whether a repeat counts would depend on when the lead was looked at last."""
    journal = (entry(1, 7),)

    assert find(journal, "lead-ada", 7, BOUNDS, NOON + BOUNDS.age_ms) == journal[0]
    assert find(journal, "lead-ada", 7, BOUNDS, NOON + BOUNDS.age_ms + 1) is None


def test_entries_are_in_the_order_in_which_they_occurred() -> None:
    """Then by source, then by fingerprint, whatever the order of arrival."""
    come = [entry(5, 1), entry(3, 9), entry(3, 2), entry(3, 5, "anonymous-7")]

    journal = with_entries((), come, JournalBounds(), NOON + 10).entries

    assert [one.fingerprint for one in journal] == [5, 2, 9, 1]


def test_an_entry_takes_the_place_of_an_earlier_one_of_its_activity() -> None:
    """So a tombstone replaces what was taken back, and there is never a second."""
    journal = (entry(1, 7), entry(2, 8))

    changed = with_entries(journal, [entry(1, 7, is_retracted=True)], BOUNDS, NOON + 10)

    assert changed.entries == (entry(1, 7, is_retracted=True), entry(2, 8))


def test_what_is_too_old_is_forgotten_and_not_counted_as_evicted() -> None:
    """At the age bound, not a millisecond sooner."""
    journal = (entry(1, 7), entry(2, 8))

    assert with_entries(journal, (), BOUNDS, NOON + 1_000).entries == journal
    assert with_entries(journal, (), BOUNDS, NOON + 1_001).entries == (entry(2, 8),)
    assert with_entries(journal, (), BOUNDS, NOON + 1_001).evicted_count == 0


def test_for_want_of_room_the_oldest_goes_and_is_counted() -> None:
    """Also if it is the one that just came, late."""
    journal = (entry(1, 7), entry(2, 8), entry(3, 9))

    newer = with_entries(journal, [entry(4, 10)], BOUNDS, NOON + 10)
    late = with_entries(journal, [entry(0, 10)], BOUNDS, NOON + 10)

    assert ([one.fingerprint for one in newer.entries], newer.evicted_count) == ([8, 9, 10], 1)
    assert (late.entries, late.evicted_count) == (journal, 1)


@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("now", [10, 1_002])
def test_a_journal_that_grows_in_place_has_the_same(at: int, now: int) -> None:
    """In order or late, with room or without, before some are too old or after."""
    journal = (entry(1, 7), entry(2, 8), entry(3, 9))
    grown = OpenJournal(journal, BOUNDS)

    grown.add(entry(at, 10), NOON + now)

    expected = with_entries(journal, [entry(at, 10)], BOUNDS, NOON + now)
    assert (grown.entries, grown.evicted_count) == (expected.entries, expected.evicted_count)
    assert [grown.knows(one.fingerprint) for one in expected.entries] == [True] * len(expected.entries)
    assert not grown.knows(11)


@pytest.mark.parametrize(("entries_max", "age_ms"), [(0, 1), (1, 0), (-1, 5)])
def test_a_journal_that_remembers_nothing_is_refused(entries_max: int, age_ms: int) -> None:
    """It could neither recognise a repeat nor take anything back."""
    with pytest.raises(ValueError, match="at least 1"):
        JournalBounds(entries_max, age_ms)
