"""A Redis Cluster: each partition's keys share a hash slot, and a slot is with one node at a time.

The map of slots is asked of any node that answers, and asked anew after a call that failed or was told to go elsewhere.
While a slot is being moved its partitions wait: a script needs all of its keys in one place.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import ClusterDownError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from streams.table.connection import Place, text_of
from streams.table.door import TableRefused, Unavailability
from streams.table.servers import Clients


class ClusterServers:
    """The nodes of one cluster.

    Args:
        url: Its user, password and encryption; its host is not used.
        nodes: Some nodes to start from; the others are found.
        timeout_seconds: Bound on connecting, and on each answer.
    """

    is_cluster = True

    def __init__(self, url: str, nodes: Sequence[Place], timeout_seconds: float) -> None:
        self.address = f"the cluster of {', '.join(map(text_of, nodes))}"
        self._clients = Clients(url, timeout_seconds)
        self._start = tuple(nodes)
        # To be asked for the map, the one that is likeliest to answer first.
        self._places = list(nodes)
        self._slots: list[tuple[int, int, Place]] = []
        self._is_known = False
        self._looking = asyncio.Lock()

    async def of(self, partition: int) -> Redis:
        """Return a client of the node that holds a partition; see `streams.table.servers.Servers.of`."""
        await self._look()
        # The number is the hash tag of all the partition's keys (`streams.table.keys`).
        slot = key_slot(str(partition).encode())
        for first, last, place in self._slots:
            if first <= slot <= last:
                return self._clients.at(place)
        self._is_known = False
        raise ClusterDownError(f"no node holds slot {slot}, which partition {partition} needs")

    async def all(self) -> Mapping[str, Redis]:
        """Return a client of each node that holds slots."""
        await self._look()
        return {text_of(place): self._clients.at(place) for _, _, place in self._slots}

    async def distrust(self, reason: Unavailability) -> None:  # noqa: ARG002 - any failure may mean that slots moved
        """Ask for the map again before the next call."""
        self._is_known = False

    async def close(self) -> None:
        """Release the connections."""
        await self._clients.close()

    async def _look(self) -> None:
        """Ask nodes for the map until one answers, unless it is known."""
        async with self._looking:
            if self._is_known:
                return
            failure: RedisError = RedisConnectionError("no node is known")
            for place in tuple(self._places):
                # To the end before it is asked: one that hangs takes all the time of this call, and none of the next.
                self._places.remove(place)
                self._places.append(place)
                try:
                    self._slots = await self._map_of(place)
                except (RedisError, OSError) as error:
                    failure = error if isinstance(error, RedisError) else RedisConnectionError(str(error))
                    continue
                holders = {holder for _, _, holder in self._slots}
                self._places = list(dict.fromkeys((place, *sorted(holders), *self._start)))
                await self._clients.keep_only({*holders, *self._places})
                self._is_known = True
                return
            raise failure

    async def _map_of(self, place: Place) -> list[tuple[int, int, Place]]:
        """Ask a node who holds which slots."""
        try:
            answer: Any = await self._clients.at(place).execute_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
        except RedisError as error:
            if "cluster support disabled" in str(error):
                problem = f"Redis at {text_of(place)}: it is no node of a cluster; remove LEADSTREAM_REDIS_CLUSTER"
                raise TableRefused((problem,)) from error
            raise
        # A node that does not know its own name leaves it out: it is where it was asked.
        return [
            (first, last, ((holder[0] or b"").decode() or place[0], holder[1])) for first, last, holder, *_ in answer
        ]
