"""P7: merging is the union of histories, retraction is never having happened, both at any time."""

from hypothesis import given
from hypothesis import strategies as st

from scorer import Scorecard
from tests.promises.histories import Story, check_story, check_unmerging
from tests.strategies.histories import SOURCES
from tests.strategies.stories import forgetful_scorecards, stories


@given(forgetful_scorecards(), stories(has_merge=True))
def test_a_merged_lead_is_one_that_was_known_from_the_start(scorecard: Scorecard, story: Story) -> None:
    """Two leads that are merged at any time, even if both know some activities, are worth the union of both."""
    check_story(scorecard, story)


@given(forgetful_scorecards(), stories(has_retractions=True))
def test_what_is_taken_back_never_happened(scorecard: Scorecard, story: Story) -> None:
    """An activity that is taken back, before or after it came, once or twice, leaves no trace in any value."""
    check_story(scorecard, story)


@given(forgetful_scorecards(), stories(has_retractions=True, has_merge=True))
def test_merging_and_taking_back_commute(scorecard: Scorecard, story: Story) -> None:
    """It does not matter on which of two leads, before or after their merge, an activity is taken back."""
    check_story(scorecard, story)


@given(
    forgetful_scorecards(),
    stories(has_retractions=True, has_merge=True, leads_by_source=True),
    st.sampled_from((*SOURCES, "lead-nobody")),
)
def test_unmerging_gives_each_source_its_own(scorecard: Scorecard, story: Story, source: str) -> None:
    """A lead that is split again leaves what either source alone would have left, whenever they were merged."""
    check_unmerging(scorecard, story, source)
