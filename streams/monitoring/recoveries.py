"""What recoveries did: which partitions replay, what was not published again, and what had to be corrected."""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge


class RecoveryMetrics:
    """The metrics of recoveries of one worker process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register all of them in a registry."""
        self._partitions: set[int] = set()
        self.replaying = Gauge(
            "leadstream_partitions_replaying",
            "Partition numbers whose tables are behind what was published, and catch up.",
            registry=registry,
        )
        self._records = Gauge(
            "leadstream_replay_records",
            "Records that the last replay of a partition has to handle, by offsets.",
            ["partition"],
            registry=registry,
        )
        self._records_done = Gauge(
            "leadstream_replay_records_done",
            "Records that the last replay of a partition has handled, by offsets.",
            ["partition"],
            registry=registry,
        )
        self.dropped = Counter(
            "leadstream_replayed_outputs",
            "Outputs that a replay decided again and did not publish again, by output topic.",
            ["topic"],
            registry=registry,
        )
        self.corrections = Counter(
            "leadstream_corrections",
            "Leads told otherwise than a replay decided, and corrected.",
            registry=registry,
        )

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that replay."""
        return frozenset(self._partitions)

    def expect(self, output_topics: Iterable[str]) -> None:
        """Begin the series of all outputs at zero."""
        for topic in output_topics:
            self.dropped.labels(topic)

    def begin(self, partition: int) -> None:
        """Note that a partition replays."""
        self._partitions.add(partition)
        self.replaying.set(len(self._partitions))

    def end(self, partition: int) -> None:
        """Note that a partition replays no more, or has no owner here."""
        self._partitions.discard(partition)
        self.replaying.set(len(self._partitions))

    def observe_course(self, partition: int, *, done: int, total: int) -> None:
        """Say how far a partition's replay is."""
        self._records.labels(str(partition)).set(total)
        self._records_done.labels(str(partition)).set(done)

    def observe_corrected(self, leads: int) -> None:
        """Count corrected leads."""
        self.corrections.inc(leads)

    def observe_dropped(self, before: Mapping[str, int], now: Mapping[str, int]) -> None:
        """Count outputs that were not published again, from how many by topic there were before and are now."""
        for topic, count in now.items():
            self.dropped.labels(topic).inc(count - before.get(topic, 0))
