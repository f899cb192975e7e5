"""Every record accounted for: received = applied + repeat + unmatched + ticked + dead-lettered (+ forwarded).

Held against the topics themselves, so it holds whatever became of the workers; and, where they lived through all of it,
against their own counts, exactly.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from schemas.dead_letter import DeadLetterHeaders
from tests.line.topics import TopicRecord

Place = tuple[str, int, int]
"""A record's topic (as in the catalogue), partition and offset."""
TAKEN = frozenset({"applied", "repeat", "unmatched", "ticked", "forwarded_again"})
REPARTITION = "repartition"
SOURCE = ("forwarded_source_topic", "forwarded_source_partition", "forwarded_source_offset")
"""Headers of a record on `repartition`: where it stood first."""
FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Balance:
    """What came in, and what of it was put aside or sent on; the rest was taken.

    ``refused`` counts by topic and reason; ``repeated_letters`` are dead letters beyond the first of a record, as a
    crash between publishing and trimming leaves them: none in a healthy run.
    """

    received: Counter[str]
    refused: Counter[tuple[str, str]]
    forwarded: Counter[str]
    repeated_letters: int

    @property
    def taken(self) -> Counter[str]:
        """How many records of each topic were applied, repeats, unmatched or ticks."""
        gone = Counter(self.forwarded)
        for (topic, _), count in self.refused.items():
            gone[topic] += count
        assert all(gone[topic] <= self.received[topic] for topic in gone), (self.received, gone)
        return Counter({topic: count - gone[topic] for topic, count in self.received.items()})

    def require_exact(self, outcomes: Mapping[tuple[str, str], int], received: Mapping[str, int]) -> None:
        """Require a healthy run's own counts to be exactly these.

        Args:
            outcomes: By topic (as in the catalogue) and outcome, from the workers' metrics.
            received: By topic, from ``leadstream_records_received_total``.
        """
        assert self.repeated_letters == 0
        told: dict[str, Counter[str]] = {"taken": Counter(), FORWARDED: Counter()}
        refused: Counter[tuple[str, str]] = Counter()
        for (topic, outcome), count in outcomes.items():
            if outcome in TAKEN or outcome == FORWARDED:
                told[FORWARDED if outcome == FORWARDED else "taken"][topic] += count
            else:
                refused[topic, outcome] += count
        assert +told["taken"] == +self.taken
        assert +told[FORWARDED] == +self.forwarded
        assert +refused == +self.refused
        assert +Counter(received) == +self.received, (+Counter(received), +self.received)


def balance(
    inputs: Sequence[TopicRecord],
    letters: Sequence[TopicRecord],
    watermarks: Mapping[tuple[str, int], int],
    *,
    unread: Collection[Place] = (),
    topic_prefix: str = "",
) -> Balance:
    """Hold what the tables say was handled against the topics.

    Args:
        inputs: Every record of the input topics.
        letters: Every dead letter.
        watermarks: Per topic (as in the catalogue) and partition the last offset whose effects are in the tables.
        unread: Records among them that a test's client cannot read either.
        topic_prefix: The installation's.

    A record that was sent on to its owner is received once more there: what becomes of it is counted on `repartition`.

    Raises:
        AssertionError: If a dead letter is of no record that was handled.
    """
    handled = {one.place for one in inputs} | set(unread)
    handled = {place for place in handled if place[2] <= watermarks.get(place[:2], -1)}
    received_at = {_source(one, topic_prefix): one.place for one in inputs if one.topic == REPARTITION}
    refused: dict[Place, str] = {}
    repeated_count = 0
    for letter in letters:
        said = DeadLetterHeaders.from_headers(letter.headers)
        place = (said.source_topic.removeprefix(topic_prefix), said.source_partition, said.source_offset)
        place = received_at.get(place, place)
        assert place in handled, f"a dead letter of {place}, which was not handled"
        repeated_count += place in refused
        refused.setdefault(place, said.reason.value)
    return Balance(
        received=Counter(topic for topic, _, _ in handled),
        refused=Counter((place[0], reason) for place, reason in refused.items()),
        forwarded=Counter(place[0] for place in handled if place in received_at),
        repeated_letters=repeated_count,
    )


def _source(record: TopicRecord, topic_prefix: str) -> Place | None:
    """Return where a forwarded record stood first; None if it does not say."""
    said = dict(record.headers)
    if not all(name in said for name in SOURCE):
        return None
    topic, partition, offset = (said[name].decode() for name in SOURCE)
    return topic.removeprefix(topic_prefix), int(partition), int(offset)
