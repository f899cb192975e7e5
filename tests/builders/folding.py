"""A partition without servers: batches in, leads and messages out. What an owner does, less the I/O."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scorer import JournalBounds, Scorecard
from streams.lead.codec import decoded_lead, encoded_lead
from streams.lead.lead import Lead
from streams.partition.changes import Changes
from streams.partition.decode import Acceptance, Decoder
from streams.partition.fold import Fold, FoldRules
from streams.partition.outputs import Outputs, OutputTopics
from streams.partition.records import Ordered, Taken
from streams.publisher.door import Message
from streams.tail.told import TailTopics
from tests.builders.records import DAY, MINUTE, NAMES, REPARTITION, Record
from tests.builders.scorecards import tiny_scorecard

STAGE_CHANGES = "stage-changes"
LEAD_SCORES = "lead-scores"
DEAD_LETTERS = "dead-letters"
CHALLENGER_CHANGES = "challenger-stage-changes"
TAIL_TOPICS = TailTopics(STAGE_CHANGES, LEAD_SCORES, DEAD_LETTERS, "positions", CHALLENGER_CHANGES)
SCORE_INTERVAL = MINUTE


def decoder(partition_of: Callable[[bytes], int] | None = None) -> Decoder:
    """Return a decoder of the tests' topics that lets any partition be right, unless told where keys belong."""
    return Decoder(NAMES, Acceptance(256 * 1024, 30 * DAY, 5 * MINUTE), partition_of)


def outputs(scorecard: Scorecard, partition: int = 0) -> Outputs:
    """Return the builder of a partition's messages."""
    topics = OutputTopics(STAGE_CHANGES, LEAD_SCORES, DEAD_LETTERS, REPARTITION, CHALLENGER_CHANGES)
    return Outputs(
        topics, partition, source="/leadstream/test", application_version="0.1.0", scorecard=scorecard, reasons_max=5
    )


def rules(scorecard: Scorecard) -> FoldRules:
    """Return the rules of a fold with a journal that forgets nothing within a test."""
    return FoldRules(scorecard, JournalBounds(entries_max=1_000, age_ms=60 * DAY), SCORE_INTERVAL)


def body(message: Message) -> dict[str, Any]:
    """Return what a message says."""
    said: dict[str, Any] = json.loads(message.value or b"null")
    return said


def kept(message: Message) -> tuple[Any, ...]:
    """Return a message without the positions of its commit, which depend on the batches."""
    headers = tuple(header for header in message.headers if header[0] != "leadstream_positions")
    return (message.topic, message.partition, message.key, message.value, headers)


@dataclass
class Partition:
    """The leads of one partition between batches, as a table keeps them."""

    scorecard: Scorecard = field(default_factory=tiny_scorecard)
    leads: dict[str, bytes] = field(default_factory=dict)
    due: dict[str, int | None] = field(default_factory=dict)
    clock: int = 0
    messages: list[Message] = field(default_factory=list)
    last: Changes = field(default_factory=Changes)
    forwarded: dict[str, int] = field(default_factory=dict)
    partition_of: Callable[[bytes], int] | None = None
    journal_entries_max: int = 1_000

    def handle(self, *records: Record) -> "Partition":
        """Handle one batch."""
        latest = 0
        ordered = []
        for record in records:
            latest = max(latest, record.timestamp)
            ordered.append(Ordered(record.timestamp, record))
        decoded = decoder(self.partition_of).decoded(ordered)
        fold = self.fold(until=latest, also=[item.lead_id for item in decoded if isinstance(item, Taken)])
        for item in decoded:
            fold.take(item)
        return self.keep(fold)

    def fold(self, until: int, also: Sequence[str] = ()) -> Fold:
        """Load what may be touched up to an instant."""
        due = {lead_id: at for lead_id, at in self.due.items() if at is not None and at <= until}
        leads = {lead_id: self.lead(lead_id) for lead_id in (*also, *due)}
        journal = JournalBounds(self.journal_entries_max, 60 * DAY)
        by = replace(rules(self.scorecard), journal_bounds=journal)
        return Fold(leads, due.items(), self.clock, by, outputs(self.scorecard), self.forwarded)

    def keep(self, fold: Fold) -> "Partition":
        """Take over what a fold changed."""
        self.last = fold.changes()
        self.leads |= {lead_id: encoded_lead(lead) for lead_id, lead in self.last.leads.items()}
        self.due |= self.last.due
        self.forwarded |= self.last.forwarded
        self.clock = fold.clock
        self.messages += self.last.messages
        return self

    def lead(self, lead_id: str = "lead-ada") -> Lead:
        """Return a lead."""
        return decoded_lead(self.leads[lead_id]) if lead_id in self.leads else Lead()

    def stage(self, lead_id: str = "lead-ada") -> str:
        """Return where a lead stands."""
        return self.lead(lead_id).state.standings["default"].stage

    def said(self, topic: str) -> list[dict[str, Any]]:
        """Return what was said on a topic."""
        return [body(message) for message in self.messages if message.topic == topic]

    def moves(self) -> list[tuple[str | None, str, str]]:
        """Return the stage changes as (from, to, instant)."""
        return [(change["from_stage"], change["to_stage"], change["changed_at"]) for change in self.said(STAGE_CHANGES)]
