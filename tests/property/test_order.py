"""P6: any permutation and any repetition within the stated bounds leaves the same cells, score, grade, explanation."""

from hypothesis import given

from scorer import Scorecard
from tests.promises.histories import Story, check_story
from tests.strategies.stories import forgetful_scorecards, stories


@given(forgetful_scorecards(), stories())
def test_order_and_repetition_change_nothing(scorecard: Scorecard, story: Story) -> None:
    """Late, early, repeated: from the last arrival on the lead is worth what each activity counted once is worth."""
    check_story(scorecard, story)
