"""Runs that wait: cut to bounds, in order, fair among partitions."""

import dataclasses
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from streams.partition.record_size import RECORD_OVERHEAD_BYTES, size_bytes
from streams.transport.door import TopicPartition
from streams.transport.held import HeldRuns, cut
from tests.unit.streams.transport.fakes import OPENS, VIEWS, records

UNDER = (1, 0)


@given(
    sizes=st.lists(st.integers(0, 400), max_size=40),
    records_max=st.integers(1, 10),
    bytes_max=st.integers(1, 1000 + 3 * RECORD_OVERHEAD_BYTES),
)
def test_cutting_loses_nothing_and_keeps_its_bounds(sizes: list[int], records_max: int, bytes_max: int) -> None:
    """Runs joined are the records; none has too many records, and too many bytes only if it is a single record."""
    whole = [records(VIEWS, [offset], size)[0] for offset, size in enumerate(sizes)]
    runs = list(cut(whole, records_max, bytes_max))
    assert [record for run in runs for record in run] == whole
    assert all(1 <= len(run) <= records_max for run in runs)
    assert all(len(run) == 1 or sum(map(size_bytes, run)) <= bytes_max for run in runs)


def test_headers_count_against_the_bound() -> None:
    """Small records with large headers are not delivered all at once."""
    plain = records(VIEWS, [0, 1, 2])
    bytes_max = sum(map(size_bytes, plain))
    assert [len(run) for run in cut(plain, 10, bytes_max)] == [3]
    heavy = [dataclasses.replace(cast("Any", record), headers=(("trace", b"x" * bytes_max),)) for record in plain]
    assert [len(run) for run in cut(heavy, 10, bytes_max)] == [1, 1, 1]


def test_partitions_take_turns() -> None:
    """A partition with much does not keep the others waiting."""
    held = HeldRuns(records_max=1, bytes_max=1000)
    held.add(VIEWS, records(VIEWS, [0, 1, 2]), UNDER, 3)
    held.add(OPENS, records(OPENS, [0]), UNDER, 1)
    order = [(run.tp.topic, run.records[0].offset) for run in held.deliverable(lambda _: True)]
    assert order == [("page-views", 0), ("email-opens", 0), ("page-views", 1), ("page-views", 2)]
    assert VIEWS not in held


def test_all_topics_of_a_partition_number_come_together() -> None:
    """Its owner can begin with the first number's while the others' are handed over."""
    held = HeldRuns(records_max=10, bytes_max=1000)
    for topic, number in (("email-opens", 1), ("email-opens", 0), ("page-views", 0), ("page-views", 1)):
        held.add(tp := TopicPartition(topic, number), records(tp, [0]), UNDER, 1)
    assert [run.tp.partition for run in held.deliverable(lambda _: True)] == [0, 0, 1, 1]


def test_only_the_last_run_of_a_fetch_knows_the_position() -> None:
    """Until it is delivered the partition is not read up to there; the position is behind trailing holes."""
    held = HeldRuns(records_max=2, bytes_max=1000)
    held.add(VIEWS, records(VIEWS, [0, 1, 5]), UNDER, 9)
    assert [run.position for run in held.deliverable(lambda _: True)] == [None, 9]


def test_what_cannot_be_delivered_waits_in_order() -> None:
    """The question is asked before each run, and a partition that was closed resumes where it stood."""
    held = HeldRuns(records_max=1, bytes_max=1000)
    held.add(VIEWS, records(VIEWS, [0, 1]), UNDER, 2)
    closed: set[TopicPartition] = set()
    delivered = []
    for run in held.deliverable(lambda tp: tp not in closed):
        delivered.append(run.records[0].offset)
        closed.add(VIEWS)
    assert delivered == [0]
    assert not held.has_deliverable(lambda tp: tp not in closed)
    held.add(VIEWS, records(VIEWS, [2]), UNDER, 3)
    assert [run.records[0].offset for run in held.deliverable(lambda _: True)] == [1, 2]


def test_forgotten_runs_are_gone_even_while_delivering() -> None:
    """A seek in the middle of a turn drops what waits of that partition."""
    held = HeldRuns(records_max=1, bytes_max=1000)
    held.add(VIEWS, records(VIEWS, [0, 1]), UNDER, 2)
    held.add(OPENS, records(OPENS, [0]), UNDER, 1)
    delivered = []
    for run in held.deliverable(lambda _: True):
        delivered.append(run.tp)
        held.forget([VIEWS, OPENS])
    assert delivered == [VIEWS]
