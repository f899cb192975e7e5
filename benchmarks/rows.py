"""Leads as the tables hold them, made without servers, and put into Redis as a commit would leave them there."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from redis.asyncio import Redis

from benchmarks.kernel import BEGUN_AT, Kernel, stored_records
from benchmarks.load import DECK, LoadPlan, occurred_times
from streams.kafka.partitioner import partition_of
from streams.lead.codec import encoded_lead
from streams.offline import StoredRecord
from streams.table.keys import partition_keys

PIPELINE = 5_000
NEVER = float("inf")
HOUR_MS = 3_600_000
STEP_MS = 5 * HOUR_MS
"""Between two activities of a lead that is to have many cells."""
STEPS_MAX = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One lead's row and when it is to be woken; None for never."""

    data: bytes
    wake_at: int | None


def rich_rows(count: int, cells: int, journal_entries: int) -> list[Row]:
    """Return rows of leads with exactly so many cells and so many entries in the journal, each lead different."""
    plan = LoadPlan(1, count, count, partitions=1)
    deck, dice = plan.deck("buyer"), random.Random(1)
    kernel, found, number = Kernel(journal_entries_max=journal_entries), dict[str, Row](), 0
    for step in range(STEPS_MAX):
        now = BEGUN_AT + step * STEP_MS
        times, batch = occurred_times(now), []
        for index in range(count):
            lead_id = f"lead-{index:07d}"
            if lead_id in found:
                continue
            topic, tail = deck[dice.randrange(DECK)]
            value = f'{{"id":"r-{number}","lead_id":"{lead_id}","occurred_at":"{times[0]}{tail}'.encode()
            batch.append(StoredRecord(topic, 0, number, now, lead_id.encode(), value))
            number += 1
        if not batch:
            break
        kernel.handle(batch)
        for lead_id, lead in kernel.leads.items():
            if (len(lead.state.cells), len(lead.state.journal)) == (cells, journal_entries):
                found.setdefault(lead_id, Row(encoded_lead(lead), kernel.wake_at.get(lead_id)))
    return list(found.values())


def usual_rows(count: int, each: int, begun_at: int) -> list[Row]:
    """Return rows of leads that did so much each, from an instant in milliseconds on.

    A wake-up within the hour is left out: it tells a score that waits to be told, and would be due for all at once.
    """
    kernel = Kernel()
    records = stored_records(LoadPlan(2, count * each, count, partitions=1), 50_000, begun_at)
    while batch := list(islice(records, 1_000)):
        kernel.handle(batch)
    rows = []
    for lead_id, lead in kernel.leads.items():
        at = kernel.wake_at.get(lead_id)
        rows.append(Row(encoded_lead(lead), at if at is not None and at > begun_at + 2 * HOUR_MS else None))
    return rows


async def stored(redis: Redis, prefix: str, partitions: int, leads: int, rows: Sequence[Row]) -> None:
    """Put leads into Redis, the rows dealt out among them, each in its partition with its wake-up."""
    keys = [partition_keys(prefix, number) for number in range(partitions)]
    named = zip((f"lead-{index:07d}" for index in range(leads)), cycle(rows), strict=False)
    while some := list(islice(named, PIPELINE)):
        data: list[dict[str, bytes]] = [{} for _ in keys]
        due: list[dict[str, float]] = [{} for _ in keys]
        for lead_id, row in some:
            number = partition_of(lead_id.encode(), partitions)
            data[number][keys[number].lead + lead_id] = row.data
            due[number][lead_id] = NEVER if row.wake_at is None else row.wake_at
        pipeline = redis.pipeline(transaction=False)
        for own, mine, times in zip(keys, data, due, strict=True):
            if mine:
                pipeline.mset(mine)
                pipeline.zadd(own.due, times)
        await pipeline.execute()
