"""Steps over records that the Kafka client cannot decode: a header's name that is not UTF-8.

Anyone who may write to a topic can send one, and aiokafka's decoder would raise at it, for ever and for every reader,
with the good records before it undelivered. Rules: its fast decoder reads until it fails, and what it read is
delivered. The partition is then fetched again from there and read by its slow decoder, which knows where a record ends
whatever is in it: exactly the records at fault are left out, and told, with all of them but their headers. Other errors
pass.

Knows the inside of aiokafka's fetcher and decoder; lives in the client's thread.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakSet

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint

HEADERS_MAGIC = 2
"""The first format of batches that has headers."""


class Place(NamedTuple):
    """One partition of one topic; equal to the client's own."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record that was left out: where it stands, when it was stored (milliseconds), and all but its headers."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None


def is_unreadable(error: Exception) -> bool:
    """Return whether a decoder failed at a text: the fast one says so, the slow one wraps it."""
    return isinstance(error, UnicodeDecodeError) or (
        isinstance(error, CorruptRecordException) and isinstance(error.__cause__, UnicodeDecodeError)
    )


class SparingBatch(_DefaultRecordBatchPy):  # type: ignore[misc] # final, so that nobody slows it down; here that is fine
    """A batch that leaves out the records whose header names are not UTF-8, and says which."""

    def __init__(self, data: memoryview, on_unreadable: Callable[[UnreadableRecord], None]) -> None:
        """Read a whole batch; each record that is left out is told as it is met."""
        super().__init__(data)
        self._on_unreadable = on_unreadable

    def __next__(self) -> Any:  # noqa: ANN401 - aiokafka's record
        """Return the next record that can be read."""
        while True:
            start = self._pos
            try:
                return super().__next__()
            except CorruptRecordException as error:
                if not is_unreadable(error):
                    raise
            self._step_over(start)

    def _step_over(self, start: int) -> None:
        # A record: its length, attributes, timestamp delta, offset delta, key, value, the headers at fault.
        length, body = decode_varint(self._buffer, start)
        _, at = decode_varint(self._buffer, body)
        timestamp_delta, at = decode_varint(self._buffer, at)
        offset_delta, at = decode_varint(self._buffer, at)
        key, at = self._nullable_bytes(at)
        value, _ = self._nullable_bytes(at)
        self._pos = body + length
        self._next_record_index += 1
        is_append_time = self.timestamp_type == self.LOG_APPEND_TIME
        timestamp = self.max_timestamp if is_append_time else self.first_timestamp + timestamp_delta
        offset = self.base_offset + offset_delta
        self._on_unreadable(UnreadableRecord(offset, timestamp, self.timestamp_type, key, value))

    def _nullable_bytes(self, at: int) -> tuple[bytes | None, int]:
        size, at = decode_varint(self._buffer, at)
        return (None, at) if size < 0 else (bytes(self._buffer[at : at + size]), at + size)


class SparingRecords(_MemoryRecordsPy):  # type: ignore[misc] # as above
    """The batches of one answer, each sparing."""

    def __init__(self, data: bytes, on_unreadable: Callable[[UnreadableRecord], None]) -> None:
        """Read what a broker answered for one partition."""
        super().__init__(data)
        self._on_unreadable = on_unreadable

    def next_batch(self) -> Any:  # noqa: ANN401 - aiokafka's batch
        """Return the next batch; old formats have no headers and are read as ever."""
        data = self._next_slice
        batch = super().next_batch()
        if data is None or data[self.MAGIC_OFFSET] < HEADERS_MAGIC:
            return batch
        return SparingBatch(data, self._on_unreadable)


class UnreadableRecords:
    """Watches a fetcher's answers, and collects which records were left out of them."""

    def __init__(self) -> None:
        """Start with nothing suspected."""
        self._suspects: set[Place] = set()
        self._found: defaultdict[Place, list[UnreadableRecord]] = defaultdict(list)
        self._watched: WeakSet[Any] = WeakSet()
        self._responses: dict[int, Any] = {}

    def note_responses(self, client: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Wrap the fetcher's client, to see the bytes of answers that `watch` is called for."""
        send = client.send

        async def noting(node_id: Any, request: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
            response = await send(node_id, request, **options)
            if id(request) in self._responses:
                self._responses[id(request)] = response
            return response

        client.send = noting

    def attend(self, fetcher: Any) -> None:  # noqa: ANN401 - as above
        """Watch every answer of a started client's fetcher from now on."""
        proceed = fetcher._proc_fetch_request  # noqa: SLF001 - aiokafka shows its answers nowhere else
        self.note_responses(fetcher._client)  # noqa: SLF001 - as above

        async def watched(assignment: Any, node_id: int, request: Any) -> bool:  # noqa: ANN401 - as above
            return await self.watch(fetcher, request, lambda: proceed(assignment, node_id, request))

        fetcher._proc_fetch_request = watched  # noqa: SLF001 - as above

    async def watch(self, fetcher: Any, request: Any, proceed: Callable[[], Any]) -> bool:  # noqa: ANN401 - as above
        """Have a fetch request answered, and see to it that nothing in the answer can raise for want of a text.

        Args:
            fetcher: aiokafka's.
            request: The fetch request.
            proceed: Sends it and keeps the answer in the fetcher.

        Returns:
            What ``proceed`` returns.
        """
        self._responses[id(request)] = None
        try:
            has_data: bool = await proceed()
        finally:
            response = self._responses.pop(id(request))
        # No await since the fetcher took the answer: what is not watched yet is of this very answer.
        for topic, entries in response.topics if response is not None else ():
            for number, *_, data in entries:
                tp = Place(topic, number)
                found = getattr(fetcher._records.get(tp), "_partition_records", None)  # noqa: SLF001 - as above
                if found is not None and found not in self._watched:
                    self._watched.add(found)
                    found._records_iterator = self._sparing(tp, found, data)  # noqa: SLF001 - as above
        return has_data

    def _sparing(self, tp: Place, found: Any, data: bytes) -> Iterator[Any]:  # noqa: ANN401 - as above
        """Read one answer. Ending early is no loss: the fetcher asks again for what was not read."""
        if tp in self._suspects:
            is_clean = True

            def leave_out(record: UnreadableRecord) -> None:
                nonlocal is_clean
                # A broker gives whole batches: what lies before the position is no longer asked for.
                if record.offset >= found.next_fetch_offset:
                    is_clean = False
                    self._found[tp].append(record)

            found._records = SparingRecords(data, leave_out)  # noqa: SLF001 - as above
            yield from found._unpack_records()  # noqa: SLF001 - as above
            if is_clean:
                self._suspects.discard(tp)
            return
        try:
            yield from found._unpack_records()  # noqa: SLF001 - as above
        except Exception as error:
            if not is_unreadable(error):
                raise
            self._suspects.add(tp)

    def take(self) -> dict[Place, list[UnreadableRecord]]:
        """Return what was left out since this was last asked, by rising offset."""
        found, self._found = self._found, defaultdict(list)
        return dict(found)
