"""A primary that Redis Sentinel watches: the sentinels say where it is, and it may be another one after a failover.

They are asked before the first call, after one that failed, and every second: a worker must not go on writing to a
primary that was replaced. The newest word counts (the highest configuration epoch). While no sentinel answers, the last
known primary is used: sentinels that are away must not stop the line.
"""

import asyncio
from collections.abc import Mapping, Sequence

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from streams.table.connection import Place, connections, text_of
from streams.table.door import TableRefused, Unavailability
from streams.table.servers import Clients

FOLLOW_SECONDS = 1.0


class SentinelServers:
    """The primary of one name, wherever it is.

    Args:
        url: The primary's user, password and encryption; its host is not used.
        sentinels: Where sentinels are.
        service: The primary's name among them.
        timeout_seconds: Bound on connecting, and on each answer.
        sentinel_url: User, password and encryption of the sentinels themselves.
    """

    is_cluster = False

    def __init__(
        self, url: str, sentinels: Sequence[Place], service: str, timeout_seconds: float, sentinel_url: str
    ) -> None:
        self.address = f"the primary {service} of sentinels {', '.join(map(text_of, sentinels))}"
        self._service = service
        # All are asked at once; half of a call's time is left for the call.
        self._patience_seconds = timeout_seconds / 2
        self._sentinels = [
            Redis.from_pool(connections(sentinel_url, self._patience_seconds, at=place)) for place in sentinels
        ]
        self._clients = Clients(url, timeout_seconds)
        self._place: Place | None = None
        self._asked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def of(self, partition: int) -> Redis:  # noqa: ARG002 - the primary holds them all
        """Return a client of the primary; see `streams.table.servers.Servers.of`."""
        return self._clients.at(await self._look())

    async def all(self) -> Mapping[str, Redis]:
        """Return a client of the primary."""
        place = await self._look()
        return {text_of(place): self._clients.at(place)}

    async def distrust(self, reason: Unavailability) -> None:  # noqa: ARG002 - any failure may mean a failover
        """Ask the sentinels before the next call."""
        self._asked_at = float("-inf")

    async def close(self) -> None:
        """Release the connections."""
        await self._clients.close()
        for sentinel in self._sentinels:
            await sentinel.aclose()

    async def _look(self) -> Place:
        """Return where the primary is, by the newest word of the sentinels if the last one is old."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if self._place is not None and now - self._asked_at < FOLLOW_SECONDS:
                return self._place
            answers = await asyncio.gather(*map(self._word_of, self._sentinels), return_exceptions=True)
            words = [answer for answer in answers if isinstance(answer, tuple)]
            if words:
                place = max(words)[1]
                if place != self._place:
                    self._place = place
                    await self._clients.keep_only({place})
                self._asked_at = now
            if self._place is None:
                raise self._silence(answers)
            return self._place

    async def _word_of(self, sentinel: Redis) -> tuple[int, Place]:
        """Ask one sentinel: the configuration epoch of its word, and the place."""
        async with asyncio.timeout(self._patience_seconds):
            flat = await sentinel.execute_command("SENTINEL", "MASTER", self._service)  # type: ignore[no-untyped-call]
        said = {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
        return int(said["config-epoch"]), (said["ip"], int(said["port"]))

    def _silence(self, answers: Sequence[object]) -> Exception:
        """Return what to raise when no sentinel ever named a primary."""
        for answer in answers:
            if isinstance(answer, ResponseError) and "No such master" in str(answer):
                problem = f"{self.address}: they know no primary of that name; correct LEADSTREAM_REDIS_SERVICE"
                return TableRefused((f"Redis at {problem}",))
        first = next((answer for answer in answers if isinstance(answer, Exception)), None)
        if isinstance(first, RedisError):
            return first
        return RedisConnectionError(f"no sentinel answers ({type(first).__name__})")
