"""The value of a lead: clips in order, weights, named scores, the past, bounds and horizon."""

import math
from dataclasses import replace

import pytest

from scorer.facts.activity import ProfileUpdate
from scorer.facts.profile import folded
from scorer.facts.state import LeadState
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import (
    Band,
    FitCriterion,
    Frequency,
    GradeMatrix,
    Group,
    HalfLife,
    InactivityCriterion,
    Linear,
    Measure,
    Side,
    SignalCriterion,
    Step,
)
from scorer.worth.criteria import FAR_AT
from scorer.worth.valuation import Bounds, bounds, last_change_at, value, valued
from scorer.worth.view import view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, card_of, criterion, lead_of, score_of, side_of, viewed

SOFTWARE = FitCriterion("software", Condition("industry", Equals("software")), 30.0)
IN_SOFTWARE = folded({}, ProfileUpdate(1, "lead-ada", NOON, {"industry": "Software"}))


def test_a_new_lead_is_worth_nothing_and_not_null() -> None:
    """Every known lead has a score."""
    assert value(LeadState(), card_of(criterion(), fit=[SOFTWARE]), NOON)[:3] == (0.0, 0.0, 0.0)


def test_a_score_is_clamped_into_its_scale() -> None:
    """A new lead on a scale from 10 to 20 has 10."""
    card = card_of(score=score_of(side_of(criterion()), side_of(), lowest=10.0, highest=20.0))

    assert value(LeadState(), card, NOON).score == 10.0
    assert value(lead_of(card, *([NOON] * 9)), card, NOON).score == 20.0


def test_clips_come_in_order_criterion_group_side_total() -> None:
    """Each works on what the one before left: 40 -> 25; 25 + 25 -> 45; 45 + 10 -> 50; twice 50 -> 90."""
    rich = [criterion(f"views_{number}", points=40.0, cap=25.0) for number in (1, 2)]
    groups = (Group("web", tuple(rich), 45.0, None), Group("mail", (criterion("other"),), None, None))
    card = card_of(score=score_of(Side(groups, 50.0, None, 2.0), side_of(), highest=90.0))

    valuation = value(lead_of(card, NOON), card, NOON)

    assert (valuation.engagement, valuation.score) == (50.0, 90.0)


def test_floors_hold_penalties_so_that_nobody_is_buried() -> None:
    """A criterion's, then its group's, then the side's."""
    sink = [criterion(f"loss_{number}", points=-40.0, floor=-25.0) for number in (1, 2)]
    card = card_of(score=score_of(Side((Group("web", tuple(sink), None, -45.0),), None, -30.0, 1.0), side_of()))

    assert value(lead_of(card, NOON), card, NOON).score == -30.0


def test_the_total_weighs_engagement_and_fit() -> None:
    """Two sides that add up, each with its weight; the valuation tells them before."""
    card = card_of(score=score_of(side_of(criterion(), weight=0.5), side_of(SOFTWARE, weight=2.0)))
    lead = replace(lead_of(card, NOON), profile=IN_SOFTWARE)

    assert value(lead, card, NOON)[:3] == (65.0, 10.0, 30.0)


def test_the_grade_is_that_of_both_sides_before_their_weights() -> None:
    """Fit 30 and engagement 10, not 60 and 5."""
    matrix = GradeMatrix(fit=(Band("A", 40.0), Band("B", 0.0)), engagement=(Band("1", 10.0), Band("2", 0.0)))
    card = card_of(score=score_of(side_of(criterion(), weight=0.5), side_of(SOFTWARE, weight=2.0), grades=matrix))
    lead = replace(lead_of(card, NOON), profile=IN_SOFTWARE)

    assert value(lead, card, NOON).grade == "B1"


def test_each_named_score_values_the_same_counts() -> None:
    """The default one unless another is asked for."""
    card = card_of(criterion())
    services = replace(score_of(side_of(criterion(points=3.0)), side_of()), name="services")
    both = replace(card, scores={**card.scores, "services": services})
    lead = lead_of(both, NOON)

    assert (value(lead, both, NOON).score, value(lead, both, NOON, "services").score) == (10.0, 3.0)
    with pytest.raises(KeyError, match="hardware"):
        value(lead, both, NOON, "hardware")


