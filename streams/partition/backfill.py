"""The past of one partition's leads, for signals that no scorecard asked for before: read again from the inputs.

Read are the records that the table holds the effects of, and no others: up to its watermarks. What comes later is
counted when it is handled, by the scorecard that asks. So there is neither gap nor double where the two meet. Records
are decoded, ordered and refused as an owner does it; nothing is told and nothing is stored. Knows the doors only.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import inf
from typing import Protocol

from scorer import NO_PAST, Activity, JournalBounds, Scorecard, with_past
from streams.monitoring.logs import described
from streams.partition.decode import RecordDecoder
from streams.partition.forwarding import is_taken_again
from streams.partition.merging import Merge
from streams.partition.pasts import Pasts
from streams.partition.pulse import in_parts
from streams.partition.records import Decoded, InputRecord, Refused, Taken

log = logging.getLogger(__name__)

RUN_RECORDS_MAX = 1_000
"""Records ordered and counted at once."""
RUN_BYTES_MAX = 4 * 1024 * 1024
"""Their bytes, and those that are read ahead of each topic."""
COURSE_SECONDS = 5.0
"""Between two lines of the log about how far a reading is."""


class RetainedRecords(Protocol):
    """What Kafka has of one partition number between some offsets, topic by topic."""

    def is_done(self, topic: str, /) -> bool:
        """Tell whether all of a topic was handed over."""
        ...

    async def fetch(self, topics: Collection[str], /) -> Mapping[str, Sequence[InputRecord]]:
        """Return the next records of some topics that are not done; none only if one of them came to its end.

        Raises:
            InputSilent: If Kafka does not answer.
        """
        ...


class Retained(Protocol):
    """The door to what Kafka retains of the inputs, beside the one by which they are followed."""

    def reading(self, partition: int, spans: Mapping[str, range], /) -> AbstractAsyncContextManager[RetainedRecords]:
        """Read a partition number again.

        Args:
            partition: Which one.
            spans: By topic the offsets that are wanted; what Kafka no longer has of them is left out.

        Raises:
            InputSilent: If Kafka does not answer.
        """
        ...


class NothingRetained:
    """A `Retained` that has nothing, for where there is no Kafka to read again."""

    @asynccontextmanager
    async def reading(self, partition: int, spans: Mapping[str, range]) -> AsyncIterator[RetainedRecords]:  # noqa: ARG002 - the door's shape
        """See `Retained.reading`."""
        yield self

    def is_done(self, topic: str) -> bool:  # noqa: ARG002 - as above
        """See `RetainedRecords.is_done`."""
        return True

    async def fetch(self, topics: Collection[str]) -> Mapping[str, Sequence[InputRecord]]:  # noqa: ARG002 - as above
        """See `RetainedRecords.fetch`."""
        return {}


class Backfill:
    """What leads of one partition did, as far as some signals ask for it."""

    def __init__(
        self,
        partition: int,
        signals: frozenset[str],
        scorecard: Scorecard,
        decoder: RecordDecoder,
        bounds: JournalBounds,
    ) -> None:
        """Begin with nothing read.

        Args:
            partition: Whose records.
            signals: What is counted, by the names of the core.
            scorecard: The one that asks for it.
            decoder: Reads records as an owner does.
            bounds: How much a journal remembers.
        """
        self.partition = partition
        self.signals = signals
        self.scorecard = scorecard
        self.pasts = Pasts()
        self._decoder = decoder
        self._bounds = bounds
        self._next_offsets: dict[str, int] = {}
        self._forwarded: dict[str, int] = {}
        self._clock = 0

    @property
    def offsets_done(self) -> int:
        """How far it has come, in offsets summed over the inputs."""
        return sum(self._next_offsets.values())

    async def reach(
        self, retained: Retained, watermarks: Mapping[str, int], is_stopping: Callable[[], bool], share: float = 1.0
    ) -> None:
        """Read on, up to some watermarks. Broken off, what was read stays read, and the next call goes on.

        Args:
            retained: Where records are read again.
            watermarks: By topic the last offset to read.
            is_stopping: Tells whether to break off.
            share: Of the time how much it may take; the rest is left to the owners.

        Raises:
            InputSilent: If Kafka does not answer.
        """
        wanted = {topic: range(self._next_offsets.get(topic, 0), last + 1) for topic, last in watermarks.items()}
        spans = {topic: span for topic, span in wanted.items() if span}
        if not spans:
            return
        time = asyncio.get_running_loop().time
        async with retained.reading(self.partition, spans) as records:
            merge, told = _merge(spans, records), _Told(self, sum(map(len, spans.values())), time())
            while not is_stopping():
                began_at = time()
                told.look(began_at)
                run = merge.take(records_max=RUN_RECORDS_MAX, bytes_max=RUN_BYTES_MAX, now=0.0, patience_seconds=inf)
                if run:
                    for item in await in_parts(self._decoder.decoded, run):
                        self._take(item)
                    await asyncio.sleep((time() - began_at) * (1 / share - 1))
                    continue
                waiting = [topic for topic in spans if merge.is_accepting(topic) and not records.is_done(topic)]
                if not waiting:
                    self._next_offsets |= {topic: span.stop for topic, span in spans.items()}
                    return
                for topic, found in (await records.fetch(waiting)).items():
                    merge.offer(topic, found, 0.0)

    def _take(self, item: Decoded) -> None:
        """Count one record, if it counts."""
        record = item.record
        self._next_offsets[record.topic] = record.offset + 1
        self._clock = max(self._clock, item.appended_at)
        if not isinstance(item, Taken | Refused):
            return
        if item.origin is not None and is_taken_again(item.origin, self._forwarded):
            return
        if not isinstance(item, Taken) or not isinstance(item.content, Activity):
            return
        past = self.pasts.of(item.lead_id) or NO_PAST
        try:
            known = with_past(past, item.content, self.signals, self.scorecard, self._clock, self._bounds)
        except Exception as error:  # noqa: BLE001 - as where it was handled: one record must not stop its partition
            place = (record.topic, record.partition, record.offset)
            log.error("backfill_failed topic=%s partition=%d offset=%d error=%s", *place, described(error))
            return
        if known is not past:
            self.pasts.keep(item.lead_id, known)


class _Told:
    """How far a reading is, said now and then."""

    def __init__(self, backfill: Backfill, total: int, now: float) -> None:
        self._backfill = backfill
        self._total = total
        self._begun = backfill.offsets_done
        self._began_at = self._told_at = now

    def look(self, now: float) -> None:
        """Say how far it is, if that was long ago."""
        if now - self._told_at < COURSE_SECONDS:
            return
        self._told_at = now
        done = self._backfill.offsets_done - self._begun
        pace, left = done / (now - self._began_at), self._total - done
        log.info(
            "backfill_goes_on partition=%d offsets=%d left=%d per_second=%.0f ready_in_seconds=%s",
            *(self._backfill.partition, done, left, pace, f"{left / pace:.0f}" if pace > 0 else "unknown"),
        )


def _merge(topics: Collection[str], records: RetainedRecords) -> Merge:
    """Make buffers as an owner's, but that everybody waits for everybody; there are no ticks among them."""
    return Merge(
        topics,
        tick_topic="",
        input_bytes_max=RUN_BYTES_MAX,
        is_at_end=records.is_done,
        is_drained=lambda topic, _since: records.is_done(topic),
        answered_at=lambda _topic: 0.0,
    )
