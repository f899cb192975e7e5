"""The Kafka client in its own thread: fetches, seeks and commits for the consumer, which lives in the app's loop.

Rules: everything that moves a position happens in this thread, and each fetch says under which seek it was made, so
that records fetched before a seek are never taken for records after it. A failed commit is no reason to die: Redis
holds the truth. Records that the client cannot give are reported, never passed over in silence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import aiokafka
from aiokafka.errors import (
    ConsumerStoppedError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    RecordTooLargeError,
)
from aiokafka.structs import OffsetAndMetadata
from aiokafka.structs import TopicPartition as ClientPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, credentials_to_aiokafka_auth, server_list

from streams.kafka.answers import Answer, Answers
from streams.kafka.fetch_gate import FetchGate
from streams.kafka.known_end import readable_end
from streams.kafka.unreadable import UnreadableRecords
from streams.partition.records import SkippedRecord
from streams.transport.asking import Answered, asked
from streams.transport.assignor import PartitionNumberAssignor
from streams.transport.door import EARLIEST, Hole, HoleReason, InputSilent, Record, TopicPartition
from streams.transport.log_ends import LogEnds
from streams.transport.reading import Fetched
from streams.transport.skipped import holes_of, oversize, unreadable, with_skipped

if TYPE_CHECKING:
    from faust.types import TP

    from streams.transport.consumer import BatchConsumer


class BatchConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread with our client, our fetch and our seeks."""

    consumer: "BatchConsumer"

    def __post_init__(self) -> None:
        """Start the books of this thread; only this thread writes them."""
        super().__post_init__()
        self._seek_counts: dict[TopicPartition, int] = {}
        self._answers = Answers()
        self._gate = FetchGate()
        self._log_ends = LogEnds()
        self._unreadable = UnreadableRecords()

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ANN401 - Faust's transport
        """Make the client: Faust's settings, but for what its own version of this hard-codes."""
        conf = self.app.conf
        options = self.consumer.options
        return aiokafka.AIOKafkaConsumer(
            client_id=conf.broker_client_id,
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id or None,  # Faust's default is an empty text
            bootstrap_servers=server_list(transport.url, transport.default_port),
            partition_assignment_strategy=[PartitionNumberAssignor],
            enable_auto_commit=False,
            # Every position is set by us; one that Kafka does not have is reported, never silently reset.
            auto_offset_reset="none",
            isolation_level="read_committed",
            max_poll_records=options.fetch_records_max,
            max_poll_interval_ms=int((conf.broker_max_poll_interval or 0) * 1000),
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_wait_ms=options.fetch_wait_ms,
            request_timeout_ms=int(options.request_seconds_max * 1000),
            check_crcs=conf.broker_check_crcs,
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            metadata_max_age_ms=conf.consumer_metadata_max_age_ms,
            connections_max_idle_ms=conf.consumer_connections_max_idle_ms,
            **credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context),
        )

    async def on_start(self) -> None:
        """Connect, and from then on note when fetches are sent and answered, and what of the answers is unreadable."""
        await super().on_start()
        self.attend(self._ensure_consumer()._fetcher)  # noqa: SLF001 - aiokafka tells this nowhere else

    async def on_thread_stop(self) -> None:
        """Ask nothing more, and disconnect."""
        await self._log_ends.close()
        await super().on_thread_stop()

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Look at every answer of the client's fetcher from now on."""
        self._unreadable.attend(fetcher)
        self._answers.attend(fetcher)
        self._gate.attend(fetcher)
        self._log_ends.attend(fetcher._client)  # noqa: SLF001 - as above

    def answer(self, tp: TopicPartition) -> Answer:
        """Return when the partition's last answered fetch was sent and answered."""
        return self._answers.of(tp)

    def end(self, tp: TopicPartition) -> int | None:
        """Return the end of a partition as the last answer gave it, or None before the first."""
        state = self._state(tp)
        return None if state is None else readable_end(state.highwater, state.lso)

    def is_settled(self, tp: TopicPartition, since: float) -> bool:
        """Return whether all that was stored until an instant (monotonic seconds) may be read, as far as is known."""
        state = self._state(tp)
        if state is None or state.highwater is None:
            return False
        return self._log_ends.is_settled(tp, since, state.highwater)

    def problem(self) -> str | None:
        """Return which of the client's routines ended inside this living process, or None."""
        client = self._consumer
        if client is None or self.should_stop:
            return None
        fetcher, coordinator = client._fetcher, client._coordinator  # noqa: SLF001 - aiokafka shows its tasks nowhere else
        if fetcher is None or coordinator is None:
            return None  # it is still connecting
        routines = {
            "fetch routine": fetcher._fetch_task,  # noqa: SLF001 - as above
            "group coordination": coordinator._coordination_task,  # noqa: SLF001 - as above
        }
        for name, task in routines.items():
            if task.done():
                error = None if task.cancelled() else task.exception()
                return f"the Kafka client's {name} ended: {error!r}"
        return None

    def verify_event_path(self, now: float, tp: "TP") -> None:
        """Say nothing: `problem` and the owners' own watch replace a check that mixes two clocks."""

    async def fetch(self, tps: Collection[TopicPartition], timeout_seconds: float) -> Fetched:
        """Return what was fetched of some partitions, waiting for a first record up to the time-out.

        Args:
            tps: Assigned partitions, at least one.
            timeout_seconds: Bound of the wait.
        """
        fetched: Fetched = await self.call_thread(self._fetch, tps, timeout_seconds)
        return fetched

    async def _fetch(self, tps: Collection[TopicPartition], timeout_seconds: float) -> Fetched:
        if not self.consumer.flow_active:
            return Fetched()
        client = self._ensure_consumer()
        fetcher = client._fetcher  # noqa: SLF001 - Faust reads from it too: getmany() would refuse Faust's partitions
        if client._closed or fetcher._closed:  # noqa: SLF001 - as above
            raise ConsumerStoppedError
        self._log_ends.ask()
        holes: dict[TopicPartition, Hole] = {}
        records: Mapping[TopicPartition, Sequence[Record]] = {}
        skipped: list[SkippedRecord] = []
        with fetcher._subscriptions.fetch_context():  # noqa: SLF001 - as above
            try:
                records = await self._gate.picked(
                    fetcher, tps, timeout_seconds, self.consumer.options.fetch_records_max
                )
            except RecordTooLargeError as error:
                # aiokafka #1173: the client has stepped over it already.
                tp, offset = error.args[1], error.args[2]
                skipped.append(oversize(TopicPartition(*tp), offset))
            except OffsetOutOfRangeError as error:
                holes = await self._step_into_range(error.args[0])
            except NoOffsetForPartitionError as error:
                # A fetch that spans a rebalance comes back before the seek that is under way. Nothing was picked.
                self.log.info("no_position_yet partition=%s", error.args[0])
        # No await since the records were picked: positions and seeks are those of this very fetch.
        for place, found in self._unreadable.take().items():
            skipped += (unreadable(TopicPartition(*place), record) for record in found)
        told = (*holes.items(), *holes_of(skipped))
        positions = self._positions(tps)
        is_behind = any(positions.get(TopicPartition(*tp), 0) < (self.end(TopicPartition(*tp)) or 0) for tp in records)
        if not is_behind:
            self._gate.close()
        return Fetched(with_skipped(records, skipped), positions, dict(self._seek_counts), told, is_behind)

    async def _step_into_range(self, offsets: Mapping[ClientPartition, int]) -> dict[TopicPartition, Hole]:
        holes = {}
        seek_counts = dict(self._seek_counts)
        earliest = await self._ensure_consumer().beginning_offsets(list(offsets))
        for client_tp, offset in offsets.items():
            tp = TopicPartition(*client_tp)
            if self._seek_counts.get(tp) != seek_counts.get(tp):
                continue
            reason = HoleReason.EXPIRED if offset < earliest[client_tp] else HoleReason.BEYOND_END
            holes[tp] = Hole(offset, earliest[client_tp], reason)
            self._ensure_consumer().seek(client_tp, earliest[client_tp])
        return holes

    def _positions(self, tps: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        states = {tp: self._state(tp) for tp in tps}
        return {tp: state.position for tp, state in states.items() if state is not None and state.has_valid_position}

    def _state(self, tp: TopicPartition) -> Any:  # noqa: ANN401 - aiokafka has no types
        """Return aiokafka's state of an assigned partition, else None. Read from both threads, written here only."""
        client = self._consumer
        subscription = client._subscription.subscription if client is not None else None  # noqa: SLF001 - as above
        assignment = subscription.assignment if subscription is not None else None
        return assignment.state_value(tp) if assignment is not None and tp in assignment.tps else None

    async def resume_offsets(
        self, tps: Collection[TopicPartition], known: Mapping[TopicPartition, int]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, Hole]]:
        """Return where to read on, and what cannot be read.

        Args:
            tps: Assigned partitions.
            known: Offset, or EARLIEST, of those that the tables know; for the others Kafka's committed offset counts.

        Raises:
            InputSilent: If the client does not answer in time.
        """
        return await self._asked(self._resume_offsets, tps, known)

    async def _resume_offsets(
        self, tps: Collection[TopicPartition], known: Mapping[TopicPartition, int]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, Hole]]:
        client = self._ensure_consumer()
        earliest = {TopicPartition(*tp): offset for tp, offset in (await client.beginning_offsets(list(tps))).items()}
        unknown = [ClientPartition(*tp) for tp in tps if tp not in known]
        committed = dict(zip(unknown, await asyncio.gather(*map(client.committed, unknown)), strict=True))
        offsets: dict[TopicPartition, int] = {}
        holes: dict[TopicPartition, Hole] = {}
        for tp in tps:
            # Tables that know nothing want all there ever was: what Kafka no longer has of that is missing too.
            wanted = max(0, known[tp]) if tp in known else committed.get(ClientPartition(*tp))
            offsets[tp] = earliest[tp] if wanted is None else max(wanted, earliest[tp])
            if wanted is not None and wanted < earliest[tp]:
                holes[tp] = Hole(wanted, earliest[tp], HoleReason.EXPIRED)
        return offsets, holes

    async def seek_counted(
        self, offsets: Mapping[TopicPartition, int], seek_counts: Mapping[TopicPartition, int]
    ) -> None:
        """Move positions; what is fetched from then on carries the given counts.

        Raises:
            IllegalStateError: If a partition is not assigned.
            InputSilent: If the client does not answer in time.
        """
        await self._asked(self._seek_counted, offsets, seek_counts)

    async def _seek_counted(
        self, offsets: Mapping[TopicPartition, int], seek_counts: Mapping[TopicPartition, int]
    ) -> None:
        client = self._ensure_consumer()
        from_start = [ClientPartition(*tp) for tp, offset in offsets.items() if offset == EARLIEST]
        earliest = await client.beginning_offsets(from_start) if from_start else {}
        for tp, offset in offsets.items():
            if seek_counts[tp] < self._seek_counts.get(tp, 0):
                continue  # overtaken by a later seek
            client_tp = ClientPartition(*tp)
            client.seek(client_tp, earliest.get(client_tp, offset))
            self._seek_counts[tp] = seek_counts[tp]
            self._answers.forget(tp)

    async def commit(self, offsets: Mapping["TP", int]) -> bool:
        """Commit offsets; False if Kafka did not take them in time. A rebalance waits for this."""
        try:
            return await self._asked(self._commit, offsets)
        except InputSilent as error:
            self.log.warning("offsets_not_committed error=%r", error)
            return False

    async def _asked(self, call: Callable[..., Awaitable[Answered]], *arguments: object) -> Answered:
        return await asked(self, self.consumer.options.call_seconds_max, call, *arguments)

    async def _commit(self, offsets: Mapping["TP", int]) -> bool:
        """Commit offsets; False if Kafka did not take them, which is tried again with the next commit."""
        assigned = self.assignment()
        structure = {
            ClientPartition(*tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items() if tp in assigned
        }
        try:
            await self._ensure_consumer().commit(structure)
        except KafkaError as error:
            self.log.warning("offsets_not_committed error=%r", error)
            return False
        return True
