"""A partition that went right, by scoring without servers, and its evidence: for the tests to spoil."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from schemas.contract import rfc3339
from scorer import JournalBounds
from scorer.rules.scorecard import Scorecard
from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.offline import OfflineScorer
from streams.partition.fold import FoldRules
from streams.publisher.door import Message
from streams.scorecards.loading import load
from streams.translation.translate import instant
from tests.faults.evidence import OUTPUTS, Evidence
from tests.faults.run import SCORECARD
from tests.line.topics import TopicRecord

NOON = 1_795_000_000_000
PAGE: dict[str, Any] = {"type": "page_view", "url": "https://example.com/pricing"}
DEMO: dict[str, Any] = {"type": "form_fill", "form_id": "demo"}
TOPIC_OF = {"page_view": "page-views", "form_fill": "form-fills"}


@lru_cache(1)
def scorecard() -> Scorecard:
    """Return the scorecard of fault runs."""
    return load(SCORECARD).scorecard


@dataclass(frozen=True, slots=True)
class Did:
    """What one lead did: how many milliseconds after noon, and what."""

    lead_id: str
    after_ms: int
    what: dict[str, Any]


STORY = (
    *(Did("lead-ada", 100 * number, PAGE) for number in range(6)),
    Did("lead-ada", 5_000, DEMO),
    Did("lead-bob", 6_000, DEMO),
    Did("lead-bob", 7_000, PAGE),
    Did("lead-eve", 90_000, PAGE),
)
"""Ada and Bob rise, and fall again while nothing happens, before Eve comes."""


def evidence_of(story: tuple[Did, ...] = STORY, card: Scorecard | None = None) -> Evidence:
    """Return what a line that does all right leaves behind, on one partition; by the scorecard of fault runs."""
    rules = FoldRules(card or scorecard(), JournalBounds(64, 7 * 86_400_000), 10_000)
    offline = OfflineScorer(rules, partitions=1, partition_of=lambda *_: 0, reasons_max=5)
    inputs, outputs = [], defaultdict[str, list[TopicRecord]](list)
    offsets = dict.fromkeys(TOPIC_OF.values(), 0)
    for number, did in enumerate(story):
        at, topic = NOON + did.after_ms, TOPIC_OF[did.what["type"]]
        told = {"id": f"a-{number}", "lead_id": did.lead_id, "occurred_at": rfc3339(instant(at)), **did.what}
        value = json.dumps(told).encode()
        inputs.append(TopicRecord(topic, 0, offsets[topic], at, did.lead_id.encode(), value, ()))
        offsets[topic] += 1
        for message in offline.take(value):
            _append(outputs[message.topic], message)
    for message in offline.wake_through(offline.clock):
        _append(outputs[message.topic], message)
    rows = {lead_id: encoded_lead(Lead(state)) for lead_id, state in offline.leads()}
    found = {topic: tuple(outputs[topic]) for topic in OUTPUTS}
    return Evidence(0, "", tuple(inputs), 0, found, rows, offline.clock)


def _append(log: list[TopicRecord], message: Message) -> None:
    log.append(TopicRecord(message.topic, 0, len(log), NOON, message.key, message.value, message.headers))


def with_changes(evidence: Evidence, *changes: TopicRecord) -> Evidence:
    """Return evidence with other stage changes."""
    return replace(evidence, outputs={**evidence.outputs, "stage-changes": changes})


def spoilt(record: TopicRecord, **changed: Any) -> TopicRecord:
    """Return a record that says something else."""
    return replace(record, value=json.dumps({**json.loads(record.value or b""), **changed}).encode())
