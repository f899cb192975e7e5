"""Notices that the topics no longer have the partitions that a worker started with.

A topic that was given more partitions has records where nobody reads them, and one that was made anew has lost some: a
worker that went on would not see it. So it looks now and then, twice before it believes it, and ends with the way out;
started again, it is refused for the same reason until that is mended. Kafka being away says nothing about partitions.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from streams.configuration.settings import Settings
from streams.kafka.topic_admin import AdminUnavailable, TopicsRefused, partition_findings

log = logging.getLogger(__name__)

Look = Callable[[], Awaitable[tuple[str, ...]]]


@asynccontextmanager
async def watched_partitions(
    settings: Settings, on_failure: Callable[[BaseException], None], on_look: Callable[[int], None]
) -> AsyncIterator[None]:
    """Look at the topics once a session's time-out while the block runs.

    Args:
        settings: How many partitions there should be, and how often to look.
        on_failure: Told of a drift.
        on_look: Told at each look how many topics are not as they should be.
    """
    look = partial(partition_findings, settings)
    watching = asyncio.create_task(
        watch(look, settings.session_timeout_seconds, on_failure, on_look), name="partition-drift"
    )
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def watch(
    look: Look,
    every_seconds: float,
    on_failure: Callable[[BaseException], None],
    on_look: Callable[[int], None] = lambda _: None,
) -> None:
    """Look again and again, until the same is wrong twice in a row.

    Args:
        look: Returns what is wrong with the number of partitions, a line each.
        every_seconds: Pause before each look.
        on_failure: Told once, with `TopicsRefused`.
        on_look: Told at each look how many lines it found.
    """
    before: tuple[str, ...] = ()
    while True:
        await asyncio.sleep(every_seconds)
        try:
            found = await look()
        except AdminUnavailable as error:
            log.debug("partitions_unknown: %s", error)
            continue
        on_look(len(found))
        if found and found == before:
            for line in found:
                log.critical("partition_drift %s", line)
            on_failure(TopicsRefused(found))
            return
        before = found
