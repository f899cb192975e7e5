"""A primary, a replica and three sentinels on this machine.

The replica can be cut off, so that a failover loses what the primary took meanwhile.
"""

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from streams.sandbox.process import Child, SandboxError, free_port
from streams.sandbox.redis import RedisOptions, RedisServer, redis_executable, serves_redis
from tests.servers.redis_cluster import asked

SERVICE = "leadstream"
SENTINELS = 3
QUORUM = 2
DOWN_AFTER_MS = 700
FAILOVER_TIMEOUT_MS = 3_000
READY_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02


class WatchedRedis:
    """Two servers, one of them the primary, and the sentinels that watch them; a context manager."""

    def __init__(self) -> None:
        self.servers = [RedisServer(options=RedisOptions(more_lines=("repl-diskless-sync-delay 0",))) for _ in range(2)]
        self.sentinel_ports = [free_port() for _ in range(SENTINELS)]
        self._sentinels: list[Child] = []
        self._temporary = tempfile.TemporaryDirectory(prefix="leadstream-sentinel-")

    @property
    def addresses(self) -> str:
        """The sentinels, as ``LEADSTREAM_REDIS_SENTINELS`` takes them."""
        return ",".join(f"127.0.0.1:{port}" for port in self.sentinel_ports)

    def primary(self) -> RedisServer:
        """Return the server that the sentinels name."""
        with Redis(port=self.sentinel_ports[0], socket_timeout=5.0, protocol=2) as client:
            _, port = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return next(server for server in self.servers if server.port == int(port))

    def replica(self) -> RedisServer:
        """Return the other server."""
        primary = self.primary()
        return next(server for server in self.servers if server is not primary)

    def start(self) -> None:
        """Start all and return when the sentinels know the primary, the replica and each other."""
        primary, replica = self.servers
        primary.start()
        replica.start()
        asked(replica, "REPLICAOF", "127.0.0.1", primary.port)
        for port in self.sentinel_ports:
            self._start_sentinel(port, primary.port)
        self.await_quorum()

    def await_quorum(self) -> None:
        """Return once every sentinel knows a live replica and the other sentinels, so that a failover can be had."""
        self._until(lambda: all(self._knows_all(port) for port in self.sentinel_ports), "the sentinels know all")

    def await_failover(self, old: RedisServer) -> None:
        """Return once all sentinels name another primary, and it takes writes."""
        new = next(server for server in self.servers if server is not old)

        def is_over() -> bool:
            try:
                return all(self._named(port) == new.port for port in self.sentinel_ports) and _role(new) == "master"
            except RedisError:
                return False

        self._until(is_over, "another primary is named")

    def cut_off(self, replica: RedisServer) -> None:
        """Let a replica take nothing more: frozen, and its connection closed, so that nothing waits for it there."""
        replica.child.send(signal.SIGSTOP)
        asked(self.primary(), "CLIENT", "KILL", "TYPE", "replica")

    def fail_over(self) -> None:
        """Kill the primary, let a replica that was cut off go on, and return when it is the primary."""
        old, replica = self.primary(), self.replica()
        old.kill()
        replica.child.send(signal.SIGCONT)
        self.await_failover(old)

    def stop(self) -> None:
        """End all."""
        for sentinel in self._sentinels:
            sentinel.kill()
        for server in self.servers:
            server.kill()
            server.stop()
        self._temporary.cleanup()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _start_sentinel(self, port: int, primary_port: int) -> None:
        folder = Path(self._temporary.name) / str(port)
        folder.mkdir()
        settings = folder / "sentinel.conf"
        lines = (
            f"port {port}",
            "bind 127.0.0.1",
            f'dir "{folder}"',
            f"sentinel monitor {SERVICE} 127.0.0.1 {primary_port} {QUORUM}",
            f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}",
            f"sentinel failover-timeout {SERVICE} {FAILOVER_TIMEOUT_MS}",
        )
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = (str(redis_executable()), str(settings), "--sentinel")
        child = Child(f"sentinel {port}", command, folder / "sentinel.log")
        self._sentinels.append(child)
        child.start(lambda: serves_redis(port), READY_SECONDS_MAX)

    def _named(self, port: int) -> int:
        with Redis(port=port, socket_timeout=5.0, protocol=2) as client:
            return int(client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)[1])

    def _knows_all(self, port: int) -> bool:
        with Redis(port=port, socket_timeout=5.0, protocol=2) as client:
            flat = client.execute_command("SENTINEL", "MASTER", SERVICE)
            if isinstance(flat, dict):
                said = {str(name): str(value) for name, value in flat.items()}
            else:
                said = {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
        return said["num-other-sentinels"] == str(SENTINELS - 1) and said["num-slaves"] == "1"

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not holds():
            if time.monotonic() > deadline:
                raise SandboxError(f"not within {READY_SECONDS_MAX:g} s: {what}")
            time.sleep(POLL_SECONDS)


def _role(server: RedisServer) -> str:
    return str(asked(server, "ROLE")[0].decode())
