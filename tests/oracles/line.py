"""What the whole line must have made of its input: recomputed from the records as they stand on the topics.

Per partition number the records of all topics are put in the order of their append times, each lead's life is worked
out slowly (`tests.oracles.moves`), and what is refused is told. A record that a test made bad says so itself, in a
header; times are judged here. Shares no code with the streams or the core but their values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scorer.rules.scorecard import Scorecard
from tests.line.topics import TopicRecord
from tests.oracles.fields import body_of
from tests.oracles.moves import Life, Move, Place, require_understood

EXPECTED_REASON = "expected_reason"
"""Header of a record that a test made bad: why it is to be refused."""
REPLAYED_AT = "leadstream_replay_appended_at_ms"
"""Header of a record that was replayed: when Kafka first stored it."""
TICKS = "ticks"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What the line goes by, beside the scorecard; the settings' defaults.

    ``mended`` are reasons whose cause was mended before anything was replayed: replays of such records are good.
    """

    lateness_max_ms: int = 7 * DAY_MS
    future_max_ms: int = 300_000
    journal_entries_max: int = 64
    journal_age_ms: int = 7 * DAY_MS
    mended: frozenset[str] = frozenset()


@dataclass
class Expected:
    """What must have come out: leads, clocks by partition, outcomes by topic and word, refusals by place."""

    lives: dict[str, Life] = field(default_factory=dict)
    clocks: dict[int, int] = field(default_factory=dict)
    partition_of: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: dict[Place, str] = field(default_factory=dict)

    @property
    def moves(self) -> list[Move]:
        """Every change of stage, in no particular order."""
        return [move for life in self.lives.values() for move in life.moves]


def recomputed(records: Iterable[TopicRecord], scorecard: Scorecard, rules: Rules | None = None) -> Expected:
    """Work out what the line must have made of some records.

    Args:
        records: All records of the input topics that were handled, ticks too, in any order but that of their offsets.
        scorecard: What valued them.
        rules: Bounds, if they are not the defaults.
    """
    require_understood(scorecard)
    by_partition: defaultdict[int, list[TopicRecord]] = defaultdict(list)
    for record in records:
        by_partition[record.partition].append(record)
    expected = Expected()
    for partition, found in by_partition.items():
        expected.clocks[partition] = _partition(found, scorecard, rules or Rules(), expected)
    return expected


def in_append_order(records: Iterable[TopicRecord]) -> list[tuple[int, TopicRecord]]:
    """Return one partition's records in the order of their append times, each with that time.

    Where producers set the times, one may lie before its predecessor's; then the predecessor's counts. At a tie the
    topic's name decides, and ticks come last.
    """
    latest: defaultdict[str, int] = defaultdict(int)
    ranked = []
    for record in sorted(records, key=lambda record: record.offset):
        latest[record.topic] = max(latest[record.topic], record.timestamp)
        ranked.append(((latest[record.topic], record.topic == TICKS, record.topic, record.offset), record))
    ranked.sort(key=lambda pair: pair[0])
    return [(rank[0], record) for rank, record in ranked]


def is_refused(record: TopicRecord, rules: Rules) -> bool:
    """Tell whether a record must be refused."""
    return _refused(record, rules) is not None


def _partition(records: list[TopicRecord], scorecard: Scorecard, rules: Rules, expected: Expected) -> int:
    """Work out one partition; returns its clock at the end."""
    clock = 0
    by_lead: defaultdict[str, list[tuple[int, TopicRecord, dict[str, Any]]]] = defaultdict(list)
    for appended_at, record in in_append_order(records):
        clock = max(clock, appended_at)
        if (reason := _refused(record, rules)) is not None:
            expected.outcomes[record.topic, reason] += 1
            expected.refused[record.place] = reason
        elif record.topic == TICKS:
            expected.outcomes[record.topic, "ticked"] += 1
        else:
            body = body_of(record.topic, record.value or b"")
            by_lead[body["lead_id"]].append((clock, record, body))
    # Leads know nothing of each other, so each can be told from beginning to end.
    for lead_id, found in by_lead.items():
        life = expected.lives[lead_id] = Life(lead_id, scorecard, rules.journal_entries_max, rules.journal_age_ms)
        for now, record, body in found:
            take = life.said if record.topic == "lead-profiles" else life.did
            expected.outcomes[record.topic, take(body, now, record.place)] += 1
        life.pass_time(clock)
        expected.partition_of[lead_id] = records[0].partition
    return clock


def first_appended_at(record: TopicRecord) -> int:
    """Return when Kafka first stored a record, in milliseconds: a replay says so in a header."""
    said = dict(record.headers).get(REPLAYED_AT)
    return record.timestamp if said is None else int(said)


def _refused(record: TopicRecord, rules: Rules) -> str | None:
    """Return why a record must be refused, if so."""
    if record.topic == TICKS:
        return None
    reason = _reason(record, rules)
    return None if REPLAYED_AT in dict(record.headers) and reason in rules.mended else reason


def _reason(record: TopicRecord, rules: Rules) -> str | None:
    reason = dict(record.headers).get(EXPECTED_REASON)
    if reason is not None:
        return reason.decode()
    body = body_of(record.topic, record.value or b"")
    if body["at"] - record.timestamp > rules.future_max_ms:
        return "future"
    return "too_late" if first_appended_at(record) - body["at"] > rules.lateness_max_ms else None
