"""How late everything is: records, activities, stage changes and wake-ups, each from its instant to its effect."""

from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry

from streams.monitoring.distribution import Distribution
from streams.partition.records import Decoded, Taken

SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""The bounds of the objectives, 2 s and 30 s, are among them."""

AGE_BUCKETS = (0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0)
"""What producers hold back is minutes old, what is imported is months old."""


class PunctualityMetrics:
    """Histograms of lateness; a part of `streams.monitoring.metrics.Metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self._freshness = Distribution(
            "leadstream_freshness_seconds",
            "From a record's append time to its effects being committed and published.",
            registry,
            SECONDS_BUCKETS,
        )
        self._stage_change = Distribution(
            "leadstream_stage_change_seconds",
            "From when a stage change holds (its record's append time, or the computed instant) to it being published.",
            registry,
            SECONDS_BUCKETS,
        )
        self._activity_age = Distribution(
            "leadstream_activity_age_seconds",
            "From when an activity occurred, as its producer says, to its effects being committed and published.",
            registry,
            AGE_BUCKETS,
        )
        self._wake_up_lateness = Distribution(
            "leadstream_wake_up_lateness_seconds",
            "From the computed instant of a wake-up to the stream time at which it was handled.",
            registry,
            SECONDS_BUCKETS,
        )

    def observe(self, decoded: Sequence[Decoded], changed_at: Iterable[int], now: float) -> None:
        """Count a batch that is published at an instant in seconds.

        Args:
            decoded: Its records.
            changed_at: Of each stage change that it told, since when it holds, in milliseconds.
            now: The worker's clock; where it is behind the broker's or the producer's, it counts as just in time.
        """
        self._freshness.observe_many([max(0.0, now - item.appended_at / 1000) for item in decoded])
        self._activity_age.observe_many(
            [max(0.0, now - item.content.occurred_at / 1000) for item in decoded if isinstance(item, Taken)]
        )
        self._stage_change.observe_many([max(0.0, now - at / 1000) for at in changed_at])

    def observe_wake_ups(self, lateness_ms: Iterable[int]) -> None:
        """Count wake-ups, each by how late it was in milliseconds."""
        self._wake_up_lateness.observe_many([one / 1000 for one in lateness_ms])
