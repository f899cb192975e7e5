"""Records that the client cannot decode, as its own fetcher and decoders meet them; only the wire is missing."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.structs import TopicPartition as ClientPartition
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.unreadable import Place, UnreadableRecord, UnreadableRecords
from tests.builders.batches import raw_batch

GZIP = 1
NODE = 1
VIEWS = Place("page-views", 0)
OPENS = Place("email-opens", 0)


@dataclass
class State:
    """aiokafka's state of a partition."""

    position: int = 0
    paused: bool = False
    has_valid_position: bool = True
    highwater: int | None = None
    lso: int | None = None
    timestamp: int | None = None

    def consumed_to(self, position: int) -> None:
        """Move."""
        self.position = position


@dataclass
class Reader:
    """aiokafka's fetcher, without a connection: a broker's log of whole batches answers it."""

    log: dict[Place, list[tuple[range, bytes]]]
    states: dict[Place, State] = field(default_factory=dict)
    unreadable: UnreadableRecords = field(default_factory=UnreadableRecords)

    def __post_init__(self) -> None:
        for tp in self.log:
            self.states.setdefault(tp, State())
        self.assignment = SimpleNamespace(active=True, state_value=lambda tp: self.states[Place(*tp)])
        self.fetcher = SimpleNamespace(
            _client=SimpleNamespace(send=self.send),
            _client_rack=None,
            _records={},
            _key_deserializer=None,
            _value_deserializer=None,
            _check_crcs=True,
            _isolation_level=READ_COMMITTED,
            _prefetch_backoff=0,
            _wait_consume_future=None,
            _notify=lambda _: None,
            _subscriptions=SimpleNamespace(reassignment_in_progress=False, is_assigned=self.states.__contains__),
        )
        self.unreadable.note_responses(self.fetcher._client)

    async def send(self, _node: int, request: Any) -> Any:
        """Answer with all from the batch on that holds the offset, as brokers do."""
        return SimpleNamespace(
            API_VERSION=4,
            topics=[
                (
                    topic,
                    [(number, 0, self.end(Place(topic, number)), -1, None, self.bytes_from(topic, *entry))],
                )
                for topic, [entry] in request.topics
                for number in [entry[0]]
            ],
        )

    def bytes_from(self, topic: str, number: int, offset: int, _: int) -> bytes:
        """Return the batches that are not wholly before an offset."""
        return b"".join(batch for offsets, batch in self.log[Place(topic, number)] if offsets.stop > offset)

    def end(self, tp: Place) -> int:
        """Return where a partition ends."""
        return self.log[tp][-1][0].stop

    async def turn(self, records_max: int | None) -> dict[Place, list[int]]:
        """Fetch what is not buffered, and take what there is."""
        missing = [tp for tp in self.log if tp not in self.fetcher._records]
        if missing:
            topics = [(tp.topic, [(tp.partition, self.states[tp].position, 1024)]) for tp in missing]
            request = SimpleNamespace(topics=topics)
            await self.unreadable.watch(
                self.fetcher,
                request,
                lambda: Fetcher._proc_fetch_request(self.fetcher, self.assignment, NODE, request),
            )
        found = await Fetcher.fetched_records(self.fetcher, [ClientPartition(*tp) for tp in self.log], 0, records_max)
        return {Place(*tp): [record.offset for record in records] for tp, records in found.items()}

    async def all(self, records_max: int | None = None) -> tuple[dict[Place, list[int]], list[tuple[Place, int]]]:
        """Read to the ends; every turn but one for each answer that fails must bring something on."""
        read: dict[Place, list[int]] = {tp: [] for tp in self.log}
        left_out: list[tuple[Place, int]] = []
        turns_left = 500
        while any(state.position < self.end(tp) for tp, state in self.states.items()):
            assert (turns_left := turns_left - 1), f"stuck at {self.states}"
            for tp, offsets in (await self.turn(records_max)).items():
                read[tp] += offsets
            left_out += [(tp, one.offset) for tp, found in self.unreadable.take().items() for one in found]
        return read, left_out


