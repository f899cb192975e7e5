"""What a criterion is worth: each rule that decides results, one by one."""

import pytest

from scorer.facts.cells import pruned
from scorer.facts.state import Cell, CellKey, LeadState
from scorer.rules.scorecard import (
    Frequency,
    HalfLife,
    InactivityCriterion,
    Limit,
    Linear,
    Measure,
    Scorecard,
    Step,
)
from scorer.worth.valuation import value
from tests.examples.scorecards import DAY_MS, HOUR_MS, MINUTE_MS, NOON, both, card_of, criterion, lead_of, viewed


def worth(scorecard: Scorecard, lead: LeadState, at: int) -> float:
    """Return the score at an instant."""
    return value(lead, scorecard, at).score


def test_points_come_for_each_count() -> None:
    """Ten a view."""
    scorecard = card_of(criterion())

    assert worth(scorecard, lead_of(scorecard, NOON, NOON, NOON + DAY_MS), NOON + 2 * DAY_MS) == 30.0


def test_points_come_for_each_unit_of_a_measure() -> None:
    """Half a point a euro, kept in cents."""
    scorecard = card_of(criterion(points=0.5, is_per_measure=True), signals=[viewed(measure=Measure("amount", 100))])

    assert worth(scorecard, lead_of(scorecard, NOON, NOON, measures=(1999, -401)), NOON) == pytest.approx(7.99)


def test_a_verdict_weighs_the_count() -> None:
    """A person's view counts whole, a probable bot's half, a certain bot's not at all."""
    scorecard = card_of(criterion(), weights=(1.0, 0.5, 0.0))
    lead = both(*(lead_of(scorecard, NOON, verdict=verdict) for verdict in (0, 1, 2)))

    assert worth(scorecard, lead, NOON) == 15.0


def test_each_cell_is_aged_at_its_mean() -> None:
    """Two views of one bucket, half an hour apart, age as two at the quarter."""
    scorecard = card_of(criterion(decay=HalfLife(HOUR_MS)))
    lead = lead_of(scorecard, NOON, NOON + 30 * MINUTE_MS)

    assert worth(scorecard, lead, NOON + 75 * MINUTE_MS) == pytest.approx(10.0)


def test_an_activity_from_the_future_counts_in_full() -> None:
    """An age below zero is zero."""
    scorecard = card_of(criterion(decay=HalfLife(HOUR_MS), window_ms=DAY_MS))

    assert worth(scorecard, lead_of(scorecard, NOON), NOON - 3 * DAY_MS) == 10.0


def test_a_window_is_open_at_its_end() -> None:
    """A cell counts while its age is less than the window, measured at its mean."""
    scorecard = card_of(criterion(window_ms=DAY_MS))
    lead = lead_of(scorecard, NOON, NOON + 2)

    assert worth(scorecard, lead, NOON + DAY_MS) == 20.0
    assert worth(scorecard, lead, NOON + DAY_MS + 1) == 0.0


def test_linear_and_step_take_shares_of_the_original_points() -> None:
    """A tenth a day is nothing left after ten days, and as much on the last day as on the first."""
    linear, step = card_of(criterion(decay=Linear(10 * DAY_MS))), card_of(criterion(decay=Step(DAY_MS, 0.1)))
    lead = lead_of(linear, NOON)

    assert [worth(linear, lead, NOON + days * DAY_MS) for days in (1, 9, 10)] == pytest.approx([9.0, 1.0, 0.0])
    assert [worth(step, lead, NOON + days * DAY_MS - 1) for days in (1, 2, 10)] == pytest.approx([10.0, 9.0, 1.0])


def test_a_limit_scales_the_counts_of_each_utc_window() -> None:
    """Five views on one day and one on the next under `3 per 1d` are worth four; midnight is UTC's."""
    scorecard = card_of(criterion(limit=Limit(3, DAY_MS)))
    midnight = NOON + 12 * HOUR_MS
    lead = lead_of(scorecard, *(midnight - 1 - hour * HOUR_MS for hour in range(5)), midnight)

    assert worth(scorecard, lead, midnight) == pytest.approx(40.0)


