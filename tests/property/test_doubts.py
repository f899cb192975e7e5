"""What a review claims of every lead is true of every lead: none, by the core's valuation, proves a doubt wrong."""

from hypothesis import given
from hypothesis import strategies as st

from scorer import Activity
from streams.review.review import doubts
from tests.promises.doubts import Witness, is_claim, is_refuted
from tests.strategies.histories import SPAN_MS, START_AT, histories, instants
from tests.strategies.leads import counted
from tests.strategies.scorecards import scorecards
from tests.strategies.storms import AT, storms


def check(witness: Witness) -> None:
    """Check that a witness proves no doubt about its scorecard wrong."""
    wrong = [doubt for doubt in doubts(witness.scorecard) if is_claim(doubt) and is_refuted(doubt, witness)]

    assert wrong == []


@st.composite
def witnesses(draw: st.DrawFn) -> Witness:
    """Return a lead with a history, or one that did as much as anybody could, at an instant after all that it did."""
    scorecard = draw(scorecards())
    if draw(st.booleans()):
        return Witness(scorecard, draw(storms(scorecard)), AT)
    history = draw(histories())
    at = max([draw(instants(3 * SPAN_MS)), START_AT, *(one.occurred_at for one in history)])
    activities = [one for one in history if isinstance(one, Activity)]
    return Witness(scorecard, counted(history, scorecard), at, activities)


@given(witnesses())
def test_no_lead_proves_a_doubt_wrong(witness: Witness) -> None:
    """Thousands of counts at once or one after the other, of people and machines, with measures of both signs."""
    check(witness)
