"""What a lead did before a signal was counted can be added, once, and be taken back as any other count."""

from dataclasses import replace

from scorer import NO_PAST, Activity, LeadState, backfilled, record, retract, uncounted, with_past
from tests.builders.records import DAY, HOUR, NOW
from tests.builders.scorecards import tiny_scorecard
from tests.promises.backfills import NEW_SIGNAL, asking_less

OLD, NEW = asking_less("tiny-1"), tiny_scorecard("tiny-2")
SIGNALS = uncounted(OLD, NEW)


def form(number: int = 0, at: int = NOW) -> Activity:
    """Return a form that lead-ada sent."""
    return Activity(number, "lead-ada", "form_fill", at, {"form_id": "demo"})


def past_of(*forms: Activity) -> LeadState:
    """Return the past of a lead who sent some forms."""
    past = NO_PAST
    for one in forms:
        past = with_past(past, one, SIGNALS, NEW, one.occurred_at)
    return past


def test_what_is_new_is_what_was_not_counted() -> None:
    """By the core's names, which tell other buckets and other measures apart."""
    assert uncounted(OLD, NEW) == {NEW_SIGNAL}
    assert uncounted(NEW, OLD) == set()


def test_only_the_signals_that_are_asked_for_are_in_a_past() -> None:
    """What was counted already is left to the counts that there are."""
    view = Activity(7, "lead-ada", "page_view", NOW, {"path": "/pricing"})

    assert with_past(NO_PAST, view, SIGNALS, NEW, NOW) is NO_PAST
    assert {key.signal for key in past_of(form()).cells} == {NEW_SIGNAL}


def test_a_repeat_changes_nothing() -> None:
    """Its producer sent it twice."""
    past = past_of(form(1))

    assert with_past(past, form(1), SIGNALS, NEW, NOW + HOUR) is past


def test_a_lead_with_its_past_is_as_if_it_had_been_counted() -> None:
    """Cells and journal; where it stands is for who judges it next."""
    forms = [form(number, NOW + number * HOUR) for number in range(3)]
    old = counted = LeadState()
    for one in forms:
        old = record(old, one, OLD, one.occurred_at).state
        counted = record(counted, one, NEW, one.occurred_at).state

    added = backfilled(old, past_of(*forms))

    assert (added.cells, added.journal) == (counted.cells, counted.journal)
    assert added.standings == old.standings


def test_adding_it_twice_adds_it_once() -> None:
    """As when a worker dies after the commit and its heir does not know."""
    past = past_of(form(1), form(2, NOW + 1))
    once = backfilled(LeadState(), past)

    assert backfilled(once, past) == once


def test_of_two_counts_of_a_bucket_the_larger_one_holds() -> None:
    """An earlier scorecard counted one form of three, and another bucket of which nothing is retained any more."""
    known = LeadState()
    for one in (form(9, NOW - 90 * DAY), form(1)):
        known = record(known, one, NEW, one.occurred_at).state

    added = backfilled(known, past_of(form(1), form(2, NOW + 1), form(3, NOW + 2)))

    assert sorted(cell.count for cell in added.cells.values()) == [1, 3]


def test_what_was_counted_after_all_can_be_taken_back() -> None:
    """The journal knows for what it was counted."""
    old = record(LeadState(), form(1), OLD, NOW).state
    added = backfilled(old, past_of(form(1)))

    taken_back = retract(added, "lead-ada", 1, NEW, NOW)

    assert not taken_back.state.cells
    assert replace(taken_back.state, journal=()).standings["default"].stage == "subscriber"