def test_the_same_cells_give_the_same_bits_in_whatever_order_they_are_stored() -> None:
    """Terms are summed by the cells' keys: many small decayed parts, both ways."""
    card = card_of(criterion(points=0.1, decay=HalfLife(DAY_MS)))
    lead = lead_of(card, *(NOON + hour * HOUR_MS for hour in range(300)))
    backwards = LeadState(cells=dict(reversed(list(lead.cells.items()))))

    assert list(backwards.cells) != list(lead.cells)
    assert value(backwards, card, NOON + 40 * DAY_MS).score.hex() == value(lead, card, NOON + 40 * DAY_MS).score.hex()


def test_cells_of_signals_that_the_scorecard_does_not_know_are_worth_nothing() -> None:
    """They are of another version."""
    lead = lead_of(card_of(), NOON)

    assert value(lead, card_of(criterion(signal="other"), signals=[viewed(name="other")]), NOON).score == 0.0


def test_a_view_of_the_past_knows_no_later_bucket_and_counts_straddlers() -> None:
    """At half past two of four hours of views: two are in, one is left out and counted, one is not yet."""
    card = card_of(criterion())
    lead = lead_of(card, *(NOON + hour * HOUR_MS for hour in range(4)))
    at = NOON + 2 * HOUR_MS + 30 * 60_000

    past = view(lead, card, past_at=at)

    assert valued(past, card.scores["platform"], at).score == 20.0
    assert past.straddling_count == 1


def test_a_bucket_that_ends_at_the_instant_is_past_and_one_that_starts_there_is_not() -> None:
    """Neither straddles."""
    card = card_of(criterion())
    past = view(lead_of(card, NOON, NOON + HOUR_MS), card, past_at=NOON + HOUR_MS)

    assert valued(past, card.scores["platform"], NOON + HOUR_MS).score == 10.0
    assert past.straddling_count == 0


def test_a_straddler_that_weighs_nothing_is_not_counted() -> None:
    """It is missed by nobody."""
    card = card_of(criterion())

    assert view(lead_of(card, NOON, verdict=2), card, past_at=NOON + 1).straddling_count == 0


def bounds_of(*criteria: SignalCriterion | InactivityCriterion, days: tuple[float, float]) -> Bounds:
    """Return the bounds of a lead with one view at noon over some days after it."""
    card = card_of(*criteria, signals=[viewed(keep_ms=900 * DAY_MS)])
    prepared = view(lead_of(card, NOON), card)
    return bounds(prepared, card.scores["platform"], *(NOON + int(day * DAY_MS) for day in days))


@pytest.mark.parametrize(
    ("one", "days", "low", "high"),
    [
        (criterion(decay=HalfLife(DAY_MS)), (1, 2), 2.5, 5.0),
        (criterion(points=-10.0, decay=HalfLife(DAY_MS)), (1, 2), -5.0, -2.5),
        (criterion(decay=Linear(10 * DAY_MS)), (9, 12), 0.0, 1.0),
        (criterion(decay=Step(DAY_MS, 0.5)), (0, 0.99), 10.0, 10.0),
        (criterion(window_ms=DAY_MS), (0, 1), 0.0, 10.0),
        (criterion(), (0, 800), 10.0, 10.0),
        (criterion(cap=4.0, decay=HalfLife(DAY_MS)), (0, 1), 4.0, 4.0),
        (criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True)), (0, 29), 10.0, 10.0),
        (criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True)), (0, 30), 0.0, 10.0),
        (criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True)), (30, 31), 0.0, 0.0),
        (criterion(frequency=Frequency(0, 0, 30 * DAY_MS, is_award=True)), (29, 30), 0.0, 10.0),
        (criterion(frequency=Frequency(2, None, 30 * DAY_MS, is_award=True)), (0, 30), 0.0, 0.0),
        (criterion(frequency=Frequency(0, 0, 30 * DAY_MS, is_award=True)), (0, 29), 0.0, 0.0),
    ],
)
def test_bounds_are_the_values_at_both_ends_or_widened_by_a_gate(
    one: SignalCriterion, days: tuple[float, float], low: float, high: float
) -> None:
    """Exact for what is monotone, 0 and the open value where a gate may move."""
    found = bounds_of(one, days=days)

    assert (found.engagement_low, found.engagement_high) == pytest.approx((low, high), abs=1e-9)
    assert (found.score_low, found.score_high) == (found.engagement_low, found.engagement_high)


