"""Which server holds a partition's table: one for all, the primary that sentinels name, or a node of a cluster.

Clients are made once a server and kept. After a call that failed, whoever knows more than one place looks anew before
the next call: it may stand elsewhere by then. Nothing is repeated here.
"""

from collections.abc import Mapping
from typing import Protocol

from redis.asyncio import Redis

from streams.configuration.settings_rules import redis_address
from streams.table.connection import Place, connections
from streams.table.door import Unavailability


class Servers(Protocol):
    """The servers of one installation's tables.

    ``address`` names them in messages, without user and password. ``is_cluster``: each holds some partitions.
    """

    address: str
    is_cluster: bool

    async def of(self, partition: int) -> Redis:
        """Return a client of the server that holds a partition, looking for it if need be.

        Raises:
            redis.exceptions.RedisError: If it cannot be told just now.
        """
        ...

    async def all(self) -> Mapping[str, Redis]:
        """Return a client of each server that takes writes, by its address."""
        ...

    async def distrust(self, reason: Unavailability) -> None:
        """Take what is known to be old: a call failed."""
        ...

    async def close(self) -> None:
        """Release the connections."""
        ...


class Clients:
    """Clients by place, all with the user, the password, the encryption and the bounds of one URL.

    Args:
        url: ``redis://`` or ``rediss://``; its own host is not used.
        timeout_seconds: Bound on connecting, and on each answer.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._clients: dict[Place, Redis] = {}

    def at(self, place: Place) -> Redis:
        """Return the client of a server."""
        if place not in self._clients:
            self._clients[place] = Redis.from_pool(connections(self._url, self._timeout_seconds, at=place))
        return self._clients[place]

    async def keep_only(self, places: set[Place]) -> None:
        """Close the clients of all other servers; a call under way there fails."""
        for place in self._clients.keys() - places:
            await self._clients.pop(place).aclose()

    async def close(self) -> None:
        """Close all."""
        await self.keep_only(set())


class OneServer:
    """All tables in one server, or behind one name.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``, with user and password in it.
        timeout_seconds: Bound on connecting, and on each answer.
    """

    is_cluster = False

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self.address = redis_address(url)
        self._client = Redis.from_pool(connections(url, timeout_seconds))

    async def of(self, partition: int) -> Redis:  # noqa: ARG002 - it holds them all
        """Return its client."""
        return self._client

    async def all(self) -> Mapping[str, Redis]:
        """Return its client."""
        return {self.address: self._client}

    async def distrust(self, reason: Unavailability) -> None:
        """Connect anew where writes are refused: the name may stand for another server since."""
        if reason is Unavailability.READ_ONLY:
            await self._client.connection_pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Release the connections."""
        await self._client.aclose()
