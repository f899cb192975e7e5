"""Cells: integers that add up and can be taken back, expire by rule, and are dropped when they matter no more."""

import pytest

from scorer.facts.activity import Verdict
from scorer.facts.cells import add, cells_of, expires_at, mean_at, pruned, subtract
from scorer.facts.state import Cell, CellKey
from scorer.rules.scorecard import Limit, Scorecard
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, card_of, criterion, lead_of, viewed

KEY = CellKey("lead-ada", "viewed", 0, NOON // HOUR_MS)


def test_an_activity_is_one_count_in_the_bucket_of_its_instant() -> None:
    """With the milliseconds after the bucket's start and the measure, under its source and verdict."""
    cells = cells_of(
        source="anonymous-7",
        verdict=Verdict.PROBABLE_BOT,
        occurred_at=NOON + 61_000,
        counted=[("viewed", 250)],
        scorecard=card_of(),
    )

    assert cells == {CellKey("anonymous-7", "viewed", 1, NOON // HOUR_MS): Cell(1, 61_000, 250)}


def test_a_signal_that_the_scorecard_does_not_know_fills_no_cell() -> None:
    """Its width is unknown, so nobody can say which one."""
    cells = cells_of(source="ada", verdict=0, occurred_at=NOON, counted=[("gone", 0)], scorecard=card_of())

    assert cells == {}


def test_counters_add_up_and_come_apart_again() -> None:
    """Count, offset and measure each; a cell that is back at zero is not there."""
    one, two = {KEY: Cell(2, 500, -30)}, {KEY: Cell(1, 400, 50)}

    assert add(one, two) == {KEY: Cell(3, 900, 20)}
    assert subtract(add(one, two), two) == one
    assert subtract(one, one) == {}


def test_a_cell_with_anything_left_in_it_stays() -> None:
    """A count of zero with a measure is not nothing: hiding it would hide that something was taken back twice."""
    assert subtract({KEY: Cell(1, 0, 5)}, {KEY: Cell(1, 0, 3)}) == {KEY: Cell(0, 0, 2)}


def test_the_mean_is_the_bucket_plus_the_mean_offset() -> None:
    """In fractions of a millisecond."""
    assert mean_at(KEY, Cell(2, 3_001, 0), HOUR_MS) == NOON + 1_500.5


def test_a_late_activity_moves_its_cells_mean() -> None:
    """The price of counting in buckets, and the reason why they are narrow."""
    early = lead_of(card_of(), NOON + HOUR_MS - 1)
    late = lead_of(card_of(), NOON + HOUR_MS - 1, NOON)

    assert [mean_at(key, cell, HOUR_MS) - NOON for key, cell in early.cells.items()] == [HOUR_MS - 1]
    assert [mean_at(key, cell, HOUR_MS) - NOON for key, cell in late.cells.items()] == [(HOUR_MS - 1) / 2]


@pytest.mark.parametrize(
    ("scorecard", "expiry"),
    [
        (card_of(signals=[viewed(keep_ms=DAY_MS)]), NOON + HOUR_MS + DAY_MS),
        (card_of(criterion(limit=Limit(3, DAY_MS)), signals=[viewed(keep_ms=DAY_MS)]), NOON + DAY_MS // 2 + DAY_MS),
        (card_of(signals=[viewed(keep_ms=None)]), None),
        (card_of(signals=[viewed(name="other")]), None),
    ],
    ids=["after its bucket", "after its limit window", "never", "unknown signal"],
)
def test_a_cell_expires_a_keep_after_its_bucket_and_limit_window(scorecard: Scorecard, expiry: int | None) -> None:
    """The same instant for all cells of one limit window, wherever their means are."""
    assert expires_at(KEY, scorecard) == expiry


def test_all_cells_of_a_limit_window_expire_at_one_instant() -> None:
    """The first hour of the day and the last one."""
    scorecard = card_of(criterion(limit=Limit(3, DAY_MS)), signals=[viewed(keep_ms=DAY_MS)])
    midnight = NOON // DAY_MS * 24

    expiries = {expires_at(KEY._replace(bucket=midnight + hour), scorecard) for hour in range(24)}

    assert len(expiries) == 1


def test_of_the_expired_the_first_and_the_last_bucket_stay() -> None:
    """Five hours of views, all a day old and older, then one that is live: hours 1 and 5 stay with it."""
    scorecard = card_of(signals=[viewed(keep_ms=DAY_MS)])
    hours = [NOON + hour * HOUR_MS for hour in (0, 1, 2, 3, 4)]
    lead = lead_of(scorecard, *hours, NOON + 3 * DAY_MS)

    kept = pruned(lead.cells, scorecard, NOON + 3 * DAY_MS)

    first = NOON // HOUR_MS
    assert sorted(key.bucket - first for key in kept) == [0, 4, 72]


def test_each_source_and_verdict_keeps_its_own_first_and_last() -> None:
    """First time only asks by verdict, and taking an identity apart by source."""
    scorecard = card_of(signals=[viewed(keep_ms=DAY_MS)])
    hours = [NOON + hour * HOUR_MS for hour in range(4)]
    cells = {
        **lead_of(scorecard, *hours).cells,
        **lead_of(scorecard, *hours, source="anonymous-7").cells,
        **lead_of(scorecard, *hours, verdict=1).cells,
    }

    kept = pruned(cells, scorecard, NOON + 9 * DAY_MS)

    series = [("lead-ada", 0), ("anonymous-7", 0), ("lead-ada", 1)]
    ends = (NOON // HOUR_MS, NOON // HOUR_MS + 3)
    assert set(kept) == {CellKey(source, "viewed", verdict, bucket) for source, verdict in series for bucket in ends}


def test_a_bucket_goes_at_the_very_instant_at_which_it_expires() -> None:
    """The middle one of three, at the end of its hour plus the keep, not a millisecond before."""
    scorecard = card_of(signals=[viewed(keep_ms=DAY_MS)])
    lead = lead_of(scorecard, *(NOON + hour * HOUR_MS for hour in range(3)))
    expiry = NOON + 3 * HOUR_MS + DAY_MS

    assert len(pruned(lead.cells, scorecard, expiry - 1)) == 3
    assert len(pruned(lead.cells, scorecard, expiry)) == 2


@pytest.mark.parametrize("keep_ms", [None, 9 * DAY_MS])
def test_what_has_not_expired_stays_as_it_is(keep_ms: int | None) -> None:
    """The very same object, so that a caller sees that nothing went."""
    scorecard = card_of(signals=[viewed(keep_ms=keep_ms)])
    lead = lead_of(scorecard, *(NOON + hour * HOUR_MS for hour in range(9)))

    assert pruned(lead.cells, scorecard, NOON + 9 * DAY_MS) is lead.cells


def test_cells_of_unknown_signals_are_left_alone() -> None:
    """Another version of the scorecard may know them."""
    lead = lead_of(card_of(), *(NOON + hour * HOUR_MS for hour in range(9)))

    assert pruned(lead.cells, card_of(signals=[viewed(name="other", keep_ms=1)]), NOON + 900 * DAY_MS) is lead.cells
