"""Puts a load on the input topics: as fast as it is drawn, in batches as a busy producer makes them, or at a rate."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from benchmarks.load import Drawn, LoadPlan, occurred_times

BATCH_BYTES_MAX = 256 * 1024
"""The largest batch of one partition of one topic."""
SLICE_SECONDS = 0.02
"""The shortest rest of a sender at a rate."""

Place = tuple[str, int]

# Topics that were just made have no leader for a moment: the client says so a hundred times, and tries again by itself.
logging.getLogger("aiokafka.producer").setLevel(logging.ERROR)


@dataclass(slots=True)
class Sender:
    """Sends plans to topics under a prefix. ``sent``: how many records, by (topic without prefix, partition)."""

    bootstrap: str
    prefix: str
    sent: Counter[Place] = field(default_factory=Counter)

    async def send(self, plan: LoadPlan) -> None:
        """Send everything at once; returns when Kafka has it."""
        async with self._producer() as producer:
            waiting: list[asyncio.Future[object]] = []
            for block in plan.blocks():
                # The block before is on its way while this one was drawn; more would only wait in memory.
                await asyncio.gather(*waiting)
                waiting = await self._send_block(producer, block)
            await asyncio.gather(*waiting)

    async def send_at(self, plan: LoadPlan, rate: float) -> None:
        """Send everything at so many activities a second; returns when Kafka has it."""
        async with self._producer(linger_ms=5) as producer:
            begun_at, number, now = time.monotonic(), 0, ""
            for block in plan.blocks():
                for drawn in block:
                    if not now or (early := number / rate - (time.monotonic() - begun_at)) > 0:
                        await asyncio.sleep(max(early, SLICE_SECONDS) if now else 0)
                        now = occurred_times(time.time_ns() // 1_000_000)[0]
                    value = drawn.value(now)
                    await producer.send(self.prefix + drawn.topic, value, key=drawn.key, partition=drawn.partition)
                    self.sent[drawn.topic, drawn.partition] += 1
                    number += 1
            await producer.flush()

    async def _send_block(self, producer: AIOKafkaProducer, block: Sequence[Drawn]) -> list[asyncio.Future[object]]:
        """Hand over a block: one batch a partition and topic, so that all of it is stored at about one instant."""
        times = occurred_times(time.time_ns() // 1_000_000)
        batches: dict[Place, BatchBuilder] = {}
        waiting = []
        for number, drawn in enumerate(block):
            place = (drawn.topic, drawn.partition)
            value = drawn.value(times[number % len(times)])
            batch = batches.get(place)
            if batch is None or batch.append(key=drawn.key, value=value, timestamp=None) is None:
                if batch is not None:
                    waiting.append(await self._hand_over(producer, place, batch))
                batch = batches[place] = producer.create_batch()
                batch.append(key=drawn.key, value=value, timestamp=None)
            self.sent[place] += 1
        for place, batch in batches.items():
            waiting.append(await self._hand_over(producer, place, batch))
        return waiting

    async def _hand_over(self, producer: AIOKafkaProducer, place: Place, batch: BatchBuilder) -> asyncio.Future[object]:
        topic, partition = place
        waiting: asyncio.Future[object] = await producer.send_batch(batch, self.prefix + topic, partition=partition)
        return waiting

    def _producer(self, linger_ms: int = 0) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            linger_ms=linger_ms,
            max_batch_size=BATCH_BYTES_MAX,
            max_request_size=4 * 1024 * 1024,
        )
