"""What downstream has is neither built nor told, and the leads come to the same."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from streams.lead.codec import decoded_lead, encoded_lead
from streams.lead.lead import Lead
from streams.partition.changes import Changes
from streams.partition.fold import Fold
from streams.partition.outputs import Outputs
from streams.partition.records import Ordered, Taken
from streams.tail.positions import Occasion
from tests.builders.folding import LEAD_SCORES, STAGE_CHANGES, decoder, kept, outputs, rules
from tests.builders.records import DAY, NOW, SECOND, Record, form_fill, page_view
from tests.builders.scorecards import tiny_scorecard
from tests.strategies.stored_records import stored_records

HISTORY = (
    page_view("/pricing", offset=0, at=NOW),
    page_view("/blog", offset=1, at=NOW + SECOND),
    form_fill("demo", lead="lead-bob", at=NOW + 2 * SECOND),
    page_view("/pricing", offset=2, at=NOW + 3 * DAY),
)


def folded(*records: Record, has: tuple[str, ...] = ()) -> Changes:
    """Fold records all at once; downstream has all of some topics."""

    def is_published(topic: str, _occasion: Occasion | None) -> bool:
        return topic in has

    decoded = decoder().decoded([Ordered(record.timestamp, record) for record in records])
    leads = {item.lead_id: Lead() for item in decoded if isinstance(item, Taken)}
    fold = Fold(leads, (), 0, rules(tiny_scorecard()), outputs(tiny_scorecard()), is_published=is_published)
    for item in decoded:
        fold.take(item)
    return fold.changes()


def test_what_downstream_has_is_not_even_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """No explanation, no JSON; what was spared is counted as it would have been told."""
    told = Counter(message.topic for message in folded(*HISTORY).messages)
    assert told[STAGE_CHANGES]
    assert told[LEAD_SCORES]
    for name in ("stage_change", "lead_score"):
        monkeypatch.setattr(Outputs, name, None)

    changes = folded(*HISTORY, has=(STAGE_CHANGES, LEAD_SCORES))

    assert changes.messages == []
    assert changes.spared == told


@pytest.mark.parametrize(("has", "told"), [(STAGE_CHANGES, LEAD_SCORES), (LEAD_SCORES, STAGE_CHANGES)])
def test_each_topic_is_told_what_it_lacks(has: str, told: str) -> None:
    """Their tails stand at different places."""
    assert {message.topic for message in folded(*HISTORY, has=(has,)).messages} == {told}


@given(records=stored_records())
def test_leads_come_to_the_same_whatever_downstream_has(records: list[Record]) -> None:
    """Rows, but for when they were woken for nothing; and all other messages."""
    plain, spared = folded(*records), folded(*records, has=(STAGE_CHANGES, LEAD_SCORES))

    assert {lead_id: at_rest(lead) for lead_id, lead in spared.leads.items()} == {
        lead_id: at_rest(lead) for lead_id, lead in plain.leads.items()
    }
    others = [kept(message) for message in plain.messages if message.topic not in (STAGE_CHANGES, LEAD_SCORES)]
    assert [kept(message) for message in spared.messages] == others


def at_rest(lead: Lead) -> Lead:
    """Return a lead as its row has it, brought to one instant."""
    stored = decoded_lead(encoded_lead(lead))
    return replace(stored, state=replace(stored.state, judged_at=0))
