"""Spans, summed apart, come to what a lead's bounds are when it is valued as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from scorer import Activity, ProfileUpdate, Scorecard
from scorer.judging.spans import engagements, spans_of
from scorer.worth.valuation import bounds, valued, weighed
from scorer.worth.view import view
from tests.strategies.histories import SPAN_MS, histories, instants
from tests.strategies.leads import counted
from tests.strategies.scorecards import scorecards


@given(scorecards(), histories(), instants(6 * SPAN_MS), st.integers(0, 6 * SPAN_MS))
def test_spans_come_to_the_bounds_of_the_whole_to_the_last_bit(
    scorecard: Scorecard, history: list[Activity | ProfileUpdate], from_at: int, span_ms: int
) -> None:
    """Over a stretch of time, and at a single instant to the value itself."""
    seen = view(counted(history, scorecard), scorecard)

    for to_at in (from_at, from_at + span_ms):
        sums = engagements(spans_of(seen, from_at, to_at), scorecard)
        for score, (low, high) in zip(scorecard.scores.values(), sums, strict=True):
            whole = weighed(score, low, high, seen.scores[score.name].fit.value)
            assert whole == bounds(seen, score, from_at, to_at)
    for score, pair in zip(
        scorecard.scores.values(), engagements(spans_of(seen, from_at, from_at), scorecard), strict=True
    ):
        assert pair == (valued(seen, score, from_at).engagement,) * 2
