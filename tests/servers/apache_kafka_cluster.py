"""Three brokers of Apache Kafka: everything on all of them, and a record acknowledged when two have it.

Any one may be killed: the other two go on, elect leaders and controllers anew, and take it back when it returns.
"""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient

from streams.sandbox.process import free_port
from tests.servers.apache_kafka import ApacheKafka, Membership, libraries

BROKERS = 3
IN_SYNC_SECONDS_MAX = 60.0
POLL_SECONDS = 0.2


class ApacheKafkaCluster:
    """The brokers; a context manager."""

    def __init__(self) -> None:
        ports = tuple(free_port() for _ in range(BROKERS))
        self.brokers = [ApacheKafka(membership=Membership(number, ports)) for number in range(1, BROKERS + 1)]

    @property
    def bootstrap(self) -> str:
        """Where clients connect: all brokers, as ``host:port`` separated by commas."""
        return ",".join(broker.bootstrap for broker in self.brokers)

    def start(self) -> None:
        """Start all; returns when each serves. Together, because none serves before two have met."""
        libraries()
        with ThreadPoolExecutor(BROKERS) as pool:
            for started in [pool.submit(broker.start) for broker in self.brokers]:
                started.result()

    async def leaders(self, topics: tuple[str, ...]) -> list[int]:
        """Return the number of the broker that leads each partition of some topics, -1 for none."""
        return [partition["leader"] for partition in await self._partitions(topics)]

    async def await_in_sync(self, topics: tuple[str, ...]) -> None:
        """Wait until every broker has all of some topics."""
        deadline = time.monotonic() + IN_SYNC_SECONDS_MAX
        while not all(len(partition["isr"]) == BROKERS for partition in await self._partitions(topics)):
            assert time.monotonic() < deadline, f"not in sync within {IN_SYNC_SECONDS_MAX:g} s"
            await asyncio.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End all and remove their data."""
        for broker in self.brokers:
            broker.stop()

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

    async def _partitions(self, topics: tuple[str, ...]) -> list[dict[str, object]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            described = await admin.describe_topics(list(topics))
        finally:
            await admin.close()
        return [partition for topic in described for partition in topic["partitions"]]
