"""A signal whose past is added is as if it had been counted from the beginning, whatever was counted and came when."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scorer import NO_PAST, Activity, JournalBounds, LeadState, Scorecard, backfilled, normalised, uncounted, value
from scorer import with_past as one_more
from scorer.rules.scorecard import InactivityCriterion, SignalCriterion
from scorer.steps.lifecycle import counted
from tests.strategies.histories import DAY_MS, START_AT, activity_lists
from tests.strategies.stories import forgetful_scorecards

BOUNDS = JournalBounds(entries_max=1_000, age_ms=90 * DAY_MS)
"""Nothing is repeated beyond it."""


@st.composite
def arrivals(draw: st.DrawFn) -> list[tuple[int, Activity]]:
    """Return activities with the instants at which they came, in order, some of them twice, some late."""
    happened = draw(activity_lists(sources=("lead-ada",), size_max=12))
    again = draw(st.lists(st.sampled_from(happened), max_size=3)) if happened else []
    late = [(one.occurred_at + draw(st.sampled_from((0, 0, 60_000, 5 * DAY_MS))), one) for one in (*happened, *again)]
    return sorted(late, key=lambda came: came[0])


def without(scorecard: Scorecard, names: Sequence[str]) -> Scorecard:
    """Return a scorecard that does not count some signals, and values none of them."""

    def is_left(criterion: object) -> bool:
        if isinstance(criterion, SignalCriterion):
            return criterion.signal not in names
        return not isinstance(criterion, InactivityCriterion) or not set(names) & set(criterion.signals)

    scores = {
        name: replace(
            score,
            engagement=replace(
                score.engagement,
                groups=tuple(
                    replace(group, criteria=tuple(filter(is_left, group.criteria))) for group in score.engagement.groups
                ),
            ),
        )
        for name, score in scorecard.scores.items()
    }
    signals = {name: signal for name, signal in scorecard.signals.items() if name not in names}
    return replace(scorecard, version="before", signals=signals, scores=scores)


def lead_of(came: Sequence[tuple[int, Activity]], scorecard: Scorecard, state: LeadState) -> LeadState:
    """Return a lead that came to know of activities, each when it came."""
    for at, activity in came:
        state = counted(state, activity, scorecard, at, BOUNDS).state
    return state


@given(forgetful_scorecards(), arrivals(), st.data())
def test_a_past_that_is_added_was_always_counted(
    scorecard: Scorecard, came: list[tuple[int, Activity]], data: st.DataObject
) -> None:
    """Any signals, at any instant, repeats and late ones too; once or twice; then and ever after."""
    names = data.draw(st.lists(st.sampled_from(sorted(scorecard.signals)), unique=True))
    active_at = data.draw(st.integers(START_AT, START_AT + 25 * DAY_MS))
    old = without(scorecard, names)
    before = [one for one in came if one[0] < active_at]
    after = [one for one in came if one[0] >= active_at]
    past = NO_PAST
    for at, activity in before:
        past = one_more(past, activity, uncounted(old, scorecard), scorecard, at, BOUNDS)

    added = backfilled(lead_of(before, old, LeadState()), past)
    added = backfilled(added, past) if data.draw(st.booleans()) else added
    found = lead_of(after, scorecard, added)

    wanted = lead_of(came, scorecard, LeadState())
    for at in (max([active_at, *(one[0] for one in came)]), START_AT + 60 * DAY_MS):
        one, other = (normalised(state, scorecard, at, BOUNDS).state for state in (found, wanted))
        assert (one.cells, one.journal) == (other.cells, other.journal)
        for name in scorecard.scores:
            assert value(one, scorecard, at, name) == value(other, scorecard, at, name)
