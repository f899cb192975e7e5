"""How the process does as a whole: what its watchdog sees twice a second, and what the kernel counts of it."""

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.process_collector import ProcessCollector


class VitalsMetrics:
    """Metrics of how a worker does; a part of `streams.monitoring.metrics.Metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them, and on Linux those of the process: memory, processor time, open files, when it began."""
        ProcessCollector(registry=registry)
        self._standstill_seconds = Gauge(
            "leadstream_standstill_seconds",
            "How long the partition that is worst off has had work and done none of it; 0 while all go on.",
            registry=registry,
        )
        self._silence_seconds = Gauge(
            "leadstream_kafka_silence_seconds",
            "How long ago Kafka last answered a fetch; 0 while there is nothing to fetch.",
            registry=registry,
        )
        self._behind = Gauge(
            "leadstream_partitions_behind",
            "Partition numbers of this worker with records that are not handled yet.",
            registry=registry,
        )
        self._partitions = Gauge("leadstream_partitions", "Partition numbers that there are.", registry=registry)
        self._drift = Gauge(
            "leadstream_partition_drift",
            "Topics that have another number of partitions than set, or are gone; the worker is about to end.",
            registry=registry,
        )

    def expect(self, partitions: int) -> None:
        """Say how many partition numbers there are."""
        self._partitions.set(partitions)

    def observe_drift(self, topics: int) -> None:
        """Say how many topics have not the partitions that they should have."""
        self._drift.set(topics)

    def observe(self, *, standstill_seconds: float, silence_seconds: float, partitions_behind: int) -> None:
        """Say what the watchdog saw."""
        self._standstill_seconds.set(standstill_seconds)
        self._silence_seconds.set(silence_seconds)
        self._behind.set(partitions_behind)
