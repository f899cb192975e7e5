"""A Redis that is there and takes nothing: the worker pauses, asks again, and goes on; nothing is skipped."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.process import free_port
from streams.sandbox.redis import RedisServer
from tests.integration.line.conftest import installing
from tests.line.activities import crowd
from tests.line.comparison import require_all_as_recomputed
from tests.line.installation import Installation, now_ms

Asked = Callable[..., Awaitable[object]]
RECORDS = 60
PAUSED_MS = 600_000
"""Longer than the test; ended by hand."""


@asynccontextmanager
async def frozen(server: RedisServer, _: Asked) -> AsyncIterator[None]:
    """The process stands still; its connections stay."""
    server.child.send(signal.SIGSTOP)
    yield
    server.child.send(signal.SIGCONT)


@asynccontextmanager
async def paused(_: RedisServer, ask: Asked) -> AsyncIterator[None]:
    """It lets writers wait, as during a failover."""
    await ask("CLIENT PAUSE", PAUSED_MS, "WRITE")
    yield
    await ask("CLIENT UNPAUSE")


@asynccontextmanager
async def read_only(_: RedisServer, ask: Asked) -> AsyncIterator[None]:
    """It became a replica, of a primary that is away."""
    await ask("REPLICAOF", "127.0.0.1", free_port())
    yield
    await ask("REPLICAOF", "NO", "ONE")


@asynccontextmanager
async def without_replicas(_: RedisServer, ask: Asked) -> AsyncIterator[None]:
    """Too few replicas follow it."""
    await ask("CONFIG SET", "min-replicas-to-write", 1)
    yield
    await ask("CONFIG SET", "min-replicas-to-write", 0)


@asynccontextmanager
async def full(_: RedisServer, ask: Asked) -> AsyncIterator[None]:
    """It is at its memory limit."""
    await ask("CONFIG SET", "maxmemory", 1_000)
    yield
    await ask("CONFIG SET", "maxmemory", 0)


@asynccontextmanager
async def unable_to_save(_: RedisServer, ask: Asked) -> AsyncIterator[None]:
    """Its disk refuses: where its file is to be stands a folder."""
    await ask("CONFIG SET", "save", "3600 1")
    await ask("CONFIG SET", "stop-writes-on-bgsave-error", "yes")
    place = await ask("CONFIG GET", "dir", "dbfilename")
    assert isinstance(place, dict)
    (Path(place["dir"]) / place["dbfilename"]).mkdir()
    await ask("BGSAVE")
    yield
    await ask("CONFIG SET", "stop-writes-on-bgsave-error", "no")
    await ask("CONFIG SET", "save", "")


Fault = Callable[[RedisServer, Asked], AbstractAsyncContextManager[None]]
FAULTS: tuple[Fault, ...] = (frozen, paused, read_only, without_replicas, full, unable_to_save)


async def disturb(line: Installation, server: RedisServer, ask: Asked, fault: Fault, seed: int) -> None:
    """Let records come while Redis takes nothing, see that none is handled, and that all are afterwards."""
    worker = line.workers[-1]

    def retries() -> float:
        return worker.metrics()['leadstream_retries_total{server="redis"}']

    before = await line.handled_count()
    retried = retries()
    async with fault(server, ask):
        await line.produce_views(seed, RECORDS)

        async def is_refused() -> bool:
            return retries() >= retried + 3

        await line.until(is_refused, 30.0, f"{fault.__name__}: calls refused")
    await line.handled(line.ends.total())
    assert line.ends.total() == before + RECORDS


async def test_whatever_redis_refuses_the_worker_waits_and_skips_nothing(
    embedded_broker: EmbeddedBroker, own_redis: RedisServer, topic_prefix: str, tmp_path: Path
) -> None:
    """Frozen, paused, read-only, full, with a broken disk: one after the other, and the tables are as recomputed."""
    client = Redis.from_url(own_redis.url, protocol=2, decode_responses=True)
    try:
        with ExitStack() as stack:
            line = installing(stack, embedded_broker, own_redis, topic_prefix, tmp_path)(
                batch_records_max=20, redis_timeout_seconds=0.5
            )
            await line.create_topics()
            began_at = now_ms()
            await line.produce(crowd(9, leads=40, activities=200, from_at=began_at - 20_000, to_at=began_at))
            worker = line.started()
            await line.handled(line.ends.total())
            for seed, fault in enumerate(FAULTS, 90):
                await disturb(line, own_redis, client.execute_command, fault, seed)
            await line.settled()
            await worker.terminate()

            assert "worker_stalled" not in worker.log()
            await require_all_as_recomputed(line, line.scorecard)
    finally:
        await client.aclose()
