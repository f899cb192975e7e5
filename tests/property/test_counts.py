"""P6, as far as counts go: the order of arrival leaves no trace in cells, journal, profile, or what they are worth."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scorer import Activity, Cell, CellKey, JournalBounds, JournalEntry, ProfileUpdate, Scorecard, Verdict, explain
from scorer.facts.cells import add, expires_at, pruned, subtract
from scorer.facts.journal import OpenJournal, with_entries
from scorer.facts.profile import united
from scorer.worth.valuation import valued
from scorer.worth.view import view
from tests.strategies.histories import SPAN_MS, START_AT, histories, instants
from tests.strategies.leads import counted
from tests.strategies.scorecards import scorecards

CELLS = st.dictionaries(
    st.builds(
        CellKey,
        st.sampled_from(("ada", "bob")),
        st.sampled_from(("opened", "clicked")),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    st.builds(Cell, st.integers(1, 5), st.integers(0, 10_000), st.integers(-500, 500)),
)


@given(scorecards(), histories().flatmap(lambda history: st.tuples(st.just(history), st.permutations(history))))
def test_any_order_of_arrival_gives_the_same_lead_to_the_last_bit(
    scorecard: Scorecard, orders: tuple[list[Activity | ProfileUpdate], list[Activity | ProfileUpdate]]
) -> None:
    """Same cells, same profile, and the same explanation at a later instant, compared bit by bit."""
    lead, other = (counted(history, scorecard) for history in orders)
    at = START_AT + SPAN_MS + 12_345_678

    assert (other.cells, other.profile) == (lead.cells, lead.profile)
    assert repr(explain(other, scorecard, at)) == repr(explain(lead, scorecard, at))


@given(scorecards(), histories(), histories())
def test_merging_cells_and_profiles_is_counting_both_histories(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], other: list[Activity | ProfileUpdate]
) -> None:
    """The sum of two leads is the lead of both histories, and without one of them it is the other again."""
    shifted = [happened._replace(fingerprint=happened.fingerprint + 1_000) for happened in other]
    one, two, both = (counted(happened, scorecard) for happened in (history, shifted, history + shifted))

    assert add(one.cells, two.cells) == both.cells
    assert subtract(both.cells, two.cells) == one.cells
    assert united(one.profile, two.profile) == both.profile


@given(CELLS, CELLS, CELLS)
def test_cells_are_a_commutative_group(
    one: dict[CellKey, Cell], two: dict[CellKey, Cell], three: dict[CellKey, Cell]
) -> None:
    """Adding is associative and commutative, and taking back undoes it, without a trace of zeros."""
    assert add(one, two) == add(two, one)
    assert add(add(one, two), three) == add(one, add(two, three))
    assert subtract(add(one, two), two) == one
    assert subtract(one, one) == {}


@given(scorecards(), histories(), instants(6 * SPAN_MS), st.integers(0, 6 * SPAN_MS))
def test_pruning_never_changes_what_a_lead_is_worth(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], now: int, later_ms: int
) -> None:
    """At the instant of pruning and at every later one, in every named score, to the last bit."""
    short = {name: replace(signal, keep_ms=3_600_000) for name, signal in scorecard.signals.items()}
    hasty = replace(scorecard, signals=short)
    lead = counted(history, hasty)
    trimmed = replace(lead, cells=pruned(lead.cells, hasty, now))

    for score in hasty.scores.values():
        for at in (now, now + later_ms):
            assert valued(view(trimmed, hasty), score, at) == valued(view(lead, hasty), score, at)


@given(scorecards(), histories(), histories(), st.lists(instants(4 * SPAN_MS), min_size=2, max_size=2).map(sorted))
def test_pruning_early_and_often_leaves_what_pruning_once_leaves(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], more: list[Activity | ProfileUpdate], nows: list[int]
) -> None:
    """Cells that come after a pruning, late ones too, find the same tables in the end."""
    short = {name: replace(signal, keep_ms=3_600_000) for name, signal in scorecard.signals.items()}
    hasty = replace(scorecard, signals=short)
    one, two = counted(history, hasty).cells, counted(more, hasty).cells

    early = pruned(add(pruned(one, hasty, nows[0]), two), hasty, nows[1])

    late = pruned(add(one, two), hasty, nows[1])
    assert early == late


@given(scorecards(), histories(), histories(), instants(4 * SPAN_MS))
def test_a_live_count_taken_back_leaves_what_would_be_there_without_it(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], more: list[Activity | ProfileUpdate], now: int
) -> None:
    """Also after a pruning that saw it."""
    short = {name: replace(signal, keep_ms=3_600_000) for name, signal in scorecard.signals.items()}
    hasty = replace(scorecard, signals=short)
    cells, extra = counted(history, hasty).cells, counted(more, hasty).cells
    live = {key: cell for key, cell in extra.items() if (expires_at(key, hasty) or 0) > now}

    assert subtract(pruned(add(cells, live), hasty, now), live) == pruned(cells, hasty, now)


@st.composite
def entries(draw: st.DrawFn) -> list[JournalEntry]:
    """Return journal entries of different activities."""
    instants_at = draw(st.lists(st.integers(0, 5_000), max_size=12))
    return [
        JournalEntry(at, draw(st.sampled_from(("ada", "bob"))), number, "page_view", None, Verdict.HUMAN, ())
        for number, at in enumerate(instants_at)
    ]


@given(entries().flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))), st.integers(3_000, 9_000))
def test_a_journal_does_not_depend_on_the_order_of_arrival(
    orders: tuple[list[JournalEntry], list[JournalEntry]], now: int
) -> None:
    """One by one in any order, or all at once: the latest that the bounds allow."""
    bounds = JournalBounds(entries_max=4, age_ms=3_000)
    one_by_one: tuple[JournalEntry, ...] = ()
    in_place = OpenJournal((), bounds)
    for entry in orders[1]:
        one_by_one = with_entries(one_by_one, [entry], bounds, now).entries
        in_place.add(entry, now)

    assert one_by_one == with_entries((), orders[0], bounds, now).entries
    assert in_place.entries == one_by_one
