"""When a worker believes that the topics' partitions changed under it."""

import asyncio

import pytest

from streams.kafka.topic_admin import AdminUnavailable, TopicsRefused
from streams.worker.drift import watch
from tests.builders.virtual_time import in_virtual_time

GROWN = ("error: page-views: 6 partitions, but LEADSTREAM_PARTITIONS=4",)
GONE = ("error: page-views: there is none; create it with `leadstream topics create`",)
AWAY = AdminUnavailable("Kafka does not answer")


async def told_after(*looks: tuple[str, ...] | AdminUnavailable) -> tuple[list[BaseException], int]:
    """Watch while these are found, one after the other, and then nothing more; returns what was told, and how many."""
    left, told = list(looks), list[BaseException]()

    async def look() -> tuple[str, ...]:
        found = left.pop(0) if left else ()
        if isinstance(found, AdminUnavailable):
            raise found
        return found

    watching = asyncio.create_task(watch(look, 10.0, told.append))
    done, _ = await asyncio.wait({watching}, timeout=10.0 * len(looks) + 5.0)
    watching.cancel()
    assert bool(done) == bool(told)
    return told, len(looks) - len(left)


@in_virtual_time
async def test_what_is_wrong_twice_is_believed(caplog: pytest.LogCaptureFixture) -> None:
    """The worker is told once, with the way out, and looks no more."""
    told, looked = await told_after((), GROWN, GROWN, GROWN)

    assert [type(error) for error in told] == [TopicsRefused]
    assert told[0].args == GROWN
    assert looked == 3
    assert "partition_drift error: page-views: 6 partitions" in caplog.text


@in_virtual_time
async def test_what_passes_is_not_believed() -> None:
    """A broker that has just started may not know all topics yet."""
    assert await told_after(GONE, (), GONE, GROWN, ()) == ([], 5)


@in_virtual_time
async def test_a_kafka_that_is_away_says_nothing() -> None:
    """Neither for nor against: what was seen before it went is believed when it is seen again."""
    assert await told_after(AWAY, AWAY, AWAY) == ([], 3)
    told, _ = await told_after(GROWN, AWAY, GROWN)
    assert len(told) == 1


@in_virtual_time
async def test_every_look_is_told_of() -> None:
    """What is wrong shows outside before it is believed."""
    found, seen, over = [(), GROWN, GROWN], list[int](), list[BaseException]()

    async def look() -> tuple[str, ...]:
        return found.pop(0)

    await watch(look, 10.0, over.append, seen.append)

    assert seen == [0, 1, 1]
