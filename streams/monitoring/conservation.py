"""What came in and what became of it, counted apart, so that a record that got lost between the two would show.

Over a worker's life ``received = applied + repeat + unmatched + ticked + dead letters (+ forwarded)``, exactly: both
sides are counted once the commit is applied, the one from the records, the other from what was done to them.
"""

from collections import Counter as Count
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter

from streams.partition.records import Decoded
from streams.partition.replays import is_said_replayed, replay_of


class ConservationMetrics:
    """Counters of what was received, of replays among it, and of dead letters that had to be shortened."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the counters."""
        self.received = Counter(
            "leadstream_records_received",
            "Records whose effects are committed, by topic: the sum of leadstream_activities_total over its outcomes.",
            ["topic"],
            registry=registry,
        )
        self.replays = Counter(
            "leadstream_replays_received", "Records among them that are replays of dead letters.", registry=registry
        )
        self.refused_replay_headers = Counter(
            "leadstream_replay_headers_refused",
            "Records among them whose headers of a replay cannot be: taken as if they had none.",
            registry=registry,
        )
        self.shortened = Counter(
            "leadstream_dead_letters_shortened",
            "Dead letters that Kafka refused whole, so that a stub was published.",
            registry=registry,
        )

    def expect(self, topics: Iterable[str]) -> None:
        """Begin the series of all inputs at zero."""
        for topic in topics:
            self.received.labels(topic)

    def observe(self, decoded: Sequence[Decoded]) -> None:
        """Count records whose effects are committed."""
        for topic, count in Count(item.record.topic for item in decoded).items():
            self.received.labels(topic).inc(count)
        for item in decoded:
            if item.record.headers and is_said_replayed(item.record):
                counter = self.refused_replay_headers if replay_of(item.record) is None else self.replays
                counter.inc()
