"""Where a lead comes to stand by time alone is worked out as a worker would come to it."""

import pytest

from scorer import Activity, LeadState, Verdict, advance, record
from streams.cli.foresight import stage_at
from tests.builders.scorecards import DAY, tiny_scorecard

CARD = tiny_scorecard()


@pytest.fixture
def keen() -> LeadState:
    """A lead that looked at prices twice on day 0: 40 points, which halve every day."""
    state = LeadState()
    for fingerprint in (1, 2):
        activity = Activity(
            source="",
            fingerprint=fingerprint,
            type="page_view",
            occurred_at=0,
            verdict=Verdict.HUMAN,
            correlation=None,
            fields={"path": "/pricing"},
        )
        state = record(state, activity, CARD, 1_000).state
    return state


@pytest.mark.parametrize(
    ("day", "stage"), [(0.5, "mql"), (1, "lead"), (2.5, "lead"), (3.5, "subscriber"), (9_000, "subscriber")]
)
def test_a_lead_falls_rung_by_rung(keen: LeadState, day: float, stage: str) -> None:
    """40 points are mql down to 25 and lead down to 5, so days later it stands lower, though nobody judged it since."""
    instant = int(day * DAY)

    assert stage_at(keen, CARD, instant, "default") == stage
    assert stage == advance(keen, CARD, instant).state.standings["default"].stage


def test_a_walk_that_is_too_long_is_not_walked(keen: LeadState) -> None:
    """Steps are bounded: beyond them the stage is not known, and none is made up."""
    assert stage_at(keen, CARD, 9_000 * DAY, "default", steps_max=1) is None
