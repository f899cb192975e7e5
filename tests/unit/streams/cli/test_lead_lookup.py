"""A lead is looked at also while nobody has judged it."""

from scorer import LeadState, advance, explain_all, recall
from streams.cli.lead_lookup import standing
from tests.builders.records import DAY, NOW
from tests.builders.scorecards import tiny_scorecard
from tests.unit.scorer.steps.test_history import view


def test_a_lead_of_imported_history_stands_where_anybody_begins() -> None:
    """What it is worth is by all that is known of it; its stage waits until it is judged."""
    card = tiny_scorecard()
    state = recall(LeadState(), view(1, NOW - DAY), card, NOW).state

    shown = standing(state, card)

    assert [one.stage for one in shown.standings.values()] == ["subscriber"]
    assert explain_all(shown, card, NOW)["default"].score > 0


def test_a_judged_lead_stays_as_it_is() -> None:
    """Its standing is what downstream was told."""
    card = tiny_scorecard()
    state = advance(LeadState(), card, NOW).state

    assert standing(state, card) is state
