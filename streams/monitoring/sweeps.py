"""What is exported of scorecards: which is in force, how far the re-score of each partition is, what was refused."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge


class SweepMetrics:
    """Metrics of scorecards; a part of `streams.monitoring.metrics.Metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self._done = Gauge(
            "leadstream_sweep_leads_done",
            "Leads that the last re-score of a partition has judged.",
            ["partition"],
            registry=registry,
        )
        self._total = Gauge(
            "leadstream_sweep_leads",
            "Leads that the last re-score of a partition has to judge.",
            ["partition"],
            registry=registry,
        )
        self._refused = Counter(
            "leadstream_scorecards_refused",
            "Records on the topic of scorecards that bring none into force, by reason.",
            ["reason"],
            registry=registry,
        )
        self._lost = Counter(
            "leadstream_scorecards_lost",
            "Times that a partition was judged by a published scorecard that its topic no longer has.",
            registry=registry,
        )
        self._next_at = Gauge(
            "leadstream_scorecard_next_activation_timestamp_seconds",
            "When the last known scorecard comes or came into force; 0 if none was published.",
            registry=registry,
        )

    def expect_refusals(self, reasons: Iterable[str]) -> None:
        """Begin the series of all reasons at zero."""
        for reason in reasons:
            self._refused.labels(reason)

    def observe(self, partition: int, *, done: int, total: int) -> None:
        """Say how far a partition's re-score is."""
        self._done.labels(str(partition)).set(done)
        self._total.labels(str(partition)).set(total)

    def observe_activation(self, active_at: int) -> None:
        """Say when the last known scorecard comes into force, in milliseconds."""
        self._next_at.set(active_at / 1000)

    def observe_lost(self) -> None:
        """Count a partition whose scorecard is gone."""
        self._lost.inc()

    def observe_refusal(self, reason: str) -> None:
        """Count a record that was refused."""
        self._refused.labels(reason).inc()
