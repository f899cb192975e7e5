"""The line's kernel without servers: decode, fold, encode, as an owner does them between a load and a commit."""

import heapq
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from benchmarks.load import LoadPlan, occurred_times
from schemas.topics import TOPICS
from scorer import JournalBounds
from streams.configuration.settings_work import WorkSettings
from streams.kafka.partitioner import partition_of
from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.offline import StoredRecord
from streams.partition.changes import Changes
from streams.partition.decode import Acceptance, Decoder, InputNames
from streams.partition.fold import Fold, FoldRules
from streams.partition.outputs import Outputs, OutputTopics
from streams.partition.records import Ordered, Taken
from streams.scorecards.loading import load

SCORECARD = Path(__file__).parents[1] / "deploy" / "scorecards" / "software_company.yaml"
BEGUN_AT = 1_790_000_000_000
"""When the first record of a kernel's run is stored, in milliseconds."""
OUTPUTS = OutputTopics("stage-changes", "lead-scores", "dead-letters", "repartition", "challenger-stage-changes")


def stored_records(plan: LoadPlan, records_per_second: int, begun_at: int = BEGUN_AT) -> Iterator[StoredRecord]:
    """Yield a plan's activities as records that were stored at an even rate from an instant on."""
    ends = Counter[str]()
    number = 0
    for block in plan.blocks():
        times = occurred_times(begun_at + number * 1000 // records_per_second)
        for drawn in block:
            value = drawn.value(times[number % len(times)])
            now = begun_at + number * 1000 // records_per_second
            yield StoredRecord(drawn.topic, drawn.partition, ends[drawn.topic], now, drawn.key, value)
            ends[drawn.topic] += 1
            number += 1


@dataclass(slots=True)
class Kernel:
    """One partition's leads in memory, under the settings' defaults; counts the processor's seconds of each step.

    ``journal_entries_max`` None: the settings' default. ``wake_at``: when each lead is to be woken.
    """

    journal_entries_max: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    stage_changes: int = 0
    rows: int = 0
    row_bytes: int = 0
    leads: dict[str, Lead] = field(default_factory=dict)
    wake_at: dict[str, int | None] = field(default_factory=dict)
    _due: list[tuple[int, str]] = field(default_factory=list)
    _clock: int = 0
    _decoder: Decoder = field(init=False)
    _rules: FoldRules = field(init=False)
    _outputs: Outputs = field(init=False)

    def __post_init__(self) -> None:
        settings, scorecard = WorkSettings(), load(SCORECARD).scorecard
        day_ms, interval_ms = settings.lateness_max_seconds * 1000, settings.score_interval_seconds * 1000
        acceptance = Acceptance(settings.record_bytes_max, day_ms, settings.future_max_seconds * 1000)
        names = {topic.name: topic.name for topic in TOPICS.values() if topic.direction == "in"}
        placed = lru_cache(65_536)(lambda key: partition_of(key, 1))
        self._decoder = Decoder(InputNames(names, "repartition", "ticks"), acceptance, placed)
        entries_max = self.journal_entries_max or settings.journal_entries_max
        bounds = JournalBounds(entries_max, settings.journal_age_seconds * 1000)
        self._rules = FoldRules(scorecard, bounds, interval_ms)
        self._outputs = Outputs(
            OUTPUTS, 0, source="/bench", application_version="0", scorecard=scorecard, reasons_max=settings.reasons_max
        )

    def handle(self, batch: Sequence[StoredRecord]) -> None:
        """Take one batch through all steps."""
        run = [Ordered(record.timestamp, record) for record in batch]
        began = time.process_time()
        decoded = self._decoder.decoded(run)
        read = time.process_time()
        known = {item.lead_id for item in decoded if isinstance(item, Taken)}
        due = self._due_through(batch[-1].timestamp)
        known.update(due)
        leads = {lead_id: self.leads.get(lead_id) or Lead() for lead_id in known}
        ready = time.process_time()
        fold = Fold(leads, due.items(), self._clock, self._rules, self._outputs)
        for item in decoded:
            fold.take(item)
        changes = fold.changes()
        folded = time.process_time()
        rows = [encoded_lead(lead) for lead in changes.leads.values()]
        steps = {"decode": read - began, "fold": folded - ready, "encode": time.process_time() - folded}
        for step, seconds in steps.items():
            self.seconds[step] = self.seconds.get(step, 0.0) + seconds
        self._clock = fold.clock
        self._keep(changes, rows)

    def _due_through(self, instant: int) -> dict[str, int]:
        due = {}
        while self._due and self._due[0][0] <= instant:
            at, lead_id = heapq.heappop(self._due)
            if self.wake_at.get(lead_id) == at:
                due[lead_id] = at
        return due

    def _keep(self, changes: Changes, rows: Iterable[bytes]) -> None:
        self.leads |= changes.leads
        for lead_id, at in changes.due.items():
            if at is not None and self.wake_at.get(lead_id) != at:
                heapq.heappush(self._due, (at, lead_id))
            self.wake_at[lead_id] = at
        for (_, outcome), count in changes.tally.outcomes.items():
            self.outcomes[outcome] += count
        self.stage_changes += sum(changes.tally.stage_changes.values())
        self.rows += len(changes.leads)
        self.row_bytes += sum(map(len, rows))
