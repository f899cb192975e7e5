"""P5: an explanation's lines add up to the score, at any instant, past ones too."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scorer import Activity, LineKind, ProfileUpdate, Scorecard, advance, explain, explain_all, value
from tests.strategies.histories import SPAN_MS, START_AT, histories, instants
from tests.strategies.leads import counted
from tests.strategies.scorecards import scorecards


@given(scorecards(), histories(), instants(3 * SPAN_MS), instants(SPAN_MS))
def test_lines_add_up_to_the_score(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], at: int, judged_at: int
) -> None:
    """Within 1e-9, in every named score, whether the instant is before or after the last judgement."""
    lead = replace(counted(history, scorecard), judged_at=judged_at)

    for name in scorecard.scores:
        explanation = explain(lead, scorecard, at, name)

        assert math.isclose(math.fsum(line.points for line in explanation.lines), explanation.score, abs_tol=1e-9)
        assert explanation.is_past == (at < judged_at)
        if not explanation.is_past:
            valuation = value(lead, scorecard, at, name)
            assert (explanation.score, explanation.grade) == (valuation.score, valuation.grade)


@given(scorecards(), histories(), instants(3 * SPAN_MS), st.integers(-SPAN_MS, SPAN_MS))
def test_what_a_step_saw_explains_as_a_fresh_look_does(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], judged_at: int, later_ms: int
) -> None:
    """The view that judged a lead gives the same lines at once and later; the past is seen anew."""
    outcome = advance(counted(history, scorecard), scorecard, judged_at)
    state, at = outcome.state, judged_at + later_ms

    assert explain_all(state, scorecard, at, seen=outcome.seen) == explain_all(state, scorecard, at)


@given(scorecards(), histories(), instants(3 * SPAN_MS))
def test_lines_of_a_side_add_up_to_the_side(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], at: int
) -> None:
    """Without weight and total clip, the lines of engagement and of fit are those two numbers."""
    lead = counted(history, scorecard)

    explanation = explain(lead, scorecard, at)

    for side, points in (("engagement", explanation.engagement), ("fit", explanation.fit)):
        lines = [line for line in explanation.lines if line.side == side and line.kind is not LineKind.SIDE_WEIGHT]
        assert math.isclose(math.fsum(line.points for line in lines), points, abs_tol=1e-9)


@given(scorecards(), histories(), st.integers(0, SPAN_MS))
def test_a_past_explanation_leaves_out_what_is_not_surely_before(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], age_ms: int
) -> None:
    """It is what the lead is worth without the cells of later buckets and of those that the instant lies inside."""
    at = START_AT + age_ms
    lead = replace(counted(history, scorecard), judged_at=START_AT + 2 * SPAN_MS)
    ends = {key: (key.bucket + 1) * scorecard.signals[key.signal].width_ms for key in lead.cells}
    before = {key: cell for key, cell in lead.cells.items() if ends[key] <= at}
    inside = [key for key in lead.cells if ends[key] - scorecard.signals[key.signal].width_ms < at < ends[key]]

    explanation = explain(lead, scorecard, at)

    assert explanation.score == value(replace(lead, cells=before), scorecard, at).score
    assert explanation.straddling_count == len([key for key in inside if scorecard.verdict_weights[key.verdict]])
