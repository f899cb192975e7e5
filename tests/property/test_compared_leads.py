"""Who would have stood elsewhere under another scorecard: all of them, nobody else, and nobody under the same one."""

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from scorer import Activity, ProfileUpdate, Scorecard
from tests.promises.comparing import check_leads, check_mirror, compared
from tests.strategies.edits import edited
from tests.strategies.histories import histories
from tests.strategies.lives import lives
from tests.strategies.scorecards import scorecards

# A contest takes long to draw: a third of the examples of other properties.
FEWER = settings(max_examples=max(1, settings().max_examples // 3))


@st.composite
def contests(draw: st.DrawFn) -> tuple[list[Activity | ProfileUpdate], Scorecard, Scorecard]:
    """Return a history, a scorecard whose thresholds lie where leads pass, and the scorecard after some edits."""
    life = draw(lives())
    return [arrival.happened for arrival in life.arrivals], life.scorecard, draw(edited(life.scorecard))


@FEWER
@given(scorecards(), histories())
def test_nobody_differs_under_the_same_scorecard(
    scorecard: Scorecard, happened: list[Activity | ProfileUpdate]
) -> None:
    """On every history, whatever the version is called."""
    found = compared(happened, scorecard, replace(scorecard, version="2026-04"))

    assert (found.differing, found.listed) == (0, ())
    assert all(old == new for tally in found.scores for old, new in tally.matrix)


@FEWER
@given(contests())
def test_all_who_differ_are_listed_and_nobody_else(
    contest: tuple[list[Activity | ProfileUpdate], Scorecard, Scorecard],
) -> None:
    """By a recomputation under each scorecard alone; and the other way round it is the other way round."""
    found = check_leads(*contest)
    check_mirror(*contest)
    event(f"differing: {min(found.differing, 2)}")
