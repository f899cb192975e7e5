"""The servers of a run: Apache Kafka and a Redis, each behind a proxy for the workers and reached directly by the run.

The run produces and reads past the proxies: what it puts on the topics, and sees there, is not to suffer.
"""

import asyncio
import shutil
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from redis.asyncio import Redis

from streams.sandbox.process import free_port
from streams.sandbox.redis import RedisOptions, RedisServer
from streams.table.condition import version_of
from tests.faults.proxy import Proxy
from tests.servers.apache_kafka import ApacheKafka, libraries

LOG = "appendonlydir"
"""Where Redis 7 and Valkey keep their append-only files."""


class Site:
    """Kafka, Redis and their proxies; an asynchronous context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        proxy_port = free_port()
        self.kafka = ApacheKafka(proxy_port=proxy_port)
        self.redis = RedisServer(directory=folder / "redis", options=RedisOptions(durability="everysec"))
        self.kafka_proxy = Proxy(proxy_port, self.kafka.proxied_port)
        self.redis_proxy = Proxy(0, self.redis.port)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.callback(self.redis.stop)
            stack.callback(self.kafka.stop)
            await asyncio.gather(asyncio.to_thread(self.kafka.start), self.start_redis())
            await stack.enter_async_context(self.kafka_proxy)
            await stack.enter_async_context(self.redis_proxy)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def worker_environment(self) -> dict[str, str]:
        """What sends a worker to the proxies, and has its leads push each other out of memory."""
        return {
            "LEADSTREAM_CACHE_BYTES_MAX": str(1024 * 1024),
            "LEADSTREAM_KAFKA_BOOTSTRAP": f"127.0.0.1:{self.kafka_proxy.port}",
            "LEADSTREAM_REDIS_URL": f"redis://127.0.0.1:{self.redis_proxy.port}/0",
        }

    async def ask_redis(self, *command: Any) -> Any:
        """Have Redis do something, past the proxy."""
        client = Redis.from_url(self.redis.url, socket_timeout=10)
        try:
            return await client.execute_command(*command)
        finally:
            await client.aclose()

    async def start_redis(self) -> None:
        """Start Redis on what its file holds."""
        await asyncio.to_thread(self.redis.start)
        # A rewrite would swap the files while they are copied for a rollback.
        await self.ask_redis("CONFIG", "SET", "auto-aof-rewrite-percentage", "0")

    async def versions(self) -> str:
        """Return which servers these are."""
        said = await self.ask_redis("INFO", "server")
        redis = version_of(said) if isinstance(said, dict) else "Redis ?"
        jar = next(libraries().glob("kafka-server-[0-9]*.jar"), None)
        kafka = "?" if jar is None else jar.stem.removeprefix("kafka-server-")
        return f"Apache Kafka {kafka}, {redis}"

    async def fail_saves(self) -> None:
        """Let Redis find a folder where its dump is to be: it refuses to write from then on."""
        await self.ask_redis("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes")
        await self.ask_redis("CONFIG", "SET", "save", "3600 1")
        place = await self.ask_redis("CONFIG GET", "dir", "dbfilename")
        dump = Path(place["dir"]) / place["dbfilename"]
        if not dump.is_dir():
            dump.unlink(missing_ok=True)
            dump.mkdir()
        await self.ask_redis("BGSAVE")

    async def mend_saves(self) -> None:
        """Let Redis write again."""
        await self.ask_redis("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")
        await self.ask_redis("CONFIG", "SET", "save", "")

    def remember_redis(self) -> Path:
        """Copy what Redis' file holds now: a backup."""
        backup = self._folder / "backup"
        shutil.rmtree(backup, ignore_errors=True)
        shutil.copytree(self._folder / "redis" / LOG, backup)
        return backup

    async def roll_redis_back(self, backup: Path) -> None:
        """Kill Redis and start it on a backup."""
        self.redis.kill()
        shutil.rmtree(self._folder / "redis" / LOG)
        shutil.copytree(backup, self._folder / "redis" / LOG)
        await self.start_redis()

    def freeze(self, server: str) -> None:
        """Let a server stand still."""
        self._child(server).send(signal.SIGSTOP)

    def thaw(self, server: str) -> None:
        """Let a server go on."""
        self._child(server).send(signal.SIGCONT)

    async def heal(self) -> None:
        """Put everything right again."""
        for server in ("redis", "kafka"):
            self.thaw(server)
        for proxy in (self.kafka_proxy, self.redis_proxy):
            proxy.heal()
        await self.start_redis()
        await asyncio.to_thread(self.kafka.start)
        await self.ask_redis("CONFIG", "SET", "maxmemory", "0")
        await self.ask_redis("CONFIG", "SET", "min-replicas-to-write", "0")
        await self.mend_saves()
        await self.ask_redis("REPLICAOF", "NO", "ONE")

    def _child(self, server: str) -> Any:
        return self.redis.child if server == "redis" else self.kafka.child
