"""A Redis Cluster of three nodes on this machine, without replicas: made by commands, no redis-cli needed.

A node that is killed and started again keeps its slots and, by its append-only file, its keys.
"""

import time
from types import TracebackType
from typing import Any, Self

from redis import Redis
from redis.exceptions import RedisError

from streams.sandbox.process import SandboxError, free_port
from streams.sandbox.redis import RedisOptions, RedisServer

NODES = 3
SLOTS = 16_384
READY_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02
NODE_TIMEOUT_MS = 1_500


def node_options() -> RedisOptions:
    """Return how a node is configured."""
    return RedisOptions(
        durability="always",
        more_lines=(
            "cluster-enabled yes",
            f"cluster-port {free_port()}",
            f"cluster-node-timeout {NODE_TIMEOUT_MS}",
            # The other nodes' partitions go on while one node is away.
            "cluster-require-full-coverage no",
        ),
    )


class RedisCluster:
    """Three nodes, each with a third of the slots; a context manager."""

    def __init__(self) -> None:
        self.nodes = [RedisServer(options=node_options()) for _ in range(NODES)]

    @property
    def addresses(self) -> str:
        """The nodes, as ``LEADSTREAM_REDIS_CLUSTER`` takes them."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        """Start the nodes, share the slots out and return when every node knows of all.

        Raises:
            SandboxError: If the cluster does not come together.
        """
        for number, node in enumerate(self.nodes):
            node.start()
            first, last = SLOTS * number // NODES, SLOTS * (number + 1) // NODES - 1
            asked(node, "CLUSTER", "ADDSLOTSRANGE", first, last)
            asked(node, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in self.nodes[1:]:
            bus = int(str(node.options.more_lines[1]).split()[1])
            asked(self.nodes[0], "CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        self.await_whole()

    def await_whole(self) -> None:
        """Return once every node says that all slots are served.

        Raises:
            SandboxError: If that takes too long.
        """
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not all(_is_whole(node) for node in self.nodes):
            if time.monotonic() > deadline:
                raise SandboxError(f"the cluster did not come together within {READY_SECONDS_MAX:g} s")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            # Killed first: an orderly end takes time, and nobody wants what it would write.
            node.kill()
            node.stop()

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


def asked(node: RedisServer, *command: str | int) -> Any:
    """Send one command to one server and return its answer."""
    with Redis(port=node.port, socket_timeout=5.0, protocol=2) as client:
        return client.execute_command(*command)


def _is_whole(node: RedisServer) -> bool:
    try:
        with Redis(port=node.port, socket_timeout=5.0, protocol=2) as client:
            info: Any = client.execute_command("CLUSTER INFO")
    except RedisError:
        return False
    text = info if isinstance(info, dict) else dict(line.split(":") for line in info.decode().split())
    return bool(text["cluster_state"] == "ok" and int(text["cluster_slots_ok"]) == SLOTS)