def test_under_a_limit_each_cell_keeps_its_own_age() -> None:
    """Six views, three of them a half-life older, under a limit of three: each keeps half, and fades by itself."""
    scorecard = card_of(
        criterion(decay=HalfLife(6 * HOUR_MS), limit=Limit(3, DAY_MS)), signals=[viewed(keep_ms=90 * DAY_MS)]
    )
    lead = lead_of(scorecard, *([NOON] * 3), *([NOON + 6 * HOUR_MS] * 3))

    assert worth(scorecard, lead, NOON + 6 * HOUR_MS) == pytest.approx(0.5 * 30 * 0.5 + 0.5 * 30)


def test_an_added_activity_can_lower_a_limited_criterion_a_little() -> None:
    """The price of not knowing "the first three": an old one that comes late takes a share from the fresh ones."""
    scorecard = card_of(
        criterion(decay=HalfLife(HOUR_MS), limit=Limit(1, DAY_MS)), signals=[viewed(keep_ms=90 * DAY_MS)]
    )
    fresh, late = lead_of(scorecard, NOON), lead_of(scorecard, NOON, NOON - 5 * HOUR_MS)

    assert worth(scorecard, late, NOON) < worth(scorecard, fresh, NOON)


def test_a_limit_counts_by_weight_over_all_ids_of_a_person() -> None:
    """Two halves and a whole under two ids are two, of which a limit of one leaves half each."""
    scorecard = card_of(criterion(limit=Limit(1, DAY_MS)))
    lead = both(lead_of(scorecard, NOON), lead_of(scorecard, NOON, NOON + HOUR_MS, source="anonymous-7", verdict=1))

    assert worth(scorecard, lead, NOON) == pytest.approx(10.0)


def test_a_limit_scales_a_measure_by_the_counts() -> None:
    """Three orders of 100 under `2 per 1d` bring two thirds of 300."""
    scorecard = card_of(
        criterion(points=1.0, is_per_measure=True, limit=Limit(2, DAY_MS)),
        signals=[viewed(measure=Measure("amount", 1))],
    )

    assert worth(scorecard, lead_of(scorecard, NOON, NOON, NOON, measures=(100, 150, 50)), NOON) == pytest.approx(200.0)


def test_the_first_time_only_counts_once_at_the_earliest_cell() -> None:
    """However often it happens again, it fades from the first time on."""
    scorecard = card_of(criterion(decay=HalfLife(DAY_MS), limit=Limit(1, None)))
    lead = lead_of(scorecard, NOON + DAY_MS, NOON, NOON + 2 * DAY_MS)

    assert worth(scorecard, lead, NOON + 2 * DAY_MS) == pytest.approx(2.5)


def test_the_first_time_never_expires() -> None:
    """Long after the keep, and pruned, it still counts; the later times never do."""
    scorecard = card_of(criterion(limit=Limit(1, None)), signals=[viewed(keep_ms=8 * DAY_MS)])
    lead = lead_of(scorecard, NOON, NOON + DAY_MS, NOON + 2 * DAY_MS)
    at = NOON + 1_000 * DAY_MS

    assert worth(scorecard, lead, at) == 10.0
    assert worth(scorecard, LeadState(cells=pruned(lead.cells, scorecard, at)), at) == 10.0


def test_a_persons_first_time_is_not_a_bots() -> None:
    """The earliest of the heaviest verdict there is: a probable bot came first, and weighs only while alone."""
    scorecard = card_of(criterion(decay=HalfLife(DAY_MS), limit=Limit(1, None)))
    bot, person = lead_of(scorecard, NOON - 3 * DAY_MS, verdict=1), lead_of(scorecard, NOON)

    assert worth(scorecard, both(bot, person), NOON) == 10.0
    assert worth(scorecard, bot, NOON - 3 * DAY_MS) == 5.0


