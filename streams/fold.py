"""One partition's leads, changed in stream order: records taken, wake-ups handled, outputs collected.

This is all that scoring does to a partition, without any I/O: the worker runs it between a load and a commit, and
`leadstream score` runs it over a file. Time is the partition's clock: it advances by append times only, and every
wake-up due at or before a record's append time is handled before the record. Knows no Kafka client, no Redis, no wall
clock.
"""

import heapq
import logging
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field, replace

from schemas.dead_letter import Reason
from scorer import Activity, JournalBounds, Outcome, Scorecard, advance, record, update_profile
from streams.lead import Lead
from streams.outputs import Cause, Outputs
from streams.publisher.door import Message
from streams.records import Decoded, Refused, Taken, Ticked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoldRules:
    """What a fold goes by, beside the leads.

    ``score_interval_ms`` is the least time between two records of one lead on `lead-scores`.
    """

    scorecard: Scorecard
    journal_bounds: JournalBounds
    score_interval_ms: int


@dataclass(slots=True)
class Tally:
    """What happened, for the metrics: ``outcomes`` by (topic, outcome), ``stage_changes`` by (score, stage)."""

    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    wake_up_lateness_ms: list[int] = field(default_factory=list)
    stage_changes: dict[tuple[str, str], int] = field(default_factory=dict)
    evicted_count: int = 0

    def count(self, topic: str, outcome: str) -> None:
        """Add one outcome."""
        self.outcomes[topic, outcome] = self.outcomes.get((topic, outcome), 0) + 1


@dataclass(slots=True)
class Changes:
    """What a fold changed since the last time it was asked."""

    leads: dict[str, Lead]
    due: dict[str, int | None]
    messages: list[Message]
    tally: Tally


