"""What the whole line must have made of its input: recomputed from the records as they stand on the topics.

Per partition number the records of all topics are put in the order of their append times, each lead's life is worked
out slowly (`tests.oracles.moves`), and what is refused is told. A record that a test made bad says so itself, in a
header; times are judged here, and where a record belongs: one that came to another partition must be found on
`repartition`, and counts for the first time that it stands there. Shares no code with the streams or the core but their
values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiokafka.partitioner import murmur2

from scorer.rules.scorecard import Scorecard
from tests.line.topics import TopicRecord
from tests.oracles.fields import body_of
from tests.oracles.moves import Life, Move, Place, require_understood
from tests.oracles.reigns import Reigns, Said, lived

EXPECTED_REASON = "expected_reason"
"""Header of a record that a test made bad: why it is to be refused."""
REPLAYED_AT = "leadstream_replay_appended_at_ms"
"""Header of a record that was replayed: when Kafka first stored it."""
TICKS, REPARTITION = "ticks", "repartition"
FORWARDED_PLACE = tuple(f"forwarded_source_{name}" for name in ("topic", "partition", "offset", "timestamp_ms"))
FORWARDED_KEY = "forwarded_source_key"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What the line goes by, beside the scorecard; the settings' defaults.

    ``mended`` are reasons whose cause was mended before anything was replayed: replays of such records are good.
    Without ``partitions`` no place is wrong.
    """

    lateness_max_ms: int = 7 * DAY_MS
    future_max_ms: int = 300_000
    journal_entries_max: int = 64
    journal_age_ms: int = 7 * DAY_MS
    mended: frozenset[str] = frozenset()
    partitions: int | None = None
    topic_prefix: str = ""


@dataclass
class Expected:
    """What must have come out: leads, clocks by partition, outcomes by topic and word, refusals by place.

    ``strays`` names for each record on a wrong partition the right one.
    """

    lives: dict[str, Life] = field(default_factory=dict)
    clocks: dict[int, int] = field(default_factory=dict)
    partition_of: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: dict[Place, str] = field(default_factory=dict)
    strays: dict[Place, int] = field(default_factory=dict)

    @property
    def moves(self) -> list[Move]:
        """Every change of stage, in no particular order."""
        return [move for life in self.lives.values() for move in life.moves]


def recomputed(records: Iterable[TopicRecord], scorecard: Scorecard | Reigns, rules: Rules | None = None) -> Expected:
    """Work out what the line must have made of some records.

    Args:
        records: All records of the input topics that were handled, ticks too, in any order but that of their offsets.
        scorecard: What valued them; several, if others came into force meanwhile.
        rules: Bounds, if they are not the defaults.
    """
    reigns = Reigns.of(scorecard)
    for one in reigns.every:
        require_understood(one)
    by_partition: defaultdict[int, list[TopicRecord]] = defaultdict(list)
    for record in records:
        by_partition[record.partition].append(record)
    expected = Expected()
    for partition, found in by_partition.items():
        expected.clocks[partition] = _partition(found, reigns, rules or Rules(), expected)
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


def owner_of(lead_id: str, partitions: int) -> int:
    """Return the partition of a lead, as Java's producer finds it."""
    return int(murmur2(lead_id.encode()) & 0x7FFFFFFF) % partitions


def source_of(record: TopicRecord, topic_prefix: str) -> TopicRecord:
    """Return a record as it stood first, by its own account if it was forwarded."""
    if record.topic != REPARTITION:
        return record
    said = dict(record.headers)
    topic, *numbers = (said[name].decode() for name in FORWARDED_PLACE)
    own = tuple(pair for pair in record.headers if pair[0] not in {"forwarded_reason", *FORWARDED_PLACE, FORWARDED_KEY})
    place = (topic.removeprefix(topic_prefix), *(int(number) for number in numbers))
    return TopicRecord(*place, said.get(FORWARDED_KEY), record.value, own)  # type: ignore[arg-type]


class Taken:
    """Which records one partition takes: those of its own leads, and what was forwarded to it for the first time."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._offsets: dict[tuple[str, int], int] = {}

    def is_stray(self, record: TopicRecord, lead_id: str) -> bool:
        """Tell whether a record is of another partition's lead."""
        partitions = self._rules.partitions
        return (
            partitions is not None and record.topic != REPARTITION and owner_of(lead_id, partitions) != record.partition
        )

    def is_taken(self, record: TopicRecord, source: TopicRecord, lead_id: str) -> bool:
        """Tell whether the next record counts here, and note how far the place is taken from which it was forwarded."""
        if record is source:
            return not self.is_stray(record, lead_id)
        is_new = source.offset > self._offsets.get(source.place[:2], -1)
        if is_new:
            self._offsets[source.place[:2]] = source.offset
        return is_new


def _partition(records: list[TopicRecord], reigns: Reigns, rules: Rules, expected: Expected) -> int:
    """Work out one partition; returns its clock at the end."""
    clock = 0
    taken = Taken(rules)
    by_lead: defaultdict[str, list[tuple[str, Said]]] = defaultdict(list)
    for appended_at, record in in_append_order(records):
        clock = max(clock, appended_at)
        if (reason := _refused(record, rules)) is not None:
            expected.outcomes[record.topic, reason] += 1
            expected.refused[record.place] = reason
        elif record.topic == TICKS:
            expected.outcomes[record.topic, "ticked"] += 1
        else:
            source = source_of(record, rules.topic_prefix)
            body = body_of(source.topic, source.value or b"")
            if taken.is_taken(record, source, body["lead_id"]):
                by_lead[body["lead_id"]].append((record.topic, (clock, source, body)))
            elif record is not source:
                expected.outcomes[record.topic, "forwarded_again"] += 1
            else:
                expected.outcomes[record.topic, "forwarded"] += 1
                expected.strays[record.place] = owner_of(body["lead_id"], rules.partitions or 1)
    # Leads know nothing of each other, so each can be told from beginning to end.
    for lead_id, found in by_lead.items():
        life = Life(lead_id, reigns.first, rules.journal_entries_max, rules.journal_age_ms)
        words = lived(life, reigns, (said for _, said in found), clock)
        expected.outcomes.update((topic, word) for (topic, _), word in zip(found, words, strict=True))
        expected.lives[lead_id] = life
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
    if record.topic == REPARTITION:
        return None  # its time was judged where it came
    body = body_of(record.topic, record.value or b"")
    if body["at"] - record.timestamp > rules.future_max_ms:
        return "future"
    return "too_late" if first_appended_at(record) - body["at"] > rules.lateness_max_ms else None
