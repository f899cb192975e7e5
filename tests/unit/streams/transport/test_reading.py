"""Where partitions are read to: positions count once delivered and taken, and never what a seek voided."""

from dataclasses import dataclass

from streams.transport.reading import Fetched, Reading
from tests.unit.streams.transport.fakes import VIEWS, records

GENERATION = 4


@dataclass
class Run:
    """A message as the books see it."""

    offset: int
    acked: bool = False
    tracked: bool = False
    generation_id: int | None = GENERATION


def test_an_empty_answer_tells_the_position() -> None:
    """Holes at the end leave no record to deliver, yet they are read."""
    reading = Reading(10, 1000)
    assert not reading.is_read_to(VIEWS, 0)
    reading.take_in(Fetched(positions={VIEWS: 12}), GENERATION)
    assert reading.is_read_to(VIEWS, 12)
    assert not reading.is_read_to(VIEWS, 13)
    assert not reading.is_read_to(VIEWS, None)


def test_a_position_counts_once_its_records_are_taken() -> None:
    """Fetched is not read, and delivered is not taken."""
    reading = Reading(10, 1000)
    reading.take_in(Fetched({VIEWS: records(VIEWS, [0, 1])}, {VIEWS: 2}), GENERATION)
    assert not reading.is_read_to(VIEWS, 2)
    [run] = reading.held.deliverable(lambda _: True)
    message = Run(1)
    reading.deliver(run, message)
    assert not reading.is_read_to(VIEWS, 2)
    message.tracked = True
    assert reading.is_read_to(VIEWS, 2)


def test_an_empty_answer_does_not_overtake_records_that_wait() -> None:
    """The position of a later fetch is not that of what is still held."""
    reading = Reading(10, 1000)
    reading.take_in(Fetched({VIEWS: records(VIEWS, [0, 1])}, {VIEWS: 2}), GENERATION)
    reading.take_in(Fetched(positions={VIEWS: 2}), GENERATION)
    assert not reading.is_read_to(VIEWS, 2)


def test_a_seek_voids_what_was_fetched_and_delivered() -> None:
    """And what arrives of fetches before it."""
    reading = Reading(1, 1000)
    reading.take_in(Fetched({VIEWS: records(VIEWS, [0, 1])}, {VIEWS: 2}), GENERATION)
    run = next(iter(reading.held.deliverable(lambda _: True)))
    message = Run(0)
    reading.deliver(run, message)
    assert reading.is_current(run, GENERATION)
    assert reading.begin_seek([VIEWS]) == {VIEWS: 1}
    assert not reading.is_current(run, GENERATION)
    assert message.acked
    assert VIEWS not in reading.held
    reading.take_in(Fetched({VIEWS: records(VIEWS, [1])}, {VIEWS: 2}), GENERATION)
    assert VIEWS not in reading.held
    reading.take_in(Fetched({VIEWS: records(VIEWS, [0])}, {VIEWS: 1}, {VIEWS: 1}), GENERATION)
    assert VIEWS in reading.held


def test_a_run_of_another_generation_is_not_current() -> None:
    """The group moved on since it was asked for."""
    reading = Reading(1, 1000)
    reading.take_in(Fetched({VIEWS: records(VIEWS, [0])}, {VIEWS: 1}), GENERATION)
    [run] = reading.held.deliverable(lambda _: True)
    assert not reading.is_current(run, GENERATION + 1)
