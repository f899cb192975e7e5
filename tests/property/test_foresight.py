"""What is foretold comes to pass: falls to the millisecond, ways up to the count, the curve, what bounds take."""

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from scorer import Activity, ProfileUpdate, Scorecard
from tests.promises.crossings import Life
from tests.promises.foresight import check_breakdown, check_course, check_curve, check_fittings, check_rises
from tests.strategies.histories import SPAN_MS, histories, instants
from tests.strategies.leads import counted
from tests.strategies.lives import BUSY_MS, lives
from tests.strategies.scorecards import scorecards

# A life is looked at second by second: fewer of them do.
FEWER = settings(max_examples=max(1, settings.default.max_examples // 10))
WAITS_MS = st.integers(0, BUSY_MS)
SHARES = st.lists(st.integers(0, 1000), min_size=8, max_size=8)


@FEWER
@given(lives())
def test_a_lead_that_stays_silent_changes_stage_when_it_was_foretold(life: Life) -> None:
    """Second by second the oracle sees the foretold changes of stage and no others; workers publish the same."""
    check_course(life)


@FEWER
@given(lives(), WAITS_MS)
def test_what_is_told_makes_the_stage_and_one_fewer_does_not(life: Life, wait_ms: int) -> None:
    """Done with the real step; and trying every number one by one finds nothing shorter and nothing more."""
    event(f"{min(check_rises(life, wait_ms), 3)} ways or more")


@FEWER
@given(lives())
def test_a_profile_that_turns_out_so_is_worth_what_was_told(life: Life) -> None:
    """Said with the real step, and valued by the oracle."""
    check_fittings(life)


@FEWER
@given(lives(), SHARES, WAITS_MS)
def test_the_curve_is_what_the_core_says(life: Life, between: list[int], wait_ms: int) -> None:
    """At its points exactly, and between them within the bounds that they carry."""
    check_curve(life, between, wait_ms)


@FEWER
@given(scorecards(), histories(), instants(3 * SPAN_MS), instants(SPAN_MS))
def test_what_bounds_take_adds_up(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], at: int, judged_at: int
) -> None:
    """What limit, cap and floor take of each criterion, and groups, sides, weights and scale of the rest."""
    check_breakdown(scorecard, replace(counted(history, scorecard), judged_at=judged_at), at)
