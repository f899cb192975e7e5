"""Every metric that leadstream exports, and the only door to the Prometheus client.

Names have the prefix ``leadstream_`` and base units; labels hold topics, outcomes, reasons, scores and stages, never
a lead. What any process tells of itself has the names that it has everywhere, with ``process_`` before them.
"""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)

from schemas.forwarded import Stray
from schemas.refusals import Reason
from streams.monitoring.absences import Absences
from streams.monitoring.challenges import ChallengeMetrics
from streams.monitoring.conservation import ConservationMetrics
from streams.monitoring.progress import ProgressMetrics
from streams.monitoring.punctuality import SECONDS_BUCKETS, PunctualityMetrics
from streams.monitoring.recoveries import RecoveryMetrics
from streams.monitoring.sweeps import SweepMetrics
from streams.monitoring.vitals import VitalsMetrics
from streams.partition.changes import Changes
from streams.partition.records import Decoded
from streams.publisher.door import PublishUnavailable
from streams.tail.door import TailsUnavailable
from streams.transport.door import HoleReason, InputSilent

REASONS = frozenset(reason.value for reason in Reason)
TICKED = "ticked"
"""The outcome of a tick, which is no record of anybody's."""

# When each series began: nobody asks, and it would be nearly half of all series.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there


class Metrics:
    """The metrics of one worker process."""

    def __init__(self, wall_seconds: Callable[[], float], registry: CollectorRegistry | None = None) -> None:
        """Register all metrics, zero series first where the labels are a closed set.

        Args:
            wall_seconds: The worker's clock in seconds since the epoch; it dates freshness, and decides nothing.
            registry: Where to register; a new one by default.
        """
        self.registry = registry if registry is not None else CollectorRegistry()
        self._wall_seconds = wall_seconds
        self.absences = Absences(wall_seconds)
        self.handled_records = 0
        self._make_counters()
        self._make_trouble_counters()
        self._make_histograms()
        self._make_gauges()
        self.conservation = ConservationMetrics(self.registry)
        self.recoveries = RecoveryMetrics(self.registry)
        self.sweeps = SweepMetrics(self.registry)
        self.challenges = ChallengeMetrics(self.registry)
        self.vitals = VitalsMetrics(self.registry)
        self.punctuality = PunctualityMetrics(self.registry)
        self.progress = ProgressMetrics(self.registry, wall_seconds)

    def expect(self, *, inputs: Iterable[str], outputs: Iterable[str], stages: Iterable[tuple[str, str]]) -> None:
        """Begin at zero what is counted by topic, and by score and stage."""
        self.conservation.expect(inputs)
        self.recoveries.expect(outputs)
        for score, stage in stages:
            self.stage_changes.labels(score, stage)

    def _make_counters(self) -> None:
        """Register what only rises."""
        to = self.registry
        self.activities = Counter(
            "leadstream_activities",
            "Records handled, by topic and what became of them.",
            ["topic", "outcome"],
            registry=to,
        )
        self.dead_letters = Counter("leadstream_dead_letters", "Records refused, by reason.", ["reason"], registry=to)
        for reason in Reason:
            self.dead_letters.labels(reason.value)
        self.forwarded_records = Counter(
            "leadstream_forwarded_records",
            "Records on the wrong partition, forwarded to their owner, by what was wrong.",
            ["reason"],
            registry=to,
        )
        self.wrong_keys = Counter(
            "leadstream_wrong_keys",
            "Records without a key, or under a wrong one, that were on the right partition all the same.",
            ["reason"],
            registry=to,
        )
        for stray in Stray:
            self.forwarded_records.labels(stray.value)
            if stray is not Stray.WRONG_PARTITION:
                self.wrong_keys.labels(stray.value)
        self.stage_changes = Counter(
            "leadstream_stage_changes",
            "Stage changes decided, by score and stage entered.",
            ["score", "stage"],
            registry=to,
        )
        self.wake_ups = Counter("leadstream_wake_ups", "Wake-ups handled.", registry=to)
        self.failed_wake_ups = Counter(
            "leadstream_wake_ups_failed", "Wake-ups and re-scores that broke the scorer: a fault of ours.", registry=to
        )
        self.journal_evictions = Counter(
            "leadstream_journal_evictions", "Journal entries dropped for want of room, before their age.", registry=to
        )

    def _make_trouble_counters(self) -> None:
        """Register what rises when something is wrong; the series of closed sets start at zero."""
        to = self.registry
        self.retries = Counter(
            "leadstream_retries", "Calls to a server that had to be repeated, by server.", ["server"], registry=to
        )
        for server in ("redis", "kafka"):
            self.retries.labels(server)
        self.fences = Counter(
            "leadstream_fence_rejections", "Commits refused because another worker owns the partition.", registry=to
        )
        self.rollbacks = Counter(
            "leadstream_table_rollbacks", "Times a table was found behind its owner's last commit.", registry=to
        )
        self.missing_inputs = Counter(
            "leadstream_missing_inputs",
            "Holes in an input whose records nobody can read, by reason.",
            ["reason"],
            registry=to,
        )
        for hole in HoleReason:
            self.missing_inputs.labels(hole.value)
        self.rebalances = Counter(
            "leadstream_rebalances", "Times that partitions were assigned to this worker anew.", registry=to
        )
        self.rereads = Counter(
            "leadstream_rereads", "Times an input began beyond where its table ends and was read again.", registry=to
        )

    def _make_histograms(self) -> None:
        """Register what is distributed."""
        to = self.registry
        self.commit_seconds = Histogram(
            "leadstream_commit_seconds",
            "Duration of a commit to Redis, retries included.",
            registry=to,
            buckets=SECONDS_BUCKETS,
        )
        self.publish_seconds = Histogram(
            "leadstream_publish_seconds",
            "Duration of publishing a batch's outputs, retries included.",
            registry=to,
            buckets=SECONDS_BUCKETS,
        )
        self.event_loop_lag_seconds = Histogram(
            "leadstream_event_loop_lag_seconds",
            "How much later than asked for the event loop woke a task that slept; a sample twice a second.",
            registry=to,
            buckets=SECONDS_BUCKETS,
        )
        self.batch_records = Histogram(
            "leadstream_batch_records",
            "Records of a batch.",
            registry=to,
            buckets=(1, 3, 10, 30, 100, 300, 1000, 3000, 10000),
        )

    def _make_gauges(self) -> None:
        """Register what goes up and down."""
        to = self.registry
        self.partitions = Gauge("leadstream_partitions_owned", "Partition numbers that this worker owns.", registry=to)
        self.split_partitions = Gauge(
            "leadstream_partitions_split",
            "Partition numbers of which this worker holds only some topics; not scored.",
            registry=to,
        )
        self.progress_at = Gauge(
            "leadstream_last_progress_timestamp_seconds",
            "When the last batch was committed and published.",
            registry=to,
        )
        self.build = Info("leadstream_build", "Version and scorecard of this worker.", registry=to)

    def observe_batch(self, decoded: Sequence[Decoded], changed_at: Sequence[int] = ()) -> None:
        """Count a batch whose effects are committed and published.

        Args:
            decoded: Its records.
            changed_at: Of each stage change that it told, since when it holds, in milliseconds.
        """
        now = self._wall_seconds()
        self.batch_records.observe(len(decoded))
        self.progress_at.set(now)
        self.conservation.observe(decoded)
        self.punctuality.observe(decoded, changed_at, now)

    def observe_changes(self, changes: Changes) -> None:
        """Count what a committed fold did."""
        tally = changes.tally
        for (topic, outcome), count in tally.outcomes.items():
            self.activities.labels(topic, outcome).inc(count)
            self.handled_records += count if outcome != TICKED else 0
            if outcome in REASONS:
                self.dead_letters.labels(outcome).inc(count)
        for (stray, is_forwarded), count in tally.strays.items():
            (self.forwarded_records if is_forwarded else self.wrong_keys).labels(stray.value).inc(count)
        for (score, stage), count in tally.stage_changes.items():
            self.stage_changes.labels(score, stage).inc(count)
        self.challenges.observe(tally.challenges)
        self.wake_ups.inc(len(tally.wake_up_lateness_ms))
        self.punctuality.observe_wake_ups(tally.wake_up_lateness_ms)
        self.failed_wake_ups.inc(tally.failed_wake_ups)
        self.journal_evictions.inc(tally.evicted_count)

    def observe_retry(self, error: Exception) -> None:
        """Count a failed call, and say so."""
        server = "kafka" if isinstance(error, PublishUnavailable | TailsUnavailable | InputSilent) else "redis"
        self.retries.labels(server).inc()
        self.absences.note(server, error)

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)
