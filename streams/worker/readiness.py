"""Whether a worker does its work: what is missing, one text each, in the order in which a start gets there."""

from streams.monitoring.metrics import Metrics
from streams.partition.partitions import Partitions
from streams.scorecards.following import ScorecardFollower


def missing(partitions: Partitions, metrics: Metrics, scorecards: ScorecardFollower, now: float) -> list[str]:
    """Name what keeps a worker from being ready; empty when it is.

    Args:
        partitions: What it owns.
        metrics: Know which servers failed to answer lately, and which partitions are rebuilt.
        scorecards: Know how far the scorecards are read.
        now: Monotonic seconds.
    """
    found = []
    if not partitions.has_assignment:
        found.append("not assigned yet: joining the consumer group, or claiming partitions in Redis")
    if partitions.split:
        found.append(f"partitions {sorted(partitions.split)} are split between workers and not scored")
    if partitions.orphaned:
        found.append(f"partitions {sorted(partitions.orphaned)} have no working owner")
    if rebuilt := metrics.recoveries.partitions:
        found.append(f"partitions {sorted(rebuilt)} are rebuilt from Kafka: leadstream status tells how far they are")
    found += scorecards.missing(now)
    found += [f"{server} does not answer, or refuses writes; see the log" for server in metrics.absences.away()]
    return found
