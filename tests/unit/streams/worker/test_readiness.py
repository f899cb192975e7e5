"""What keeps a worker from being ready is named."""

from typing import cast

from streams.scorecards.following import ScorecardFollower
from streams.table.door import TableUnavailable
from streams.transport.door import TopicPartition
from streams.worker.readiness import missing
from tests.builders.kafka import all_inputs
from tests.builders.owning import Worker
from tests.builders.records import FORM_FILLS
from tests.builders.virtual_time import in_virtual_time


class Scorecards:
    """Scorecards that are read far enough, or not."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def missing(self, now: float) -> list[str]:
        """Return what is missing."""
        assert now == 7.0
        return self._texts


def said(worker: Worker, *of_scorecards: str) -> list[str]:
    """Return what is missing of a worker, by its first words."""
    scorecards = cast("ScorecardFollower", Scorecards(*of_scorecards))
    return [text.split(":")[0] for text in missing(worker.partitions, worker.metrics, scorecards, 7.0)]


@in_virtual_time
async def test_a_worker_with_its_share_lacks_nothing() -> None:
    """Before the assignment it lacks that."""
    worker = Worker()
    assert said(worker) == ["not assigned yet"]

    await worker.partitions.assigned(all_inputs(0))

    assert said(worker) == []
    await worker.partitions.revoked()


@in_virtual_time
async def test_each_lack_has_a_text() -> None:
    """A partition in parts, one that is rebuilt, scorecards unread, a server away: all are told at once."""
    worker = Worker()
    await worker.partitions.assigned(all_inputs(0, 1) - {TopicPartition(FORM_FILLS, 1)})
    worker.metrics.recoveries.begin(0)
    worker.metrics.observe_retry(TableUnavailable("no answer"))

    assert said(worker, "scorecards are not read far enough") == [
        "partitions [1] are split between workers and not scored",
        "partitions [0] are rebuilt from Kafka",
        "scorecards are not read far enough",
        "redis does not answer, or refuses writes; see the log",
    ]
    worker.metrics.recoveries.end(0)
    assert len(said(worker)) == 2
    await worker.partitions.revoked()