def test_bounds_of_opposite_criteria_add_up() -> None:
    """A gain that fades and a loss that fades: the sum is bounded by the least and the greatest of both."""
    gain, loss = criterion(decay=HalfLife(DAY_MS)), criterion("loss", points=-10.0, decay=HalfLife(DAY_MS))

    assert bounds_of(gain, loss, days=(0, 1))[:2] == (-5.0, 5.0)


def test_a_measure_of_both_signs_is_bounded_sign_by_sign() -> None:
    """A refund and an order that fade: the sum rises and falls in between, and stays within."""
    card = card_of(
        criterion(points=1.0, is_per_measure=True, decay=HalfLife(DAY_MS)),
        signals=[viewed(keep_ms=900 * DAY_MS, measure=Measure("amount", 1))],
    )
    lead = lead_of(card, NOON - 2 * DAY_MS, NOON, measures=(-400, 100))
    prepared, score = view(lead, card), card.scores["platform"]

    found = bounds(prepared, score, NOON, NOON + 4 * DAY_MS)

    assert valued(prepared, score, NOON).score == 0.0
    assert found.score_low == pytest.approx(-93.75)
    assert found.score_high == pytest.approx(93.75)
    assert bounds(prepared, score, NOON + 4_000 * DAY_MS, NOON + 5_000 * DAY_MS)[:2] == (0.0, 0.0)


def test_bounds_of_what_does_not_change_are_exact() -> None:
    """No slack: a score that rests exactly at a threshold has to be known to rest there."""
    card = card_of(criterion(points=0.1, is_per_measure=True), signals=[viewed(measure=Measure("amount", 7))])
    lead = lead_of(card, NOON, NOON + HOUR_MS, measures=(-400, 100))
    prepared, score = view(lead, card), card.scores["platform"]

    found = bounds(prepared, score, NOON, NOON + 900 * DAY_MS)

    assert found.score_low == found.score_high == valued(prepared, score, NOON).score


@pytest.mark.parametrize(
    ("one", "days"),
    [
        (criterion(), 901),
        (criterion(window_ms=3 * DAY_MS), 3),
        (criterion(decay=Linear(5 * DAY_MS)), 5),
        (criterion(decay=Step(5 * DAY_MS, 0.4)), 15),
        (criterion(decay=HalfLife(HOUR_MS)), 1076 / 24),
        (criterion(decay=HalfLife(900 * DAY_MS)), 901),
        (criterion(frequency=Frequency(3, None, 30 * DAY_MS, is_award=True)), 30),
        (criterion(frequency=Frequency(1, None, 30 * DAY_MS, is_award=True), decay=Linear(5 * DAY_MS)), 30),
        (InactivityCriterion("silent", ("viewed",), 9 * DAY_MS, -5.0, False, None, None), 9),
    ],
)
def test_the_last_change_is_when_the_last_cell_is_done(one: SignalCriterion | InactivityCriterion, days: float) -> None:
    """Faded, out of its window or expired, whichever comes first; told a millisecond or a bucket late at most."""
    card = card_of(one, signals=[viewed(keep_ms=900 * DAY_MS)])
    last_at = last_change_at(view(lead_of(card, NOON), card), card.scores["platform"])

    assert NOON + days * DAY_MS <= last_at <= NOON + days * DAY_MS + HOUR_MS + 1 or days == 901
    assert days != 901 or last_at == NOON + HOUR_MS + 900 * DAY_MS + 1


def test_what_never_changes_has_no_last_change() -> None:
    """Undecaying counts that are kept for ever, and a lead without any."""
    card = card_of(criterion())

    assert last_change_at(view(lead_of(card, NOON), card), card.scores["platform"]) == 0
    assert last_change_at(view(LeadState(), card), card.scores["platform"]) == 0


@pytest.mark.parametrize(
    "endless",
    [
        InactivityCriterion("silent", ("viewed",), DAY_MS, -5.0, True, None, None),
        criterion(decay=HalfLife(90_000 * DAY_MS)),
    ],
)
def test_what_changes_for_ever_is_bounded_by_the_end_of_the_calendar(
    endless: SignalCriterion | InactivityCriterion,
) -> None:
    """No instant that the wire can carry is later than the year 9999."""
    card = card_of(endless)

    assert last_change_at(view(lead_of(card, NOON), card), card.scores["platform"]) == FAR_AT
    assert math.isfinite(value(lead_of(card, NOON), card, FAR_AT).score)
