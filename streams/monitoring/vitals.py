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

    def observe(self, *, standstill_seconds: float, silence_seconds: float, partitions_behind: int) -> None:
        """Say what the watchdog saw."""
        self._standstill_seconds.set(standstill_seconds)
        self._silence_seconds.set(silence_seconds)
        self._behind.set(partitions_behind)