def test_the_measure_of_the_first_time_is_its_cells_mean() -> None:
    """Of two orders in the first hour nobody knows which was the first."""
    scorecard = card_of(
        criterion(points=1.0, is_per_measure=True, limit=Limit(1, None)),
        signals=[viewed(measure=Measure("amount", 100))],
    )
    lead = lead_of(scorecard, NOON, NOON + 1, NOON + DAY_MS, measures=(1_000, 3_000, 90_000))

    assert worth(scorecard, lead, NOON) == pytest.approx(20.0)


@pytest.mark.parametrize(("count", "points"), [(1, 0.0), (2, 20.0), (4, 40.0), (5, 0.0)])
def test_a_frequency_lets_each_count_in_while_it_is_in_range(count: int, points: float) -> None:
    """From two up to four in 30 days: points for each."""
    scorecard = card_of(criterion(frequency=Frequency(2, 4, 30 * DAY_MS, is_award=False)))

    assert worth(scorecard, lead_of(scorecard, *([NOON] * count)), NOON) == points


def test_an_award_comes_once_and_goes_with_the_gate() -> None:
    """Ten points for being in range, not ten each; full until the second last view is 30 days old."""
    scorecard = card_of(criterion(frequency=Frequency(2, None, 30 * DAY_MS, is_award=True), decay=HalfLife(DAY_MS)))
    lead = lead_of(scorecard, NOON, NOON + DAY_MS, NOON + 2 * DAY_MS)

    assert worth(scorecard, lead, NOON + 31 * DAY_MS - 1) == 10.0
    assert worth(scorecard, lead, NOON + 31 * DAY_MS) == 0.0


def test_a_gate_counts_what_is_in_its_window_only() -> None:
    """And only that brings points: of three views, two in the window, two are worth something."""
    scorecard = card_of(criterion(frequency=Frequency(2, None, DAY_MS, is_award=False)))
    lead = lead_of(scorecard, NOON - DAY_MS, NOON - DAY_MS + 1 + HOUR_MS, NOON)

    assert worth(scorecard, lead, NOON) == 20.0


def test_silence_brings_a_count_back_into_a_range() -> None:
    """At most two in a day: three views are too many, until the first is a day old."""
    scorecard = card_of(criterion(frequency=Frequency(1, 2, DAY_MS, is_award=False)))
    lead = lead_of(scorecard, NOON, NOON + HOUR_MS, NOON + 2 * HOUR_MS)

    assert [worth(scorecard, lead, NOON + DAY_MS + shift) for shift in (-1, 0)] == [0.0, 20.0]


def test_a_gate_of_none_is_open_for_a_lead_that_never_did_it() -> None:
    """`at most 0`: an award for never having unsubscribed."""
    scorecard = card_of(criterion(frequency=Frequency(0, 0, DAY_MS, is_award=True)))

    assert worth(scorecard, LeadState(), NOON) == 10.0
    assert worth(scorecard, lead_of(scorecard, NOON), NOON) == 0.0
    assert worth(scorecard, lead_of(scorecard, NOON), NOON + DAY_MS) == 10.0


def test_counts_that_weigh_a_tenth_add_up_to_a_whole() -> None:
    """Ten of them open a gate of one, although ten times 0.1 in floats is less than 1."""
    scorecard = card_of(criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True)), weights=(1.0, 0.1, 0.0))
    hours = [NOON + hour * HOUR_MS for hour in range(10)]

    assert worth(scorecard, lead_of(scorecard, *hours, verdict=1), NOON + DAY_MS) == 10.0
    assert worth(scorecard, lead_of(scorecard, *hours[:9], verdict=1), NOON + DAY_MS) == 0.0


def silence(*, is_repeated: bool = False, floor: float | None = None) -> InactivityCriterion:
    """Return a penalty of five points for seven silent days."""
    return InactivityCriterion("silent", ("viewed", "clicked"), 7 * DAY_MS, -5.0, is_repeated, None, floor)


TWO_SIGNALS = (viewed(), viewed(name="clicked"))


def test_inactivity_counts_once_the_period_is_over() -> None:
    """At its very end, and once."""
    scorecard = card_of(silence(), signals=TWO_SIGNALS)
    lead = lead_of(scorecard, NOON - DAY_MS, NOON)

    assert [worth(scorecard, lead, NOON + 7 * DAY_MS + shift) for shift in (-1, 0, 70 * DAY_MS)] == [0.0, -5.0, -5.0]


