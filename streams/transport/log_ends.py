"""Where logs end, with what nobody may read yet: a record has its append time before its replicas have the record.

A fetch tells the end as far as all replicas in sync have it. What lies beyond is stamped and invisible, for seconds
while a broker is missing, and a tick with a later stamp can be read before it. So the leader of a partition with
several replicas is asked how far its own log goes. It tells that to replicas only: the question names one that there is
not, and nobody but the leader answers it. A broker that refuses it for good is believed by its fetches.

Lives in the client's thread; `is_settled` is for any.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.offset import OffsetRequest

from streams.kafka.answers import NEVER
from streams.transport.door import TopicPartition

log = logging.getLogger(__name__)

NO_REPLICA: Final = 2**31 - 1
"""The number of a replica that no broker has."""
LATEST: Final = -1
READ_UNCOMMITTED: Final = 0
NO_ERROR: Final = 0


@dataclass(frozen=True, slots=True)
class LogEnd:
    """How far a leader's log went, as the offset of its next record, and when it was asked, in monotonic seconds."""

    asked_at: float = NEVER
    offset: int = 0


class LogEnds:
    """The last known ends of logs, and the questions that are open."""

    def __init__(self) -> None:
        """Start with nothing known, and without a client."""
        self._client: Any = None
        self._ends: dict[TopicPartition, LogEnd] = {}
        self._wanted: set[TopicPartition] = set()
        self._asking: dict[int, asyncio.Task[None]] = {}
        self._is_refused = False

    def attend(self, client: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Ask by this network client from now on."""
        self._client = client

    def is_settled(self, tp: TopicPartition, since: float, highwater: int) -> bool:
        """Return whether all that was stored until an instant may be read; if that is not known, it will be asked.

        Args:
            tp: The partition.
            since: The instant, in seconds of ``time.monotonic()``.
            highwater: The end that the last fetch told.
        """
        if self._replica_count(tp) <= 1:
            return True
        known = self._ends.get(tp, LogEnd())
        if known.asked_at > since and known.offset <= highwater:
            return True
        # Asked again also where the answer is new enough: another leader's log may end before that of the last one.
        self._wanted.add(tp)
        return False

    def ask(self) -> None:
        """Send the questions that are open, each leader one at a time; returns at once."""
        by_leader: defaultdict[int, list[TopicPartition]] = defaultdict(list)
        for tp in tuple(self._wanted):
            leader = self._client.cluster.leader_for_partition(tp)
            if leader in (None, -1):
                self._client.force_metadata_update()
            elif leader not in self._asking:
                by_leader[leader].append(tp)
        for leader, tps in by_leader.items():
            self._wanted.difference_update(tps)
            asking = self._asking[leader] = asyncio.ensure_future(self._ask(leader, tps))
            asking.add_done_callback(partial(self._over, leader))

    async def close(self) -> None:
        """Wait for no answer any more."""
        for asking in (open_ones := list(self._asking.values())):
            asking.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    def _over(self, leader: int, _asking: asyncio.Task[None]) -> None:
        """A leader may be asked again."""
        del self._asking[leader]

    async def _ask(self, leader: int, tps: Collection[TopicPartition]) -> None:
        """Ask one leader. Without an answer nothing is known, and whoever waits wants it again."""
        topics: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for tp in tps:
            topics[tp.topic].append((tp.partition, LATEST))
        asked_at = time.monotonic()
        try:
            response = await self._client.send(leader, OffsetRequest(NO_REPLICA, READ_UNCOMMITTED, [*topics.items()]))
        except KafkaError as error:
            self._note_failure(type(error), tps, asked_at)
            return
        for topic, entries in response.topics:
            for number, error_code, *_, offset in (entry[:4] for entry in entries):
                tp = TopicPartition(topic, number)
                if error_code == NO_ERROR:
                    self._ends[tp] = LogEnd(asked_at, offset)
                else:
                    self._note_failure(for_code(error_code), [tp], asked_at)

    def _note_failure(self, error: Any, tps: Collection[TopicPartition], asked_at: float) -> None:  # noqa: ANN401 - as above
        if error.retriable:
            self._client.force_metadata_update()
            return
        if not self._is_refused:
            self._is_refused = True
            text = "log_ends_not_told error=%s; a tick may go before records that not all replicas have"
            log.warning(text, error.__name__)
        self._ends |= dict.fromkeys(tps, LogEnd(asked_at))

    def _replica_count(self, tp: TopicPartition) -> int:
        """Return on how many brokers a partition is, as far as is known."""
        partition = self._client.cluster._partitions.get(tp.topic, {}).get(tp.partition)  # noqa: SLF001 - shown nowhere else
        return 0 if partition is None else len(partition.replicas)
