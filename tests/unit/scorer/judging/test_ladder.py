"""The ladder: up at once as high as the score enters, down rung by rung once the dwell is over."""

from dataclasses import replace

import pytest

from scorer.facts.state import Standing
from scorer.judging.ladder import Exits, exits, placed, step
from scorer.rules.scorecard import Score
from tests.examples.ladders import LADDER, LEAD, MQL, SUBSCRIBER
from tests.examples.scorecards import HOUR_MS, NOON, score_of, side_of

SCORE = replace(score_of(side_of(), side_of()), stages=LADDER)
DWELLING = replace(SCORE, stages=(SUBSCRIBER, LEAD, replace(MQL, dwell_ms=HOUR_MS)))


def stood(stage: str) -> Standing:
    """Return a standing since noon."""
    return Standing(stage, NOON, None)


@pytest.mark.parametrize(
    ("points", "stage"),
    [(-5.0, "subscriber"), (19.999, "subscriber"), (20.0, "lead"), (49.0, "lead"), (50.0, "mql"), (1e9, "mql")],
)
def test_a_lead_seen_first_is_placed_by_what_it_enters(points: float, stage: str) -> None:
    """A threshold belongs to its rung; below all of them is the bottom."""
    assert placed(SCORE, points).name == stage
    assert step(SCORE, None, points, NOON).name == stage


@pytest.mark.parametrize(
    ("stage", "points", "expected"),
    [
        ("subscriber", 20.0, "lead"),
        ("subscriber", 50.0, "mql"),
        ("lead", 50.0, "mql"),
        ("lead", 15.0, "lead"),
        ("lead", 14.999, "subscriber"),
        ("mql", 40.0, "mql"),
        ("mql", 39.0, "lead"),
        ("mql", 16.0, "lead"),
        ("mql", 3.0, "subscriber"),
        ("subscriber", -100.0, "subscriber"),
    ],
)
def test_one_step_passes_as_many_rungs_as_it_takes(stage: str, points: float, expected: str) -> None:
    """Between `leave_below` and `enter_at` a lead stays where it is; falling stops at the first rung that holds it."""
    assert step(SCORE, stood(stage), points, NOON).name == expected


def test_nobody_falls_before_the_dwell_is_over() -> None:
    """The rung stood on says how long; at its end, to the millisecond, the fall happens."""
    assert step(DWELLING, stood("mql"), 3.0, NOON + HOUR_MS - 1).name == "mql"
    assert step(DWELLING, stood("mql"), 3.0, NOON + HOUR_MS).name == "subscriber"


@pytest.mark.parametrize("stage", ["subscriber", "lead", "mql"])
@pytest.mark.parametrize("at", [NOON, NOON + HOUR_MS - 1, NOON + HOUR_MS])
def test_an_exit_is_taken_exactly_when_a_step_leaves_the_rung(stage: str, at: int) -> None:
    """Whoever looks for the next move need not know where to."""
    way_out = exits(DWELLING, stood(stage))
    assert way_out is not None

    for points in (-100.0, 3.0, 14.999, 15.0, 19.999, 20.0, 39.0, 40.0, 49.999, 50.0, 1e9):
        assert way_out.is_taken(points, at) is (step(DWELLING, stood(stage), points, at).name != stage)


def test_a_promotion_never_waits() -> None:
    """The dwell of a rung holds nobody back from a higher one."""
    patient = replace(SCORE, stages=(SUBSCRIBER, replace(LEAD, dwell_ms=HOUR_MS), MQL))

    assert step(patient, stood("lead"), 50.0, NOON + 1).name == "mql"


def test_a_stage_that_the_ladder_no_longer_has_is_placed_anew() -> None:
    """A renamed rung is as a first sight: its thresholds are unknown."""
    assert step(SCORE, stood("prospect"), 16.0, NOON).name == "subscriber"
    assert exits(SCORE, stood("prospect")) is None


@pytest.mark.parametrize(
    ("score", "stage", "expected"),
    [
        (SCORE, "subscriber", Exits(20.0, float("-inf"), NOON)),
        (SCORE, "lead", Exits(50.0, 15.0, NOON)),
        (DWELLING, "mql", Exits(float("inf"), 40.0, NOON + HOUR_MS)),
    ],
)
def test_the_exits_say_what_takes_a_lead_off_its_rung(score: Score, stage: str, expected: Exits) -> None:
    """The lowest threshold above, the one below, and from when it counts."""
    assert exits(score, stood(stage)) == expected
