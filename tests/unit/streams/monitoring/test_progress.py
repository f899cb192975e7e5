"""How far partitions are is seen when somebody reads it."""

from dataclasses import replace

from prometheus_client import CollectorRegistry

from streams.monitoring.progress import ProgressMetrics
from streams.partition.progress import Progress
from tests.builders.records import NOW, SECOND

IDLE = Progress(
    partition=3,
    applied_at={"page-views": NOW - SECOND},
    waits_since=None,
    unpublished=0,
    first_unpublished=None,
    scorecard="2026-11",
)


class Seen:
    """A worker whose partitions are set by the test, at a time that is too."""

    def __init__(self, *partitions: Progress) -> None:
        self.partitions = partitions
        self.now = NOW / 1000
        self.registry = CollectorRegistry()
        ProgressMetrics(self.registry, lambda: self.now).watch(lambda: self.partitions)

    def figure(self, name: str, **labels: str) -> float | None:
        """Return one figure, None if it is not there; every reading is a look."""
        return self.registry.get_sample_value(name, labels)


def test_what_was_applied_last_is_told_by_topic_and_partition() -> None:
    """In seconds, as Prometheus has instants."""
    seen = Seen(IDLE)

    applied_at = seen.figure("leadstream_last_applied_timestamp_seconds", topic="page-views", partition="3")
    assert applied_at == NOW / 1000 - 1


def test_there_is_a_lag_only_while_something_waits() -> None:
    """A partition with nothing to do has none, rather than one that grows; no clock makes one negative."""
    waiting = replace(IDLE, partition=4, waits_since=NOW - 7 * SECOND)
    ahead = replace(IDLE, partition=5, waits_since=NOW + SECOND)
    seen = Seen(IDLE, waiting, ahead)

    assert seen.figure("leadstream_lag_seconds", partition="3") == 0
    assert seen.figure("leadstream_lag_seconds", partition="4") == 7
    assert seen.figure("leadstream_lag_seconds", partition="5") == 0


def test_an_outbox_that_does_not_drain_grows_old() -> None:
    """As long as the same output is the first of a partition; another one is a fresh one."""
    full = replace(IDLE, unpublished=2, first_unpublished=41)
    seen = Seen(IDLE, full)
    ages = []
    for first in (41, 41, 43):
        seen.partitions = (replace(full, first_unpublished=first), replace(IDLE, partition=9))
        ages.append(seen.figure("leadstream_outbox_oldest_seconds"))
        seen.now += 5
    seen.partitions = (IDLE,)

    assert ages == [0, 5, 0]
    assert seen.figure("leadstream_outbox_oldest_seconds") == 0
    assert seen.figure("leadstream_outbox_messages") == 0


def test_outputs_that_wait_are_counted_over_all_partitions() -> None:
    """Whatever partition they are of."""
    seen = Seen(*(replace(IDLE, partition=p, unpublished=p, first_unpublished=1) for p in (1, 2)))

    assert seen.figure("leadstream_outbox_messages") == 3


def test_partitions_are_counted_by_the_scorecard_in_force() -> None:
    """So that a release is seen to come into force everywhere."""
    seen = Seen(IDLE, replace(IDLE, partition=4), replace(IDLE, partition=5, scorecard="2026-12"))

    assert seen.figure("leadstream_partitions_judged", scorecard="2026-11") == 2
    assert seen.figure("leadstream_partitions_judged", scorecard="2026-12") == 1


def test_a_worker_with_a_hundred_partitions_stays_below_its_bound() -> None:
    """All nine input topics of each, with a lag: what is exported by partition leaves room for all else."""
    topics = {f"topic-{number}": NOW for number in range(9)}
    seen = Seen(*(replace(IDLE, partition=p, applied_at=topics, waits_since=NOW) for p in range(100)))

    assert sum(len(family.samples) for family in seen.registry.collect()) < 1_100
