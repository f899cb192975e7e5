"""What owners work with, on fakes: a table, Kafka, and every part between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from scorer import Scorecard
from streams.lead.codec import decoded_lead
from streams.lead.lead import Lead
from streams.monitoring.metrics import Metrics
from streams.partition.fold import FoldRules
from streams.partition.judging import InForce, OneScorecard, ScorecardBook
from streams.partition.lead_cache import LeadRoom
from streams.partition.pace import SweepPace
from streams.partition.partitions import Partitions
from streams.partition.parts import OwnerLimits, OwnerParts, Timing
from streams.publisher.door import Message
from streams.table.course import Course
from streams.table.door import Claim, Commit, CommitAnswer, CommitReply, Unavailability
from streams.table.fake import FakeTable
from streams.tail.fake import FakeTails
from tests.builders.folding import TAIL_TOPICS, body, decoder, outputs, rules
from tests.builders.kafka import FakeInput, FakeKafka, KafkaOutputs, all_inputs
from tests.builders.records import TICKS, TOPICS, Record
from tests.builders.retained import FakeRetained
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import until

RETRY_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 5.0
FENCED_SECONDS_MAX = 12.0


class ToldTable(FakeTable):
    """A table that notes what was asked of it.

    It can hang: for ever, once it has so many commits. It can be away for so many calls once it said that it was moved.
    """

    def __init__(self, kafka: FakeKafka) -> None:
        super().__init__()
        self._kafka = kafka
        self.hangs_after: int | None = None
        self.failures_after_move = 0
        self.courses: list[Course | None] = []

    async def claim(self, partition: int, owner_token: str, *, above_epoch: int = 0) -> Claim:
        """See `streams.table.door.Table.claim`."""
        await self._hang()
        claim = await super().claim(partition, owner_token, above_epoch=above_epoch)
        self._kafka.steps.append(("claim", claim.epoch))
        return claim

    async def commit(self, commit: Commit) -> CommitReply:
        """See `streams.table.door.Table.commit`."""
        await self._hang()
        self.courses.append(commit.course)
        reply = await super().commit(commit)
        self._kafka.steps.append(("commit", reply.answer.value))
        return reply

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """See `streams.table.door.Table.acknowledge`."""
        answer = await super().acknowledge(partition, epoch, owner_token, through_sequence)
        self._kafka.steps.append(("trim", through_sequence))
        return answer

    async def verify(self, partition: int, epoch: int, owner_token: str, commit_token: str) -> CommitAnswer:
        """See `streams.table.door.Table.verify`."""
        answer = await super().verify(partition, epoch, owner_token, commit_token)
        if answer is CommitAnswer.MOVED:
            self.failures.extend([Unavailability.LOADING] * self.failures_after_move)
        return answer

    async def _hang(self) -> None:
        if self.hangs_after is not None and self.commits >= self.hangs_after:
            await asyncio.Event().wait()


@dataclass
class Worker:
    """One worker's owners, with the world around them. Another one on the same world is another process."""

    kafka: FakeKafka = field(default_factory=FakeKafka)
    scorecard: Scorecard = field(default_factory=tiny_scorecard)
    table: ToldTable = None  # type: ignore[assignment]  # made from kafka unless given
    publisher: KafkaOutputs = None  # type: ignore[assignment]  # as above
    limits: dict[str, Any] = field(default_factory=dict)
    input_bytes_max: int = 1_000_000
    lead_room_bytes: int = 1_000_000
    worker_ahead_ms: int = 0
    scorecards: ScorecardBook | None = None
    sweep_leads_per_second_max: int = 0
    retained: FakeRetained = None  # type: ignore[assignment]  # made from kafka unless given

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.table = self.table or ToldTable(self.kafka)
        self.publisher = self.publisher or KafkaOutputs(self.kafka)
        self.retained = self.retained or FakeRetained(self.kafka)
        self.tails = FakeTails(self.publisher, TAIL_TOPICS)
        self.metrics = Metrics(lambda: self.kafka.now_ms() / 1000)
        self.failures: list[BaseException] = []
        self.partitions = Partitions(
            topics=TOPICS,
            tick_topic=TICKS,
            input_bytes_max=self.input_bytes_max,
            parts=self.parts(),
            timing=Timing(
                wall_ms=lambda: self.kafka.now_ms() + self.worker_ahead_ms,
                monotonic=self.kafka.monotonic,
                stop_seconds_max=STOP_SECONDS_MAX,
                claim_seconds_max=6.0,
                fenced_seconds_max=FENCED_SECONDS_MAX,
            ),
            on_failure=self.failures.append,
        )
        self.input = FakeInput(self.kafka)
        self.partitions.connect(self.input)

    def parts(self) -> OwnerParts:
        """Return what its owners work with."""
        limits = {
            "batch_records_max": 100,
            "batch_bytes_max": 1_000_000,
            "merge_wait_seconds": 1.0,
            "retry_seconds_max": RETRY_SECONDS_MAX,
        } | self.limits
        return OwnerParts(
            table=self.table,
            publisher=self.publisher,
            tails=self.tails,
            tail_topics=TAIL_TOPICS,
            decoder=decoder(),
            outputs_of=lambda partition, scorecard: outputs(scorecard, partition),
            rules=self.rules(),
            scorecards=self.scorecards or OneScorecard(in_force(self.scorecard)),
            limits=OwnerLimits(**limits),
            lead_room=LeadRoom(self.lead_room_bytes),
            metrics=self.metrics,
            sweep_pace=SweepPace(self.sweep_leads_per_second_max),
            retained=self.retained,
        )

    def rules(self) -> FoldRules:
        """Return what its folds go by."""
        return rules(self.scorecard)

    def another(self, **changed: Any) -> "Worker":
        """Return another process in the same world."""
        fields: dict[str, Any] = {
            "kafka": self.kafka,
            "scorecard": self.scorecard,
            "table": self.table,
            "publisher": self.publisher,
            "limits": self.limits,
            "scorecards": self.scorecards,
            "sweep_leads_per_second_max": self.sweep_leads_per_second_max,
        }
        return Worker(**fields | changed)

    @asynccontextmanager
    async def working(self, *numbers: int) -> "AsyncIterator[Worker]":
        """Be assigned partition numbers (0 by default) and work while the block runs, then let go of them."""
        await self.assign(*(numbers or (0,)))
        consuming = asyncio.create_task(self.input.consume(self.partitions))
        try:
            yield self
        finally:
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)
            await self.partitions.revoked()

    async def assign(self, *numbers: int) -> None:
        """Be assigned partition numbers, and read on where the tables are."""
        resume_at = await self.partitions.assigned(all_inputs(*numbers))
        self.input.positions = {}
        for tp, offset in resume_at.items():
            await self.input.seek(tp, offset)

    async def caught_up(self, seconds_max: float = 60.0) -> None:
        """Wait until everything that is stored was handled and acknowledged."""
        await until(self.is_caught_up, seconds_max)

    def is_caught_up(self) -> bool:
        """Tell whether every log is acknowledged to its end."""
        return all(
            self.kafka.committed.get(tp, 0) > log[-1].offset
            for tp, log in self.kafka.logs.items()
            if log and tp in self.input.positions
        )

    async def lead(self, lead_id: str = "lead-ada", partition: int = 0) -> Lead:
        """Return a lead as the table has it."""
        stored = await self.table.lead(partition, lead_id)
        return Lead() if stored is None else decoded_lead(stored)

    def said(self, topic: str) -> list[dict[str, Any]]:
        """Return what was published to a topic."""
        return [body(message) for message in self.publisher.of(topic)]

    def outputs(self) -> list[Message]:
        """Return what was published to the output topics."""
        return [message for message in self.publisher.published if message.topic in TAIL_TOPICS.outputs]


def in_force(scorecard: Scorecard) -> InForce:
    """Return a scorecard that is in force from the beginning, as a file is."""
    return InForce(scorecard, f"fingerprint of {scorecard.version}")


def view_log(*records: Record) -> FakeKafka:
    """Return a Kafka that has stored records."""
    kafka = FakeKafka()
    kafka.store(*records)
    return kafka