def test_repeated_inactivity_counts_each_period_down_to_its_floor() -> None:
    """Five points a week, twelve at most."""
    scorecard = card_of(silence(is_repeated=True, floor=-12.0), signals=TWO_SIGNALS)
    lead = lead_of(scorecard, NOON)

    assert [worth(scorecard, lead, NOON + weeks * 7 * DAY_MS) for weeks in (1, 2, 3, 99)] == [-5.0, -10.0, -12.0, -12.0]


def test_the_last_of_all_named_signals_ends_the_silence() -> None:
    """Whichever it was; one that weighs nothing ends none."""
    scorecard = card_of(silence(), signals=TWO_SIGNALS)
    lead = both(
        lead_of(scorecard, NOON),
        lead_of(scorecard, NOON + DAY_MS, signal="clicked"),
        lead_of(scorecard, NOON + 5 * DAY_MS, verdict=2),
    )

    assert [worth(scorecard, lead, NOON + days * DAY_MS) for days in (7, 8)] == [0.0, -5.0]


def test_a_lead_never_seen_is_not_silent() -> None:
    """Nobody knows since when."""
    scorecard = card_of(silence(is_repeated=True), signals=TWO_SIGNALS)

    assert worth(scorecard, LeadState(), NOON) == 0.0


def test_inactivity_asks_for_cells_that_have_expired_too() -> None:
    """Long after its keep the last view still says since when."""
    scorecard = card_of(silence(), signals=[viewed(keep_ms=DAY_MS), viewed(name="clicked")])
    lead = lead_of(scorecard, NOON)

    assert worth(scorecard, lead, NOON + 900 * DAY_MS) == -5.0


def test_an_expired_cell_is_worth_nothing_and_opens_no_gate() -> None:
    """From the end of its bucket plus the keep on, whether or not it was dropped."""
    plain = card_of(criterion(), signals=[viewed(keep_ms=DAY_MS)])
    gated = card_of(
        criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True)), signals=[viewed(keep_ms=DAY_MS)]
    )
    lead, end_at = lead_of(plain, NOON), NOON + HOUR_MS + DAY_MS

    assert [worth(plain, lead, at) for at in (end_at - 1, end_at)] == [10.0, 0.0]
    assert [worth(gated, lead, at) for at in (end_at - 1, end_at)] == [10.0, 0.0]


def test_as_a_limit_window_expires_its_score_never_rises() -> None:
    """All of its cells go at one instant, so none of them gets the share of one that went first."""
    scorecard = card_of(criterion(limit=Limit(1, DAY_MS)), signals=[viewed(keep_ms=DAY_MS)])
    lead = lead_of(scorecard, *(NOON + hour * HOUR_MS for hour in range(-12, 12)))

    hourly = [worth(scorecard, lead, NOON + hour * HOUR_MS) for hour in range(12, 72)]

    assert sorted({round(points, 9) for points in hourly}) == [0.0, 10.0]
    assert hourly == sorted(hourly, reverse=True)


def test_a_cell_without_a_count_is_worth_nothing() -> None:
    """What is left of a count that was taken back twice has no mean."""
    scorecard = card_of(criterion(), silence(), signals=TWO_SIGNALS)
    odd = LeadState(cells={CellKey("ada", "viewed", 0, NOON // HOUR_MS): Cell(0, 5, 3)})

    assert worth(scorecard, odd, NOON + 900 * DAY_MS) == 0.0


def test_a_criterion_is_clipped_at_the_instant() -> None:
    """The cap holds what is left after decay: of 40 points capped at 15 there are 15 for a while."""
    scorecard = card_of(criterion(decay=HalfLife(DAY_MS), cap=15.0), signals=[viewed(keep_ms=90 * DAY_MS)])
    lead = lead_of(scorecard, *([NOON] * 4))

    assert [worth(scorecard, lead, NOON + days * DAY_MS) for days in (0, 1, 2)] == [15.0, 15.0, 10.0]
