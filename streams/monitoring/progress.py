"""How far the partitions of a worker are: what was applied last, how long records wait, what is not yet published.

Nothing is counted while the worker works: whoever reads the metrics makes it look.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.partition.progress import Progress


class ProgressMetrics(Collector):
    """Gauges of progress; a part of `streams.monitoring.metrics.Metrics`.

    Args:
        registry: Where to register them.
        wall_seconds: The worker's clock in seconds since the epoch.
    """

    def __init__(self, registry: CollectorRegistry, wall_seconds: Callable[[], float]) -> None:
        self._wall_seconds = wall_seconds
        self._look: Callable[[], Iterable[Progress]] = tuple
        self._unpublished_since: dict[int, tuple[int, float]] = {}
        registry.register(self)

    def watch(self, look: Callable[[], Iterable[Progress]]) -> None:
        """Set how to see how far each partition is."""
        self._look = look

    def collect(self) -> Iterator[Metric]:
        """Look, and yield what is seen."""
        seen, now = list(self._look()), self._wall_seconds()
        yield _applied(seen)
        yield _lag(seen, now)
        yield GaugeMetricFamily(
            "leadstream_outbox_messages",
            "Outputs that are committed, and that Kafka has not acknowledged yet.",
            value=sum(one.unpublished for one in seen),
        )
        yield GaugeMetricFamily(
            "leadstream_outbox_oldest_seconds",
            "How long the oldest of them has waited, as far as the readings of this metric tell; 0 if there is none.",
            value=self._oldest_seconds(seen, now),
        )
        yield _scorecards(seen)

    def _oldest_seconds(self, seen: Iterable[Progress], now: float) -> float:
        """Return for how long a partition has had the same first output that is not published."""
        before, self._unpublished_since = self._unpublished_since, {}
        for one in seen:
            if one.first_unpublished is not None:
                known, since = before.get(one.partition, (None, now))
                since = since if known == one.first_unpublished else now
                self._unpublished_since[one.partition] = (one.first_unpublished, since)
        return max((now - since for _, since in self._unpublished_since.values()), default=0.0)


def _applied(seen: Iterable[Progress]) -> Metric:
    family = GaugeMetricFamily(
        "leadstream_last_applied_timestamp_seconds",
        "When Kafka stored the last record whose effects are in the table, by topic and partition.",
        labels=["topic", "partition"],
    )
    for one in seen:
        for topic, applied_at in sorted(one.applied_at.items()):
            family.add_metric([topic, str(one.partition)], applied_at / 1000)
    return family


def _lag(seen: Iterable[Progress], now: float) -> Metric:
    family = GaugeMetricFamily(
        "leadstream_lag_seconds",
        "How long ago Kafka stored the first record that waits, by partition; 0 where none waits.",
        labels=["partition"],
    )
    for one in seen:
        lag_seconds = 0.0 if one.waits_since is None else max(0.0, now - one.waits_since / 1000)
        family.add_metric([str(one.partition)], lag_seconds)
    return family


def _scorecards(seen: Iterable[Progress]) -> Metric:
    family = GaugeMetricFamily(
        "leadstream_partitions_judged",
        "Partition numbers of this worker by the version of the scorecard that is in force in them.",
        labels=["scorecard"],
    )
    for version, count in sorted(Counter(one.scorecard for one in seen).items()):
        family.add_metric([version], count)
    return family
