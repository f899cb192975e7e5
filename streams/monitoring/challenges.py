"""What is exported of challengers: the stage changes that they decide, and where they have the leads that moved."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter

from streams.partition.changes import ChallengeTally


class ChallengeMetrics:
    """Metrics of challengers; a part of `streams.monitoring.metrics.Metrics`. Series begin with a challenger."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register them."""
        self._stage_changes = Counter(
            "leadstream_challenger_stage_changes",
            "Stage changes decided by a challenger, by score and stage entered.",
            ["score", "stage"],
            registry=registry,
        )
        self._stands = Counter(
            "leadstream_challenger_moves",
            "Times that the scorecard in force or its challenger moved a lead, by where the challenger has it since.",
            ["score", "stands"],
            registry=registry,
        )
        self._failed = Counter(
            "leadstream_challenges_failed",
            "Times that judging a lead by a challenger broke the scorer: a fault of ours.",
            registry=registry,
        )

    def observe(self, tallies: Iterable[ChallengeTally]) -> None:
        """Count what committed steps came to by a challenger."""
        for tally in tallies:
            for score, stage in tally.stage_changes:
                self._stage_changes.labels(score, stage).inc()
            for score, stands in tally.stands:
                self._stands.labels(score, stands.value).inc()
            self._failed.inc(tally.is_failed)
