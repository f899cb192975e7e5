"""One simulated installation: brokers, tables, workers and their supervisor, and the trace of what happened."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from scorer import Scorecard
from streams.partition.partitions import InputLost
from streams.partition.patience import GaveUp
from streams.partition.tenure import Fenced
from streams.table.door import Claim, Commit, CommitAnswer, CommitReply
from streams.table.fake import FakeTable
from streams.transport.door import TopicPartition
from tests.builders.records import TOPICS
from tests.simulation.chance import dice
from tests.simulation.chronicle import Chronicle, content_of_entry
from tests.simulation.group import SESSION_SECONDS, Group
from tests.simulation.kafka import SimulatedKafka
from tests.simulation.line import Line
from tests.simulation.loop import STARTS_AT_SECONDS, Process, SimulatedLoop
from tests.simulation.servers import (
    PUBLISH_TIMEOUT_SECONDS,
    TABLE_TIMEOUT_SECONDS,
    SimulatedPublisher,
    SimulatedTable,
    SimulatedTails,
    tails_of,
)
from tests.simulation.worker import SimulatedWorker

SNAPSHOT_SECONDS = 1.0
SNAPSHOTS_MAX = 12
EXPECTED_FAILURES = (GaveUp, Fenced, InputLost)
"""For these a process ends and is started anew; any other end is a bug."""


class Event(NamedTuple):
    """Something that happened, at virtual seconds after the start."""

    at: float
    who: str
    what: str

    def __str__(self) -> str:
        """Return a line for people."""
        return f"{self.at:9.4f}  {self.who:<10} {self.what}"


class World:
    """Everything that a seed makes."""

    def __init__(
        self,
        seed: int,
        loop: SimulatedLoop,
        scorecard: Scorecard,
        challenger: Scorecard | None = None,
        *,
        is_told: bool = False,
    ) -> None:
        """Make the servers; nothing happens yet.

        Args:
            seed: Decides all.
            loop: Whose time it goes by.
            scorecard: What values the leads.
            challenger: Judges beside it, if there is one.
            is_told: Print the trace as it happens.
        """
        self.seed = seed
        self.loop = loop
        self.scorecard, self.challenger = scorecard, challenger
        self.trace: list[Event] = []
        self._is_told = is_told
        shape = dice(seed, "shape")
        self.partitions = shape.choice((1, 2, 2, 3))
        self.worker_count = shape.choice((1, 2, 2, 3))
        self._clocks: Random = dice(seed, "clocks")
        self.kafka = SimulatedKafka(loop, dice(seed, "kafka"))
        self.chronicle = Chronicle(self.kafka)
        self.table = FakeTable()
        self._tails = tails_of(self.kafka)
        self.table_line = Line(loop, dice(seed, "table"), TABLE_TIMEOUT_SECONDS)
        self.publisher_line = Line(loop, dice(seed, "publisher"), PUBLISH_TIMEOUT_SECONDS)
        self.group = Group(loop, dice(seed, "group"), self.partitions, self._dealt)
        self.workers: list[SimulatedWorker] = []
        self.snapshots: list[dict[int, object]] = []
        self.rollbacks = 0
        self.watcher: Callable[[Commit], None] | None = None
        self._started = 0

    @property
    def now(self) -> float:
        """Virtual seconds since the start."""
        return self.loop.time() - STARTS_AT_SECONDS

    def say(self, who: str, what: str) -> None:
        """Add to the trace."""
        event = Event(round(self.now, 6), who, what)
        self.trace.append(event)
        if self._is_told:
            print(event)  # noqa: T201 - for whoever replays a seed

    def _dealt(self, shares: dict[str, list[int]]) -> None:
        self.say("group", f"deals {shares}")

    def dissolve(self) -> None:
        """Let go of all parts, once nobody looks at them any more.

        They hold each other, and it takes the garbage collector long to find so many out.
        """
        for worker in self.workers:
            worker.dissolve()
        for part in (self.kafka, self.chronicle, self.table, self.group, self.table_line, self.publisher_line, self):
            vars(part).clear()

    # -- workers

    def start_worker(self) -> None:
        """Start one more process."""
        name = f"worker-{self._started}"
        self._started += 1
        # Minutes off, either way; only few are right.
        ahead_ms = self._clocks.choice((0, -300_000, 300_000, self._clocks.randint(-5_000, 5_000)))
        worker = SimulatedWorker(
            name,
            self.loop,
            self.kafka,
            self.group,
            chance=dice(self.seed, name),
            partitions=self.partitions,
            scorecard=self.scorecard,
            challenger=self.challenger,
            ahead_ms=ahead_ms,
            on_failure=self._failed,
        )

        def committed(commit: Commit, reply: CommitReply) -> None:
            self.chronicle.note_commit(name, worker.decoder.handled, commit, reply)
            marks = ",".join(f"{topic}:{offset}" for topic, offset in sorted(commit.watermarks.items()))
            if self.watcher is not None and reply.answer is CommitAnswer.DONE:
                self.watcher(commit)
            self.say(name, f"commit {commit.partition} {reply.answer.value} [{marks}] outputs={len(commit.outbox)}")

        table = SimulatedTable(self.table_line, self.table, committed, lambda claim: self._claimed(name, claim))
        publisher = SimulatedPublisher(
            self.publisher_line, self.kafka, dice(self.seed, f"{name}/publisher"), self.chronicle.note_published
        )
        tails = SimulatedTails(self.publisher_line, self._tails, lambda read: self.chronicle.note_tails(name, read))
        worker.connect(table, publisher, tails)
        self.workers.append(worker)
        self.say(name, f"starts, its clock {ahead_ms} ms ahead")
        worker.start()

    def living(self) -> list[SimulatedWorker]:
        """Return the workers that are not dead."""
        return [worker for worker in self.workers if not worker.process.is_dead and not worker.has_left]

    def worker_of(self, process: Process) -> SimulatedWorker:
        """Return the worker that is a process."""
        return next(worker for worker in self.workers if worker.process is process)

    def kill(self, worker: SimulatedWorker) -> None:
        """End a process at once; its supervisor starts it anew, and the group notices its silence."""
        if worker.process.is_dead:
            return
        self.say(worker.name, "killed")
        self._end(worker, SESSION_SECONDS)

    def _failed(self, worker: SimulatedWorker, error: BaseException) -> None:
        if worker.process.is_dead:
            return
        self.say(worker.name, f"fails: {type(error).__name__}: {error}")
        if not isinstance(error, EXPECTED_FAILURES):
            self.chronicle.violations.append(f"{worker.name} failed with {error!r}")
        self._end(worker, 0.1)

    def _end(self, worker: SimulatedWorker, noticed_seconds: float) -> None:
        worker.process.kill()
        self.loop.later(noticed_seconds, self.group.leave, worker.name)
        self.loop.later(0.7, self.start_worker)

    def _claimed(self, name: str, claim: Claim) -> None:
        self.chronicle.note_claim(name, claim)
        self.say(name, f"claims {claim.partition}, epoch {claim.epoch}, {len(claim.outbox)} unpublished")

    # -- tables

    def keep_snapshots(self) -> None:
        """Take a copy of the tables now and then, to go back to."""
        self.snapshots = [*self.snapshots, self.table.copied()][-SNAPSHOTS_MAX:]
        self.loop.later(SNAPSHOT_SECONDS, self.keep_snapshots)

    def roll_back(self, snapshot: dict[int, object] | None) -> None:
        """Go back to a copy of the tables, or to nothing."""
        self.rollbacks += 1
        if snapshot is None:
            self.table.wipe()
        else:
            self.table.restore(snapshot)
        stored = self.table._partitions
        self.chronicle.note_rollback({number: found.owner_token for number, found in stored.items()})

    def lose_history(self, tp: TopicPartition, before: int) -> None:
        """Lose the tables, and what lies before an offset of an input for good: no backup is as old as that."""
        self.kafka.erase(tp, before)
        self.snapshots = []
        self.roll_back(None)

    def watermark(self, tp: TopicPartition) -> int:
        """Return the last offset of an input that the tables have, -1 if none."""
        stored = self.table._partitions.get(tp.partition)
        return -1 if stored is None else stored.watermarks.get(tp.topic, -1)

    def next_due_at(self, partition: int) -> int | None:
        """Return when the tables have the next wake-up of a partition."""
        stored = self.table._partitions.get(partition)
        return None if stored is None else stored.next_due_at()

    def is_quiet(self) -> bool:
        """Tell whether every record was handled, every wake-up done and every output published and trimmed."""
        stored = self.table._partitions
        return all(self._is_done(number, stored.get(number)) for number in range(self.partitions))

    def _is_done(self, number: int, stored: object) -> bool:
        logs = {topic: self.kafka.log(topic, number) for topic in TOPICS}
        if stored is None:
            return not any(logs.values())
        marks: dict[str, int] = stored.watermarks  # type: ignore[attr-defined]  # the fake's own
        is_read = all(marks.get(topic, -1) == log[-1].offset for topic, log in logs.items() if log)
        # A copy from between a commit and its trim leaves an entry that is out already; the next commit takes it away.
        outbox = {content_of_entry(entry) for entry in stored.outbox.values()}  # type: ignore[attr-defined]
        is_told = outbox <= self.chronicle.published
        return is_read and is_told and stored.next_due_at() is None  # type: ignore[attr-defined]  # as above
