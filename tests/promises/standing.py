"""The check that a worker which stands still is told of, and one that waits or has nothing to do is not.

Real owners on fakes, in virtual time, looked at as the watchdog looks at them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from streams.monitoring.awake import AwakeClock
from streams.partition.sighting import Sighting
from streams.transport.door import TopicPartition
from streams.worker.standstill import Bounds, Look, Standstill
from streams.worker.watchdog import LOOK_SECONDS, STEP_SECONDS_MAX
from tests.builders.kafka import FakeInput
from tests.builders.owning import RETRY_SECONDS_MAX, Worker, view_log
from tests.builders.records import page_view
from tests.builders.virtual_time import elapse, until

STALL_SECONDS_MAX = 5.0
MERGE_WAIT_SECONDS = 1.0
OUTAGE_SECONDS = 24.0
"""Longer than any standstill may last, shorter than servers may be away."""


@dataclass
class Watched:
    """A worker under watch. ``reasons`` holds what the rules say, as often as they say it.

    ``paused_seconds`` is for how long nothing of the process ran.
    """

    worker: Worker
    reasons: list[str] = field(default_factory=list)
    paused_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Begin to watch."""
        self._rules = Standstill(Bounds(STALL_SECONDS_MAX, MERGE_WAIT_SECONDS, RETRY_SECONDS_MAX))
        self._awake = AwakeClock(self.now, STEP_SECONDS_MAX)

    def now(self) -> float:
        """Return the time as the process sees it."""
        return self.worker.kafka.monotonic() + self.paused_seconds

    async def watch(self, seconds: float) -> None:
        """Look for so long, twice a second."""
        for _ in range(round(seconds / LOOK_SECONDS)):
            await elapse(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Look once."""
        partitions = self.worker.partitions
        look = Look(
            self._awake.read(),
            self.now(),
            partitions.has_assignment,
            partitions.sightings(),
            partitions.problem(),
        )
        if (reason := self._rules.reason(look)) is not None:
            self.reasons.append(reason)


class Backlogged(FakeInput):
    """An input that is behind its known end, and brings nothing. Kafka answers, or does not."""

    is_answered = True

    def is_at_end(self, tp: TopicPartition) -> bool:
        """It is not."""
        return False

    def answered_at(self, tp: TopicPartition) -> float:
        """Now, or long ago."""
        return self.kafka.monotonic() - (0.1 if self.is_answered else 60.0)


async def check_waiting() -> None:
    """An outage of Redis or Kafka, a pause of the process, and having nothing to do are no standstill."""
    worker = Worker(kafka=view_log(page_view("/pricing"), page_view("/pricing")))
    watched = Watched(worker)
    async with worker.working():
        await worker.caught_up()
        await watched.watch(OUTAGE_SECONDS)
        assert watched.reasons == [], "nothing to do"

        worker.table.is_full = True
        worker.kafka.store(page_view("/pricing"))
        await watched.watch(1.0)
        worker.kafka.store(page_view("/pricing"))
        await watched.watch(OUTAGE_SECONDS)
        worker.table.is_full = False
        await worker.caught_up()
        assert watched.reasons == [], "Redis away"

        worker.publisher.failures = 10**6
        worker.kafka.store(*[page_view("/pricing")] * 9)
        await watched.watch(OUTAGE_SECONDS)
        worker.publisher.failures = 0
        await worker.caught_up()
        assert watched.reasons == [], "Kafka takes no outputs"

        watched.look()
        watched.paused_seconds = 100 * STALL_SECONDS_MAX
        watched.look()
        assert watched.reasons == [], "the process was paused"


async def check_waiting_for_records() -> None:
    """A Kafka that does not answer is away, whatever it is known to have."""
    worker = Worker()
    positions = Backlogged(worker.kafka)
    positions.is_answered = False
    worker.partitions.connect(positions)
    watched = Watched(worker)
    async with worker.working():
        await watched.watch(OUTAGE_SECONDS)
    assert watched.reasons == [], "Kafka away"


async def check_frozen_flow() -> None:
    """An owner whose flow waits for something that never comes is told of."""
    worker = Worker(kafka=view_log(page_view("/pricing")))
    watched = Watched(worker)
    async with worker.working():
        await worker.caught_up()
        worker.table.hangs_after = worker.table.commits
        worker.kafka.store(page_view("/pricing"))
        await watched.watch(2 * STALL_SECONDS_MAX)
    assert any("its owner does not go on" in reason for reason in watched.reasons)


async def check_nothing_taken() -> None:
    """An owner that turns and turns and takes nothing of what waits is told of."""
    worker = Worker(kafka=view_log(page_view("/pricing")))
    watched = Watched(worker)
    async with worker.working():
        await worker.caught_up()
        for holding in worker.partitions._holdings.values():
            holding.owner._take = list  # type: ignore[method-assign]
        worker.kafka.store(page_view("/pricing"))
        await watched.watch(2 * (STALL_SECONDS_MAX + MERGE_WAIT_SECONDS))
    assert any("records wait" in reason for reason in watched.reasons)


async def check_nothing_arrives() -> None:
    """An input that is behind, with a Kafka that answers, is told of."""
    worker = Worker()
    worker.partitions.connect(Backlogged(worker.kafka))
    watched = Watched(worker)
    async with worker.working():
        await watched.watch(2 * STALL_SECONDS_MAX)
    assert any("Kafka has more and answers" in reason for reason in watched.reasons)


async def check_no_assignment() -> None:
    """A worker that cannot join for longer than servers may be away is told of; one that is a reserve is not."""
    worker = Worker()
    watched = Watched(worker)
    await watched.watch(RETRY_SECONDS_MAX - 1.0)
    assert watched.reasons == [], "joining"
    await watched.watch(5.0)
    assert any("no partitions were assigned" in reason for reason in watched.reasons)

    watched = Watched(worker)
    await worker.partitions.assigned(frozenset())
    await watched.watch(2 * RETRY_SECONDS_MAX)
    assert watched.reasons == [], "a reserve"


async def check_lost_owner() -> None:
    """A partition that nobody works on, in a worker that claimed it, is told of in the end."""
    worker = Worker()
    watched = Watched(worker)
    async with worker.working():
        await until(lambda: worker.partitions.owned)
        for holding in worker.partitions._holdings.values():
            holding.close()
        await watched.watch(RETRY_SECONDS_MAX)
        assert watched.reasons == [], "claiming again"
        await watched.watch(2 * STALL_SECONDS_MAX)
    assert any("no working owner" in reason for reason in watched.reasons)


def seen(**changed: object) -> Sighting:
    """Return a sighting of an owner that has nothing to do."""
    fields: dict[str, object] = {
        "partition": 0,
        "is_open": True,
        "turns": 0,
        "steps": 0,
        "refusals": 0,
        "has_records": False,
        "is_behind": False,
        "answered_at": float("-inf"),
        "heard_at": float("-inf"),
    }
    return Sighting(**{**fields, **changed})  # type: ignore[arg-type]  # named by the test


CHECKS: tuple[Callable[..., object], ...] = (
    check_waiting,
    check_waiting_for_records,
    check_frozen_flow,
    check_nothing_taken,
    check_nothing_arrives,
    check_no_assignment,
    check_lost_owner,
)
