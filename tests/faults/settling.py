"""When a line has come to rest: all that stands on its inputs is handled, published, and judged by who is to judge."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from redis.exceptions import RedisError

from schemas.topics import INPUT_TOPICS
from tests.faults.fleet import Fleet
from tests.faults.scorecards import published
from tests.line.installation import Installation, now_ms

SETTLED_POLL_SECONDS = 0.2


class NeverSettled(Exception):
    """The line did not come to rest after the faults: work was left undone."""


async def settled(line: Installation, seconds_max: float, fleet: Fleet) -> float:
    """Wait until all that stands on the input topics is handled, published and woken; returns how long that took."""
    begun_at, ends = time.monotonic(), await _ends(line)
    comes_at = max((one.active_at for one in await published(line)), default=None)
    through = max(now_ms(), comes_at or 0)
    while True:
        undone = await _undone(line, ends, through, comes_at)
        taken = time.monotonic() - begun_at
        if not undone:
            known, ends = ends, await _ends(line)  # what was forwarded meanwhile
            if known == ends:
                return taken
            continue
        if taken > seconds_max:
            tails = "\n".join(f"{worker.name}:\n{worker.child.log_tail(30)}" for worker in fleet.workers)
            listed = "\n".join(undone)
            message = f"after {taken:.0f} s not done:\n{listed}\n{tails}"
            raise NeverSettled(message)
        await asyncio.sleep(SETTLED_POLL_SECONDS)


async def _ends(line: Installation) -> dict[TopicPartition, int]:
    """Return where each partition of the input topics ends, ticks apart."""
    topics = [line.settings.topic_prefix + topic for topic in INPUT_TOPICS if topic != "ticks"]
    consumer = AIOKafkaConsumer(bootstrap_servers=line.settings.kafka_bootstrap)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for topic in topics for number in range(line.settings.partitions)]
        return dict(await consumer.end_offsets(places))
    finally:
        await consumer.stop()


async def _undone(line: Installation, ends: dict[TopicPartition, int], through: int, comes_at: int | None) -> list[str]:
    """Return what is not done yet, a line each. ``comes_at``: from when on the last scorecard judges."""
    try:
        facts = await line.facts()
    except (RedisError, OSError) as error:
        return [f"Redis: {error}"]
    undone = [
        f"{place.topic} {place.partition}: {end - 1 - mark} records"
        for place, end in ends.items()
        if (mark := facts[place.partition].watermarks.get(place.topic, -1)) < end - 1
    ]
    undone += [f"outbox {number}: {fact.outbox_count}" for number, fact in facts.items() if fact.outbox_count]
    if comes_at is not None:
        ending = f"@{comes_at}"  # of the name of what judges
        undone += [
            f"{number} is judged by {f.scorecard}" for number, f in facts.items() if not f.scorecard.endswith(ending)
        ]
    late = {number: fact.due_at for number, fact in facts.items() if fact.due_at is not None}
    return undone + [f"wake-up of {number} due at {at}" for number, at in late.items() if at <= through]
