"""The demo's history is believable, the same for one seed, and good input."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from schemas.inputs import line_adapter
from streams.demo.history import Input, history
from streams.demo.people import KINDS
from streams.demo.personas import PAGES, PERSONAS, SECONDS_ON
from streams.example import example_scorecard
from streams.scorecards.loading import load

UNTIL = datetime(2026, 11, 22, 18, tzinfo=UTC)


def some(seed: int = 7, leads: int = 120, days: int = 28) -> list[Input]:
    """Return a history of some leads."""
    return history(seed=seed, leads=leads, days=days, until=UNTIL)


def test_a_seed_decides_everything() -> None:
    """The same seed tells the same story; another one another."""
    assert some(seed=7) == some(seed=7)
    assert some(seed=7) != some(seed=8)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_in_the_order_of_time_and_inside_the_weeks(seed: int) -> None:
    """Nothing happens out of order, after the end, or long before the beginning."""
    instants = [item.occurred_at for item in some(seed)]

    assert instants == sorted(instants)
    assert instants[-1] <= UNTIL
    assert instants[0] >= UNTIL - timedelta(days=29)


def test_it_is_good_input() -> None:
    """Every item is what its contract says, with an id of its own."""
    told = some()

    assert all(line_adapter().validate_json(item.model_dump_json(exclude_none=True)) == item for item in told)
    assert len({item.id for item in told}) == len(told)


def test_every_kind_of_activity_and_lead_is_there() -> None:
    """All contracts are used, most leads are passers-by whom nobody knows, and crawlers are marked."""
    told = some(leads=400)

    types = Counter(item.type for item in told)
    assert {"page_view", "email_open", "email_click", "form_fill", "unsubscribe", "lead_profile"} <= set(types)
    assert {"trial_started", "webinar_attended"} <= set(types)
    leads = {item.lead_id for item in told}
    assert 0.3 < sum(lead.startswith("anonymous") for lead in leads) / len(leads) < 0.7
    assert any(getattr(item, "verdict", "human") == "certain_bot" for item in told)


def test_the_example_scorecard_has_a_use_for_it() -> None:
    """Every signal of the example is something that some persona does."""
    names = {signal.activity_type for signal in load(example_scorecard()).scorecard.signals.values()}

    assert names <= {item.type for item in some(leads=400)}


def test_personas_name_what_exists() -> None:
    """The tables fit together: persons, sections of the site, shares that make a whole."""
    assert {persona.person for persona in PERSONAS} <= set(KINDS)
    assert {section for persona in PERSONAS for section in persona.interests} <= set(PAGES)
    assert set(PAGES) == set(SECONDS_ON)
    assert sum(persona.share for persona in PERSONAS) == pytest.approx(1.0)
