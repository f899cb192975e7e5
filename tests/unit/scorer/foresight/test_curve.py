"""The curve of a lead: tight where the score moves, on the jumps, and bounded in cost."""

from dataclasses import replace

import pytest

from scorer import Activity, Cell, CellKey, LeadState, record
from scorer.foresight.breakdown import breakdown
from scorer.foresight.course import course
from scorer.foresight.curve import PAST_POINTS_MAX, POINTS_MAX, curve
from scorer.foresight.purse import Purse
from scorer.rules.scorecard import Limit, NoDecay, Step
from tests.builders.scorecards import DAY, tiny_scorecard
from tests.examples.scorecards import NOON, card_of, criterion, lead_of
from tests.unit.scorer.foresight.test_rises import card_with, viewing

CARD = tiny_scorecard()


@pytest.fixture
def keen() -> LeadState:
    """A lead that looked at prices on day 10."""
    activity = Activity(1, "ada", "page_view", 10 * DAY, {"path": "/pricing"})
    return record(LeadState(), activity, CARD, 10 * DAY).state


def test_what_is_to_come_is_sampled_until_it_is_tight(keen: LeadState) -> None:
    """No stretch of the future moves by more than a hundredth of the scale; the past says nothing of its stretches."""
    points = curve(keen, CARD, course(keen, CARD, "default"), 5 * DAY, 40 * DAY)

    future = [point for point in points if not point.is_past]
    assert all(
        point.high - point.low <= 1.0 for point in future[:-1] if point.high is not None and point.low is not None
    )
    assert future[-1].low is None
    assert {(point.low, point.high, point.stage) for point in points if point.is_past} == {(None, None, None)}
    assert [point.stage for point in future][:: len(future) - 1] == ["lead", "subscriber"]
    assert len(future) < POINTS_MAX


def test_a_step_is_a_jump_between_two_milliseconds() -> None:
    """Half of the points go at once: the point before has the old score, the one a millisecond later the new."""
    card = card_with(viewing(decay=Step(DAY, 0.5)))
    state = record(LeadState(), Activity(1, "ada", "page_view", DAY, {"path": "/pricing"}), card, DAY).state

    points = {point.at: point.score for point in curve(state, card, course(state, card, "default"), DAY, 5 * DAY)}

    assert (points[2 * DAY - 1], points[2 * DAY]) == (20.0, 10.0)
    assert (points[3 * DAY - 1], points[3 * DAY]) == (10.0, 0.0)


def test_a_lead_of_many_cells_is_drawn_within_bounds(keen: LeadState) -> None:
    """Points are bounded, and with an empty purse there is still a curve from end to end."""
    card = card_with(viewing(window_ms=7 * DAY))
    cells = {CellKey("ada", "pricing_viewed", 0, minute): Cell(1, 0, 0) for minute in range(500)}
    state = replace(keen, cells=cells)
    way = course(state, card, "default", 20 * DAY)

    points = curve(state, card, way, 0, 20 * DAY, marks=(11 * DAY,))
    few = curve(state, card, way, 0, 20 * DAY, purse=Purse(1))

    assert len(points) <= POINTS_MAX + PAST_POINTS_MAX + 2 * len(way.turns) + 10
    assert 11 * DAY in {point.at for point in points}
    assert few[-1].at == 20 * DAY
    assert len(few) < len(points)


def test_a_curve_goes_forward(keen: LeadState) -> None:
    """From one instant to a later one."""
    with pytest.raises(ValueError, match="from one instant to a later one"):
        curve(keen, CARD, course(keen, CARD, "default"), DAY, DAY)


def test_what_a_limit_takes_is_what_more_counts_would_be_worth() -> None:
    """Three views of which two count, at 10 points each: the limit takes 10; a cap of 15 takes 5 more."""
    limited = criterion(limit=Limit(2, DAY), decay=NoDecay(), cap=15.0)
    lead = lead_of(card_of(limited), NOON, NOON, NOON)

    (part,) = breakdown(lead, card_of(limited), NOON, "platform").parts

    assert (part.unlimited, part.by_limit, part.by_clip, part.points) == (30.0, -10.0, -5.0, 15.0)