def batch(first: int, last: int, *unreadable: int, compression: int = 0) -> tuple[range, bytes]:
    """Return one batch of the log."""
    return range(first, last + 1), raw_batch(range(first, last + 1), unreadable, compression)


@pytest.mark.parametrize("compression", [0, GZIP])
async def test_exactly_the_bad_record_is_left_out(compression: int) -> None:
    """The good ones before and after it in its batch are delivered, and it is told once."""
    reader = Reader({VIEWS: [batch(0, 4, 2, compression=compression), batch(5, 6)]})
    assert await reader.all() == ({VIEWS: [0, 1, 3, 4, 5, 6]}, [(VIEWS, 2)])


async def test_other_partitions_of_the_fetch_lose_nothing() -> None:
    """A bad record costs nobody but itself."""
    reader = Reader({OPENS: [batch(0, 3)], VIEWS: [batch(0, 1, 0)]})
    read, left_out = await reader.all()
    assert read == {OPENS: [0, 1, 2, 3], VIEWS: [1]}
    assert left_out == [(VIEWS, 0)]


async def test_bad_records_in_a_row_are_told_one_by_one() -> None:
    """Across the ends of batches too: each is to be refused in its place."""
    reader = Reader({VIEWS: [batch(0, 2, 1, 2), batch(3, 6, 3, 5)]})
    read, left_out = await reader.all()
    assert read == {VIEWS: [0, 4, 6]}
    assert left_out == [(VIEWS, 1), (VIEWS, 2), (VIEWS, 3), (VIEWS, 5)]


async def test_what_lies_before_the_position_is_not_told() -> None:
    """A broker gives whole batches; a bad record in front of where reading begins is nobody's loss now."""
    reader = Reader({VIEWS: [batch(0, 4, 1, 3)]}, {VIEWS: State(position=2)})
    assert await reader.all() == ({VIEWS: [2, 4]}, [(VIEWS, 3)])


async def test_any_other_fault_of_a_batch_is_raised() -> None:
    """What is damaged under way may be whole the next time: nothing is stepped over then."""
    offsets, whole = batch(0, 2)
    reader = Reader({VIEWS: [(offsets, whole[:-1] + bytes([whole[-1] ^ 1]))]})
    with pytest.raises(CorruptRecordException, match="CRC"):
        await reader.all()


@pytest.mark.parametrize("compression", [0, GZIP])
async def test_all_but_the_headers_is_known(compression: int) -> None:
    """Key, value and time stand before the headers, so they are not lost with them."""
    reader = Reader({VIEWS: [batch(0, 1, 1, compression=compression)]})
    while reader.states[VIEWS].position < 2:
        await reader.turn(None)
    assert reader.unreadable.take() == {VIEWS: [UnreadableRecord(1, 1_750_000_000_000, 0, b"lead-ada", b"{}")]}


@given(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=5),
    bad=st.sets(st.integers(0, 24)),
    position=st.integers(0, 24),
    records_max=st.none() | st.integers(1, 4),
    compression=st.sampled_from([0, GZIP]),
)
def test_good_records_come_once_and_bad_ones_are_told_once(
    sizes: list[int], bad: set[int], position: int, records_max: int | None, compression: int
) -> None:
    """However batches are cut, wherever reading begins and however few records are taken at a time."""
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    log = [batch(end - size, end - 1, *bad, compression=compression) for size, end in zip(sizes, ends, strict=True)]
    reader = Reader({VIEWS: log}, {VIEWS: State(position=position)})
    read, left_out = asyncio.run(reader.all(records_max))
    wanted = range(position, ends[-1])
    assert read[VIEWS] == [offset for offset in wanted if offset not in bad]
    assert [offset for _, offset in left_out] == sorted(bad.intersection(wanted))
