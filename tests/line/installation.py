"""One installation for one test: its settings, topics, workers and tables, on servers that others may use too.

A test puts records on the topics, starts and stops workers, waits (bounded, by polling) until all is handled, and then
looks at what stands on the topics and in the tables.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from redis.asyncio import Redis, RedisCluster

from schemas.topics import INPUT_TOPICS, TOPICS
from streams.configuration.settings import Settings, load_settings
from streams.kafka.topic_admin import create_topics
from streams.lead.codec import decoded_lead
from streams.lead.lead import Lead
from streams.scorecards.loading import load
from streams.table.keys import WATERMARK, partition_keys
from streams.table.redis import RedisTable
from tests.line.activities import crowd
from tests.line.reading_tables import reading_client
from tests.line.topics import Produced, TopicRecord, produce, read
from tests.line.worker_process import WorkerProcess
from tests.oracles.line import REPARTITION, owner_of

ROOT = Path(__file__).parents[2]
POLL_SECONDS = 0.05
SETTLED_SECONDS_MAX = 60.0
JOINED_SECONDS_MAX = 45.0
PAGE = 500
LEAD_ID = re.compile(rb'"lead_id": "([^"\\]+)"')
AHEAD_MS = 2_000
"""What producers' stamps are ahead, where the broker takes them. Else a tick could be stamped before a record that it
overtakes on its way, which only a broker that stamps by itself rules out, and an oracle that sees the topics afterwards
could not tell."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What the table says of one partition. ``due_at`` is its earliest wake-up; None if there is none."""

    watermarks: Mapping[str, int]
    clock: int
    scorecard: str
    outbox_count: int
    due_at: int | None


