"""A case shows what a worker would do, whatever the lead did."""

from hypothesis import given

from tests.promises.cases import STORIES, Story, check_story


@given(STORIES)
def test_a_case_ends_as_it_would_on_topics(story: Story) -> None:
    """Stage, since when, grade, score and all stage changes are those of the fold that a worker runs."""
    check_story(story)
