"""`leadstream status`: how far each partition is, by its table in Redis and by Kafka."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.terminal import counted, err, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.cli.status_report import PartitionStatus
    from streams.configuration.settings import Settings
    from streams.table.door import PartitionFacts

PACE_SECONDS = 1.0
"""Between the two looks that tell at what pace a partition goes on."""
SWEEP_PACE_SECONDS = 3.0
"""The same while leads are judged anew: at a set rate partitions take turns, and each moves now and then."""
COLUMNS = (
    *("partition", "state", "behind", "seconds", "done", "ready in"),
    *("clock", "next wake-up", "outbox", "leads", "epoch"),
)


def status(
    *,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object for machines, a line each time.")] = False,
    is_watching: Annotated[bool, typer.Option("--watch", "-w", help="Go on until Ctrl-C.")] = False,
    every_seconds: Annotated[float, typer.Option("--every", min=0.5, max=3600, help="Seconds between looks.")] = 2.0,
) -> None:
    """Tell how far each partition is: what its table holds, what Kafka has, what is left to do.

    Looks at Redis and Kafka only, and disturbs no worker. A table that is made again shows as rebuilding, one whose
    leads are judged by another scorecard as re-scoring, with the share that is done and the time that the rest takes.
    """
    from streams.configuration.settings import load_settings

    settings = load_settings()
    while True:
        looked = asyncio.run(_look(settings))
        _tell(settings, looked, is_json=is_json)
        if not is_watching:
            return
        time.sleep(every_seconds)


async def _look(settings: "Settings") -> "list[PartitionStatus]":
    """Look at tables and Kafka; a second time at the tables where something is left, to tell the pace."""
    from schemas.topics import INPUT_TOPICS
    from streams.cli.status_report import State, pace_of, status_of
    from streams.kafka.ends import read_ends
    from streams.table.redis import RedisTable

    numbers = range(settings.partitions)
    table = RedisTable.from_settings(settings)

    async def facts() -> "list[PartitionFacts]":
        return list(await asyncio.gather(*(table.facts(number) for number in numbers)))

    try:
        await table.require_count()
        ends = await read_ends(settings, [(topic, number) for topic in INPUT_TOPICS for number in numbers])
        before = await facts()
        found = [status_of(one, ends, settings.topic_prefix) for one in before]
        if not any(one.lag_records or one.facts.course for one in found):
            return found
        looked_at = time.monotonic()
        await asyncio.sleep(SWEEP_PACE_SECONDS if any(one.state is State.RESCORING for one in found) else PACE_SECONDS)
        after = await facts()
    finally:
        await table.close()
    seconds = time.monotonic() - looked_at
    paces = [pace_of(one, two, seconds, settings.topic_prefix) for one, two in zip(before, after, strict=True)]
    return [status_of(one, ends, settings.topic_prefix, pace) for one, pace in zip(after, paces, strict=True)]


def _tell(settings: "Settings", looked: "Sequence[PartitionStatus]", *, is_json: bool) -> None:
    """Show what was seen."""
    if is_json:
        print_json({"partitions": [_document(settings, one) for one in looked]})
        return
    print_table(COLUMNS, (_row(one) for one in looked))
    left = sum(one.lag_records for one in looked)
    err().print(
        f"{counted(sum(one.facts.lead_count for one in looked), 'lead', 'leads')}; "
        + (f"{counted(left, 'record', 'records')} left to handle" if left else "all handled that Kafka has")
    )


def _document(settings: "Settings", one: "PartitionStatus") -> dict[str, object]:
    facts, prefix = one.facts, settings.topic_prefix
    return {
        "partition": facts.partition,
        "state": one.state.value,
        "lag_records": one.lag_records,
        "lag_seconds": one.lag_seconds,
        "handled_share": round(one.handled_share, 6),
        "course": _course(facts),
        "per_second": one.per_second,
        "ready_in_seconds": one.ready_in_seconds,
        "clock": _instant(facts.clock or None),
        "next_wake_up": _instant(facts.next_due_at),
        "outbox": facts.outbox_count,
        "leads": facts.lead_count,
        "epoch": facts.epoch,
        "has_owner_token": bool(facts.owner_token),
        "scorecard": facts.scorecard,
        "watermarks": {topic.removeprefix(prefix): offset for topic, offset in sorted(facts.watermarks.items())},
    }


def _course(facts: "PartitionFacts") -> dict[str, object] | None:
    """Tell a rebuild, in records, or a re-score, in leads."""
    course = facts.course
    if course is None:
        return None
    figures = {"from": course.begun, "at": course.at, "to": course.target}
    return {"errand": course.errand.value, **figures, "percent": round(100 * course.share, 2)}


def _row(one: "PartitionStatus") -> tuple[object, ...]:
    facts = one.facts
    return (
        facts.partition,
        one.state.value,
        one.lag_records,
        "?" if one.lag_seconds is None else f"{one.lag_seconds:.1f}",
        f"{100 * one.done_share:.1f} %",
        None if one.ready_in_seconds is None else f"{one.ready_in_seconds:.0f} s",
        _instant(facts.clock or None),
        _instant(facts.next_due_at),
        facts.outbox_count,
        facts.lead_count,
        facts.epoch,
    )


def _instant(at: int | None) -> str | None:
    from streams.translation.translate import instant

    try:
        return None if at is None else f"{instant(at):%Y-%m-%dT%H:%M:%S}Z"
    except (ValueError, OverflowError):
        return None  # a wake-up beyond the calendar: never, for people