class Installation:
    """Settings with all that they name; a context manager, at whose end no worker runs any more.

    Args:
        folder: Takes logs.
        is_apache: Whether the broker is Apache Kafka, which sets append times.
        settings: Settings by field name; Kafka, Redis, prefixes and the scorecard must be among them.
    """

    def __init__(self, folder: Path, *, is_apache: bool, **settings: Any) -> None:
        self.folder = folder
        self.is_apache = is_apache
        self._given: dict[str, Any] = {
            "partitions": 4,
            # No order is given up because this machine is slow: the promises are about known orders.
            "merge_wait_seconds": 30.0,
            "score_interval_seconds": 2,
            "idempotent_producer": is_apache,
            "allow_create_time": not is_apache,
            **settings,
        }
        self.settings: Settings = load_settings(**self._given)
        loaded = load(self.settings.scorecard)
        self.scorecard, self.scorecard_fingerprint = loaded.scorecard, loaded.fingerprint
        self.ends: Counter[tuple[str, int]] = Counter()
        self.has_strays = False
        self.workers: list[WorkerProcess] = []

    def changed(self, **settings: Any) -> Self:
        """Return this installation under other settings: the same topics, records and, if it is so, tables."""
        other = type(self)(self.folder, is_apache=self.is_apache, **{**self._given, **settings})
        other.ends = self.ends
        other.has_strays = self.has_strays
        other.workers = self.workers
        return other

    @property
    def environment(self) -> dict[str, str]:
        """The settings as environment variables."""
        given = {f"LEADSTREAM_{name.upper()}": str(value) for name, value in self._given.items()}
        return {**given, "PYTHONPATH": str(ROOT)}

    def worker(self, **environment: str) -> WorkerProcess:
        """Return one more worker, not started."""
        name = f"worker-{len(self.workers)}"
        self.workers.append(WorkerProcess(name, {**self.environment, **environment}, self.folder))
        return self.workers[-1]

    def started(self) -> WorkerProcess:
        """Start one more worker; returns at once."""
        worker = self.worker()
        worker.start()
        return worker

    async def create_topics(self) -> None:
        """Create all topics."""
        creation = await create_topics(self.settings)
        assert len(creation.created) == len(TOPICS), creation

    async def produce(self, records: Sequence[Produced], codec: str | None = None) -> None:
        """Put records on their topics, compressed if a codec is named; returns when the broker has them."""
        went = await produce(self.settings.kafka_bootstrap, self.settings.topic_prefix, records, codec)
        # What is forwarded stands among what a test puts on that topic: it has a wait of its own.
        self.ends.update(place for place in went if place[0] != REPARTITION)
        self.has_strays = self.has_strays or any(
            record.topic == REPARTITION or self._is_stray(record, partition)
            for record, (_, partition) in zip(records, went, strict=True)
        )

    async def produce_views(self, seed: int, count: int, *, leads: int = 40, name: str = "lead") -> None:
        """Put page views on their topic that happen now."""
        stamp = now_ms() if self.is_apache else now_ms() + AHEAD_MS
        stretch = {"from_at": stamp - 50, "to_at": stamp}
        await self.produce(crowd(seed, leads=leads, activities=count, name=name, is_views_only=True, **stretch))

    async def read(self, *topics: str) -> list[TopicRecord]:
        """Return every record of some topics, by place."""
        settings = self.settings
        return await read(settings.kafka_bootstrap, settings.topic_prefix, topics, settings.partitions)

    async def handled_input(self) -> list[TopicRecord]:
        """Return the records of all input topics whose effects the tables hold, ticks too."""
        facts = await self.facts()
        prefix = self.settings.topic_prefix
        return [
            record
            for record in await self.read(*INPUT_TOPICS)
            if record.offset <= facts[record.partition].watermarks.get(prefix + record.topic, -1)
        ]

    async def facts(self) -> dict[int, TableFacts]:
        """Return what the tables say of each partition."""
        settings = self.settings
        client = await reading_client(settings)
        try:
            return {
                number: await _facts(client, settings.redis_prefix, number) for number in range(settings.partitions)
            }
        finally:
            await client.aclose()

    async def leads(self) -> dict[str, Lead]:
        """Return every lead of the tables."""
        return {lead_id: decoded_lead(row) for lead_id, row in (await self.rows()).items()}

    async def rows(self) -> dict[str, bytes]:
        """Return every lead of the tables as the bytes that stand there."""
        table = RedisTable.from_settings(self.settings)
        rows: dict[str, bytes] = {}
        try:
            for number in range(self.settings.partitions):
                cursor, ids = 0, set[str]()
                while True:
                    found, cursor = await table.leads_after(number, cursor, PAGE)
                    ids.update(found)
                    if cursor == 0:
                        break
                loaded = await table.load(number, sorted(ids), due_until=-1, due_count_max=0)
                rows |= loaded.leads
        finally:
            await table.close()
        return rows

    async def handled_count(self) -> int:
        """Return how many of the produced records the tables hold."""
        facts = await self.facts()
        prefix = self.settings.topic_prefix
        return sum(facts[number].watermarks.get(prefix + topic, -1) + 1 for topic, number in self.ends)

    async def handled(self, count: int, seconds_max: float = SETTLED_SECONDS_MAX) -> None:
        """Wait until the tables hold at least so many of the produced records."""
        await self.until(lambda: self._has_handled(count), seconds_max, f"{count} records handled")

    async def settled(self, seconds_max: float = SETTLED_SECONDS_MAX, *, through: int | None = None) -> None:
        """Wait until all that was produced is handled and published, and every wake-up due by then too.

        Args:
            seconds_max: Bound of the wait.
            through: Instant in milliseconds through which time has to have passed; by default when all is handled.
        """
        await self.handled(self.ends.total(), seconds_max)
        until = now_ms() if through is None else through
        await self.until(lambda: self._is_quiet(until), seconds_max, f"wake-ups handled through {until}")
        if self.has_strays:
            # All that strayed is forwarded, for the outboxes are empty.
            await self.until(self._has_received, seconds_max, "all that strayed received")
            await self.until(lambda: self._is_quiet(until), seconds_max, f"wake-ups handled through {until}")

    async def joined(self, *workers: WorkerProcess) -> None:
        """Wait until each of some workers owns partitions."""

        async def own() -> bool:
            return all(worker.owned_count() > 0 for worker in workers)

        await self.until(own, JOINED_SECONDS_MAX, f"{', '.join(worker.name for worker in workers)} own partitions")

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds_max: float, what: str) -> None:
        """Poll until an awaitable condition holds; fail when it takes too long or a worker ended badly meanwhile."""
        deadline = time.monotonic() + seconds_max
        while not await holds():
            ended = [worker for worker in self.workers if worker.has_failed]
            assert not ended, f"{ended[0].name} ended with {ended[0].exit_code}:\n{ended[0].log()[-3000:]}"
            assert time.monotonic() < deadline, f"not within {seconds_max:g} s: {what}\n{await self._situation()}"
            await asyncio.sleep(POLL_SECONDS)

    async def _has_handled(self, count: int) -> bool:
        return await self.handled_count() >= count

    def _is_stray(self, record: Produced, partition: int) -> bool:
        """Tell whether a record is of a lead of another partition than the one that it went to."""
        found = LEAD_ID.search(record.value or b"")
        return found is not None and owner_of(found[1].decode(), self.settings.partitions) != partition

    async def _has_received(self) -> bool:
        """Tell whether the tables hold all that stands on `repartition`."""
        facts, topic = await self.facts(), self.settings.topic_prefix + REPARTITION
        return all(
            record.offset <= facts[record.partition].watermarks.get(topic, -1)
            for record in await self.read(REPARTITION)
        )

    async def _is_quiet(self, through: int) -> bool:
        facts = await self.facts()
        return all(fact.outbox_count == 0 and (fact.due_at is None or fact.due_at > through) for fact in facts.values())

    async def _situation(self) -> str:
        facts = "\n".join(f"{number}: {fact}" for number, fact in (await self.facts()).items())
        logs = "\n".join(f"{worker.name}:\n{worker.log()[-1500:]}" for worker in self.workers)
        return f"{facts}\nproduced: {dict(self.ends)}\n{logs}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()


async def _facts(client: Redis | RedisCluster, prefix: str, number: int) -> TableFacts:
    keys = partition_keys(prefix, number)
    # No transaction: a Redis that is full refuses even those that only read.
    pipeline = client.pipeline(transaction=False)
    pipeline.hgetall(keys.meta)
    pipeline.llen(keys.outbox)
    pipeline.zrange(keys.due, 0, 0, withscores=True)
    meta, outbox_length, first = await pipeline.execute()
    facts = {name.decode(): value.decode() for name, value in meta.items()}
    marks = {name.removeprefix(WATERMARK): int(value) for name, value in facts.items() if name.startswith(WATERMARK)}
    due_at = first[0][1] if first else float("inf")
    return TableFacts(
        watermarks=marks,
        clock=int(facts.get("clock", 0)),
        scorecard=facts.get("scorecard", ""),
        outbox_count=outbox_length // 2,
        due_at=None if due_at == float("inf") else int(due_at),
    )


def now_ms() -> int:
    """Return this machine's time in milliseconds."""
    return time.time_ns() // 1_000_000
