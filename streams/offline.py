"""Scoring without servers: activities in file order through the same fold that a worker runs.

Each lead belongs to the partition that Kafka would give it, each partition has its own clock, and a record's append
time is when it happened, as on a broker that takes the producers' times; one from before the clock is judged at the
clock. So a file scores as the same records do on topics with as many partitions, down to the ids of the stage changes
where the records have the same places there. Only bad lines differ: they are told to the caller instead of going to
the dead letters.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from schemas.lead_score import LeadScore
from scorer import LeadState, explain_all
from streams.lead.lead import Lead
from streams.partition.changes import Changes
from streams.partition.fold import Fold, FoldRules
from streams.partition.outputs import Outputs, OutputTopics
from streams.partition.records import Taken
from streams.publisher.door import Message
from streams.translation.activity_lines import read_line
from streams.translation.told import wire_lead_score

NEVER_MS = 2**53
"""An interval of `lead-scores` for who has no readers of it: each lead is told once. It decides no stage."""
FOLD_RECORDS_MAX = 50_000
"""After so many records a fold is made anew: it keeps a superseded wake-up until its instant has passed."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as Kafka would hand it over, of what never was on a topic."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class OfflineScorer:
    """The tables of all partitions, in memory.

    Args:
        rules: What to go by.
        partitions: How many partitions the topics would have.
        partition_of: Where a key belongs.
        reasons_max: How many terms a stage change names.
        until: Milliseconds since the epoch: what happened later is left out and counted; None takes everything.
    """

    def __init__(
        self,
        rules: FoldRules,
        *,
        partitions: int,
        partition_of: Callable[[bytes, int], int],
        reasons_max: int,
        until: int | None = None,
    ) -> None:
        self._rules = rules
        self._partitions = partitions
        self._partition_of = partition_of
        self._reasons_max = reasons_max
        self._leads: dict[str, Lead] = {}
        self._parts: dict[int, _Part] = {}
        self._until = until
        self.left_out_count = 0
        self.outcomes: Counter[str] = Counter()
        self.clock = 0

    def take(self, line: bytes) -> Iterator[Message]:
        """Score one line of JSON and return what would be published.

        Raises:
            LineRefused: If it is no activity and no profile update; nothing changed then.
        """
        topic, content = read_line(line)
        if self._until is not None and content.occurred_at > self._until:
            self.left_out_count += 1
            return iter(())
        lead_id = content.source
        key = lead_id.encode()
        part = self._part(self._partition_of(key, self._partitions))
        record = part.appended(topic, content.occurred_at, key, line)
        self.clock = max(self.clock, record.timestamp)
        return self._told(part.take(Taken(record, record.timestamp, lead_id, content)))

    def wake_through(self, instant: int) -> Iterator[Message]:
        """Let time pass everywhere, up to an instant in milliseconds, and return what would be published."""
        self.clock = max(self.clock, instant)
        for _, part in sorted(self._parts.items()):
            yield from self._told(part.wake_through(instant))

    def leads(self) -> Iterable[tuple[str, LeadState]]:
        """Return every lead and its state, by id."""
        return ((lead_id, lead.state) for lead_id, lead in sorted(self._leads.items()))

    def lead_score(self, lead_id: str, state: LeadState) -> LeadScore:
        """Return a lead's scores as of the clock, as `lead-scores` would carry them."""
        scorecard = self._rules.scorecard
        return wire_lead_score(
            explain_all(state, scorecard, self.clock),
            lead_id=lead_id,
            state=state,
            scorecard=scorecard,
            scored_at=self.clock,
            reasons_max=self._reasons_max,
        )

    def _part(self, number: int) -> "_Part":
        if number not in self._parts:
            outputs = Outputs(
                OutputTopics("stage-changes", "lead-scores", "dead-letters", "repartition", "challenger-stage-changes"),
                number,
                source="/leadstream/offline",
                application_version=version("leadstream"),
                scorecard=self._rules.scorecard,
                reasons_max=self._reasons_max,
            )
            self._parts[number] = _Part(number, self._leads, self._rules, outputs)
        return self._parts[number]

    def _told(self, changes: Changes) -> Iterator[Message]:
        for (_, outcome), count in changes.tally.outcomes.items():
            self.outcomes[outcome] += count
        return iter(changes.messages)


class _Part:
    """One partition: its place in each topic, its wake-ups, its fold."""

    def __init__(self, number: int, leads: dict[str, Lead], rules: FoldRules, outputs: Outputs) -> None:
        self._number = number
        self._leads = leads
        self._rules = rules
        self._outputs = outputs
        self._offsets: dict[str, int] = defaultdict(int)
        self._due: dict[str, int] = {}
        self._taken = 0
        self._fold = Fold(leads, (), 0, rules, outputs)

    def appended(self, topic: str, occurred_at: int, key: bytes, value: bytes) -> StoredRecord:
        """Give a line its place in a topic."""
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        return StoredRecord(topic, self._number, offset, occurred_at, key, value)

    def take(self, item: Taken) -> Changes:
        """Handle a record."""
        self._leads.setdefault(item.lead_id, Lead())
        self._taken += 1
        if self._taken % FOLD_RECORDS_MAX == 0:
            self._fold = Fold(self._leads, self._due.items(), self._fold.clock, self._rules, self._outputs)
        self._fold.take(item)
        return self._changes()

    def wake_through(self, instant: int) -> Changes:
        """Handle what time alone brings."""
        self._fold.wake_through(instant)
        return self._changes()

    def _changes(self) -> Changes:
        changes = self._fold.changes()
        for lead_id, wake_at in changes.due.items():
            if wake_at is None:
                self._due.pop(lead_id, None)
            else:
                self._due[lead_id] = wake_at
        return changes
