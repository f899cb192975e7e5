"""A challenger on the champion's cells decides what it would decide were it in force; the champion decides as ever."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from streams.scorecards.contest import ContestRefused, contest_of
from tests.promises.challenges import check_challenge
from tests.promises.crossings import Life
from tests.strategies.edits import edited
from tests.strategies.lives import lives


@settings(max_examples=20)  # each lives two lives three times over
@given(lives(), st.data())
def test_a_challenger_decides_what_it_would_decide_in_force(life: Life, data: st.DataObject) -> None:
    """Whatever the two scorecards differ in, at every step of a life and at its wake-ups, with outlooks and without."""
    challenger = replace(data.draw(edited(life.scorecard)), version="challenger")
    try:
        contest_of(life.scorecard, challenger)
    except (ContestRefused, ValueError):
        assume(False)

    check_challenge(life, challenger)