class Fold:
    """The leads of one partition as records and wake-ups change them."""

    def __init__(
        self,
        leads: MutableMapping[str, Lead],
        due: Iterable[tuple[str, int]],
        clock: int,
        rules: FoldRules,
        outputs: Outputs,
    ) -> None:
        """Start from what is known.

        Args:
            leads: Every lead that a record or a wake-up will touch; changed in place.
            due: The wake-ups that may come due, as (lead id, instant in milliseconds).
            clock: The partition's clock, in milliseconds.
            rules: What to go by.
            outputs: Turns outcomes into messages.
        """
        self.clock = clock
        self._leads = leads
        self._rules = rules
        self._outputs = outputs
        self._wake_at: dict[str, int | None] = dict(due)
        self._heap = [(instant, lead_id) for lead_id, instant in self._wake_at.items() if instant is not None]
        heapq.heapify(self._heap)
        self._changes = Changes({}, {}, [], Tally())

    def take(self, item: Decoded) -> None:
        """Handle one decoded record, after every wake-up that is due at or before it."""
        self.wake_through(item.appended_at)
        topic = item.record.topic
        match item:
            case Refused():
                self._refuse(item)
            case Ticked():
                self._changes.tally.count(topic, "ticked")
            case Taken():
                self._record(item)

    def wake_through(self, instant: int) -> None:
        """Handle every wake-up due at or before an instant, each at its own time, and advance the clock to it."""
        while self._heap and self._heap[0][0] <= instant:
            due_at, lead_id = heapq.heappop(self._heap)
            if self._wake_at.get(lead_id) != due_at:
                continue  # superseded by a later change of the lead
            self._changes.tally.wake_up_lateness_ms.append(max(0, instant - due_at))
            self._wake(lead_id, due_at)
        self.clock = max(self.clock, instant)

    def rescore(self, lead_id: str) -> None:
        """Judge a lead anew at the clock, as after a change of scorecard."""
        self._advance(lead_id, self.clock, Cause.of_scorecard(self._rules.scorecard.version))

    def next_wake_at(self) -> int | None:
        """Return the earliest wake-up that this fold knows of."""
        while self._heap and self._wake_at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def changes(self) -> Changes:
        """Hand over what changed since the last call."""
        handed, self._changes = self._changes, Changes({}, {}, [], Tally())
        return handed

    def _record(self, item: Taken) -> None:
        """Let the core record what came, judged at the clock."""
        rules = self._rules
        state, content = self._leads[item.lead_id].state, item.content
        try:
            if isinstance(content, Activity):
                outcome = record(state, content, rules.scorecard, self.clock, rules.journal_bounds)
            else:
                outcome = update_profile(state, content, rules.scorecard, self.clock)
        except Exception as error:  # one record that breaks the core must not stop its whole partition
            log.exception("record_failed topic=%s offset=%d", item.record.topic, item.record.offset)
            message = f"scoring it failed with {type(error).__name__}; the fault is ours: report it, then replay"
            self._refuse(Refused(item.record, item.appended_at, Reason.INTERNAL, message))
            return
        self._changes.tally.count(item.record.topic, _named(content, outcome))
        if not outcome.is_repeat:
            has_news = not isinstance(content, Activity) or bool(outcome.signals)
            cause = Cause.of_record(item.record, is_profile=not isinstance(content, Activity))
            self._settle(item.lead_id, outcome, cause, at=self.clock, has_news=has_news)

    def _refuse(self, item: Refused) -> None:
        """Send a record to the dead letters, whole."""
        self._changes.messages.append(self._outputs.dead_letter(item, self.clock))
        self._changes.tally.count(item.record.topic, item.reason.value)

    def _wake(self, lead_id: str, due_at: int) -> None:
        """Handle one wake-up at the instant it was due."""
        self._advance(lead_id, due_at, Cause.of_wake_up(due_at))

    def _advance(self, lead_id: str, at: int, cause: Cause) -> None:
        """Judge a lead at an instant without an activity."""
        lead = self._leads[lead_id]
        outcome = advance(lead.state, self._rules.scorecard, at, self._rules.journal_bounds)
        self._settle(lead_id, outcome, cause, at=at, has_news=False)

    def _settle(self, lead_id: str, outcome: Outcome, cause: Cause, *, at: int, has_news: bool) -> None:
        """Keep an outcome: the lead, its outputs, its next wake-up."""
        lead = replace(self._leads[lead_id], state=outcome.state)
        if has_news:
            lead = replace(lead, is_shown=False)
        for change in outcome.stage_changes:
            self._changes.messages.append(self._outputs.stage_change(lead_id, change, cause))
            key = (change.score_name, change.to_stage)
            self._changes.tally.stage_changes[key] = self._changes.tally.stage_changes.get(key, 0) + 1
        show_at = lead.shown_at + self._rules.score_interval_ms
        has_changed = bool(outcome.stage_changes or outcome.grade_changes)
        if has_changed or (not lead.is_shown and (lead.shown_at == 0 or at >= show_at)):
            lead = replace(lead, shown_at=at, is_shown=True)
            self._changes.messages.append(self._outputs.lead_score(lead_id, lead.state, at, cause))
        wake_at = outcome.wake_at
        if not lead.is_shown:
            wake_at = show_at if wake_at is None else min(wake_at, show_at)
        self._changes.tally.evicted_count += outcome.evicted_count
        self._keep(lead_id, lead, wake_at)

    def _keep(self, lead_id: str, lead: Lead, wake_at: int | None) -> None:
        """Store a lead and when to wake it."""
        self._leads[lead_id] = lead
        self._changes.leads[lead_id] = lead
        self._changes.due[lead_id] = wake_at
        self._wake_at[lead_id] = wake_at
        if wake_at is not None:
            heapq.heappush(self._heap, (wake_at, lead_id))


def _named(content: object, outcome: Outcome) -> str:
    """Name what became of a good record, for the metrics."""
    if outcome.is_repeat:
        return "repeat"
    if isinstance(content, Activity) and not outcome.signals:
        return "unmatched"
    return "applied"
