"""The consumer that delivers runs of records as single messages, and keeps the books of what may be committed.

Rules, each learnt from a failure. One Faust message per run of records of one partition; it carries the generation in
which it was picked, else the stream skips it without a word and nobody ever acknowledges it. A commit never passes a
run that is not acknowledged, whatever the order of acknowledgements. Books are dropped only after the app has
committed. What was fetched or delivered before a seek or a revocation is void. A partition whose owner takes no more
stops alone.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from aiokafka.errors import ConsumerStoppedError, IllegalStateError
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, ConsumerMessage, Message
from mode import Service

from streams.monitoring.awake import AwakeClock
from streams.transport.asking import Answered
from streams.transport.door import InputSilent, TopicPartition
from streams.transport.held import Run
from streams.transport.reading import Fetched, Reading
from streams.transport.thread import BatchConsumerThread

if TYPE_CHECKING:
    from streams.transport.transport import BatchTransport

WATCH_SECONDS = 1.0


class InputDied(Exception):
    """The input died inside this living process: the process must end, and its supervisor start it again."""


class BatchConsumer(Consumer):
    """Faust's consumer with batches, and the `InputPositions` of the partitions' owners."""

    _thread: BatchConsumerThread

    def __init__(self, transport: "BatchTransport", *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Faust's own
        self.options = transport.options
        self.book = transport.book
        super().__init__(transport, *args, **kwargs)
        self._reading = Reading(self.options.batch_records_max, self.options.batch_bytes_max)
        self._claiming: asyncio.Task[Mapping[TopicPartition, int]] | None = None
        self._is_claimed = False
        self._is_behind = False
        self._fetch_generation_id = 0
        self._awake = AwakeClock(time.monotonic, step_seconds_max=2 * WATCH_SECONDS)
        self._turned_at = self._awake.read()

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- fetching and delivering

    async def _drain_messages(self, fetcher: Any) -> None:  # noqa: ANN401 - Faust's service
        """Deliver until stopped, in place of Faust's own loop.

        That one waits for each message among four tasks, some turns of the event loop for each of the dozens of runs
        of a fetch: at 2,000 activities/s the next fetch began after 400 ms. And it drops what lies below what it
        delivered last, also when a seek during the delivery went back there.
        """
        try:
            while not (self.should_stop or fetcher.should_stop):
                async for _, message in self.getmany(timeout=1.0):
                    await self.callback(message)
                await asyncio.sleep(0)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109 - Faust's signature
        """Deliver what was fetched: one message per run of records of one partition.

        Runs that cannot be delivered now (the flow is stopped, or the owner takes no more) are held for a later turn.
        """
        fetched, _ = await self._wait_next_records(timeout)
        if self.should_stop:
            return
        # Faust gives an empty mapping when it asked nobody.
        if fetched:
            self._hold(cast("Fetched", fetched))
        for run in self._reading.held.deliverable(self._is_deliverable):
            if self._reading.is_current(run, self.app.consumer_generation_id):
                tp = TP(*run.tp)
                self.app.monitor.track_tp_end_offset(tp, self._thread.end(run.tp) or 0)
                yield tp, self._message(tp, run)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ANN401, ASYNC109 - Faust's signature
        self._turned_at = self._awake.read()
        if self._reading.held.has_deliverable(self._is_deliverable):
            return Fetched()
        if not self._is_behind:
            # What arrives close together is handled together: a batch has its price whatever its size.
            await asyncio.sleep(self.options.coalesce_ms / 1000)
        wanted = {
            tp
            for tp in map(_ours, active_partitions or ())
            if tp not in self._reading.held and self.book.is_accepting(tp)
        }
        if wanted:
            fetched = await self._thread.fetch(wanted, min(timeout, self.options.fetch_wait_ms / 1000))
            # Not before: a rebalance may have been waited for. What was picked before a seek says so by its count.
            self._fetch_generation_id = self.app.consumer_generation_id
            return fetched
        await asyncio.sleep(self.options.coalesce_ms / 1000)
        return Fetched()

    def _hold(self, fetched: Fetched) -> None:
        for tp, hole in fetched.holes:
            self.book.missing(tp, hole)
        self._reading.take_in(fetched, self._fetch_generation_id)
        self._is_behind = fetched.is_behind

    def _is_deliverable(self, tp: TopicPartition) -> bool:
        return self.flow_active and TP(*tp) in self._get_active_partitions() and self.book.is_accepting(tp)

    def on_buffer_full(self, tp: TP) -> None:
        """Go on: a full stream makes the delivery wait, and `is_accepting` is the way to stop a partition.

        Faust would take it out, and sleep a second if it was the last, though the agent empties the stream in no time.
        """

    def on_buffer_drop(self, tp: TP) -> None:
        """Nothing was stopped."""

    def _message(self, tp: TP, run: Run) -> ConsumerMessage:
        last = run.records[-1]
        message = ConsumerMessage(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000,
            last.timestamp_type,
            [],
            None,
            cast("bytes", run.records),  # Faust passes it on untouched
            None,
            tp=tp,
            generation_id=run.fetched_under[0],
        )
        self._reading.deliver(run, message)
        self._acked.setdefault(tp, [])  # Faust commits the partitions that stand there
        return message

    # -- acknowledging and committing; `ack` itself is left alone, because Faust's C code has its body inlined

    def _new_offset(self, tp: TP) -> int | None:
        # Faust's own books would grow by an entry a run.
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        return self._reading.ledger.committable(_ours(tp))

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Note no gaps: the ledger goes by runs, in which holes do not count."""

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:  # noqa: FBT001, FBT002 - Faust's signature
        before = {tp: self._committed_offset[tp] for tp in offsets}
        is_committed = await super()._commit_offsets(offsets, start_new_transaction)
        if not is_committed:
            # Faust believes it was. Offer it again with the next commit, if the books still are those of now.
            for tp, offset in offsets.items():
                if self._committed_offset[tp] == offset:
                    self._committed_offset[tp] = before[tp]
                    self._reading.ledger.restore(_ours(tp), offset)
        return is_committed

    # -- partitions come and go

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let the app drain and commit, and only then drop the books (upstream drops them first)."""
        self._active_partitions.difference_update(revoked)
        self._paused_partitions.difference_update(revoked)
        await self._on_partitions_revoked(revoked)
        await self._release()
        self._reading.forget(map(_ours, revoked))
        for tp in revoked:
            self._committed_offset.pop(tp, None)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Let Faust go on, which claims them; nobody would tell the owners of an empty assignment."""
        await super().on_partitions_assigned(assigned, generation_id)
        if not assigned:
            await self.book.assigned(frozenset())

    async def wait_empty(self) -> None:
        """Have the owners finish what they are in and let go of the rest, then commit."""
        await self._release()
        # A commit that began before does not know the last acknowledgements, and Faust takes its end for ours.
        await self.maybe_wait_for_commit_to_finish()
        await super().wait_empty()

    async def _release(self) -> None:
        if self._claiming is not None:
            self._claiming.cancel()
            await asyncio.gather(self._claiming, return_exceptions=True)
        if self._is_claimed:
            self._is_claimed = False
            await self.book.revoked()
        # What the owners did not finish is for the next owner: nobody waits for it, and a late word changes nothing.
        self._reading.ledger.void(self._reading.ledger.unacknowledged())
        self._clean_unacked_messages()

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Claim the assigned partitions and go to where their tables are; called at every assignment.

        Raises:
            IllegalStateError: If the partitions were revoked meanwhile; the next assignment comes.
        """
        tps = frozenset(map(_ours, self.assignment()))
        known = await self._claimed(tps)
        offsets, holes = await self._insist(lambda: self._thread.resume_offsets(tps, known))
        for tp, hole in holes.items():
            self.book.missing(tp, hole)
        await self._insist(lambda: self._seek_all(offsets))
        self._turned_at = self._awake.read()
        return {TP(*tp): offset for tp, offset in offsets.items()}

    async def _insist(self, ask: Callable[[], Awaitable[Answered]]) -> Answered:
        """Ask again while the client is silent: the next rebalance ends that, or Faust's bound for an assignment."""
        while True:
            try:
                return await ask()
            except InputSilent as error:
                self.log.warning("input_silent error=%r", error)

    async def _claimed(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        self._is_claimed = True
        claiming = self._claiming = asyncio.ensure_future(self.book.assigned(tps))
        try:
            await asyncio.wait([claiming])
        finally:
            claiming.cancel()  # of no effect once it is done; `_release` waits for its end
        if claiming.cancelled():
            msg = f"{len(tps)} partitions were revoked while they were claimed"
            raise IllegalStateError(msg)
        return claiming.result()

    async def seek(self, partition: TopicPartition, offset: int) -> None:  # type: ignore[override] # as any tuple
        """Read on at an offset, or at EARLIEST; what was fetched or delivered before is void.

        Raises:
            IllegalStateError: If the partition is not assigned (any more).
            InputSilent: If the client does not answer in time.
        """
        await self._seek_all({_ours(partition): offset})
        self._committed_offset[TP(*partition)] = offset if offset > 0 else None

    async def _seek_all(self, offsets: Mapping[TopicPartition, int]) -> None:
        await self._thread.seek_counted(offsets, self._reading.begin_seek(offsets))

    # -- what owners ask

    def is_at_end(self, tp: TopicPartition) -> bool:
        """Return whether all that Kafka had when it last answered was delivered, and taken by the agent."""
        return self._reading.is_read_to(tp, self._thread.end(tp))

    def asked_at(self, tp: TopicPartition) -> float:
        """Return when the last answered fetch was sent, so what was appended by then is known; -inf before any."""
        return self._thread.answer(tp).asked_at

    def answered_at(self, tp: TopicPartition) -> float:
        """Return when a fetch was last answered; -inf before the first."""
        return self._thread.answer(tp).answered_at

    def is_drained(self, tp: TopicPartition, since: float) -> bool:
        """Return whether a fetch sent after ``since`` was answered and all that was stored by then is delivered."""
        # In this order: an answer that comes between the questions can only make the next one stricter.
        return self._thread.is_settled(tp, since) and self.asked_at(tp) > since and self.is_at_end(tp)

    def problem(self) -> str | None:
        """Return why the input has died inside this living process, or None while it works."""
        silent_seconds = self._awake.read() - self._turned_at
        is_reading = self.flow_active and self._active_partitions and not self.app.rebalancing
        if is_reading and silent_seconds > self.options.stalled_seconds:
            return f"the delivery loop has not turned for {silent_seconds:.0f} s"
        return self._thread.problem()

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Say nothing: `problem` replaces Faust's check, which mixes two clocks."""

    @Service.task
    async def _watch(self) -> None:
        while not self.should_stop:
            await self.sleep(WATCH_SECONDS)
            problem = self.problem()
            if problem is not None:
                self.log.critical("input_died problem=%r", problem)
                await self.crash(InputDied(problem))
                return


def _ours(tp: Collection[Any]) -> TopicPartition:
    """Return a topic partition of Faust's or aiokafka's as the door's."""
    return TopicPartition(*tp)
