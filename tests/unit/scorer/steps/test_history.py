"""A past that becomes known late is counted and not judged; judged at last, it is as if known from the start."""

from hypothesis import given
from hypothesis import strategies as st

from scorer import UNJUDGED, Activity, LeadState, ProfileUpdate, Verdict, advance, recall, record
from tests.builders.records import DAY, NOW
from tests.builders.scorecards import tiny_scorecard

CARD = tiny_scorecard()


def view(number: int, occurred_at: int) -> Activity:
    """Return a view of the prices."""
    return Activity(number, "lead-ada", "page_view", occurred_at, {"path": "/pricing"}, None, Verdict.HUMAN)


def test_a_past_changes_facts_and_nothing_else() -> None:
    """Standings stay, nobody is woken, no version says that it judged the lead as it is now."""
    before = record(LeadState(), view(1, NOW), CARD, NOW).state

    outcome = recall(before, view(2, NOW - DAY), CARD, NOW)

    assert (outcome.stage_changes, outcome.wake_at, outcome.outlook) == ((), None, None)
    assert outcome.state.standings == before.standings
    assert outcome.state.judged_by == UNJUDGED
    assert sum(cell.count for cell in outcome.state.cells.values()) == 2


def test_a_repeat_is_known_and_a_profile_remembered() -> None:
    """As in a step that is judged."""
    once = recall(LeadState(), view(1, NOW - DAY), CARD, NOW).state
    update = ProfileUpdate(2, "lead-ada", NOW - DAY, {"industry": "software"})
    known = recall(once, update, CARD, NOW)

    assert recall(once, view(1, NOW - DAY), CARD, NOW).is_repeat
    assert not known.is_repeat
    assert recall(known.state, update, CARD, NOW).is_repeat


def test_a_repeat_beyond_the_journals_age_counts_whoever_looked_at_the_lead_before() -> None:
    """The journal's age alone decides, and not when what is beyond it was dropped."""
    lead = record(LeadState(), view(1, NOW), CARD, NOW).state
    later = NOW + 8 * DAY

    found = [recall(one, view(1, NOW), CARD, later) for one in (lead, advance(lead, CARD, later - DAY).state)]

    assert [outcome.is_repeat for outcome in found] == [False, False]
    assert found[0].state.cells == found[1].state.cells


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=8))
def test_judged_at_last_it_is_as_if_known_from_the_start(steps: list[tuple[int, bool]]) -> None:
    """Whichever of the activities came as history: cells and the stage of a lead that only rose are the same."""
    mixed = straight = LeadState()
    for number, (days, is_past) in enumerate(steps):
        activity = view(number, NOW - days * DAY)
        straight = record(straight, activity, CARD, NOW).state
        mixed = (recall if is_past else record)(mixed, activity, CARD, NOW).state

    judged = advance(mixed, CARD, NOW).state

    assert judged.cells == straight.cells
    assert {name: one.stage for name, one in judged.standings.items()} == {
        name: one.stage for name, one in straight.standings.items()
    }
