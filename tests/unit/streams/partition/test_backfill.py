"""A signal that comes to be counted is as if it had always been: from the past up to the activation, then live."""

from functools import partial

import pytest

import streams.partition.pages
from scorer import LeadState
from streams.partition.backfill import Backfill, NothingRetained
from tests.builders.folding import decoder, rules
from tests.builders.kafka import FakeKafka
from tests.builders.owning import Worker, view_log
from tests.builders.records import FORM_FILLS, NOW, PAGE_VIEWS, REPARTITION, SECOND, form_fill, page_view
from tests.builders.retained import FakeRetained
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard
from tests.builders.virtual_time import elapse, in_virtual_time, until
from tests.promises.backfills import ACTIVE_AT, NEW_SIGNAL, asking_less, book, check_backfill, forms_of, history, states

CARD = tiny_scorecard("tiny-2")


def never() -> bool:
    """Nobody is to stop."""
    return False


def backfill() -> Backfill:
    """Return what reads the forms of partition 0."""
    return Backfill(0, frozenset({NEW_SIGNAL}), CARD, decoder(), rules(CARD).journal_bounds)


@in_virtual_time
async def test_it_is_as_if_it_had_been_counted_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lead knows the same and is told the same, here and in a replay."""
    await check_backfill(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"))


@pytest.mark.parametrize("crash_after", [2, 3, 4, 5, 6, 7])
@in_virtual_time
async def test_so_it_is_after_a_crash_at_any_commit(crash_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the sweep, in it, and after it."""
    limit_pages = partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS")
    await check_backfill(limit_pages, crash_after=crash_after)


@pytest.mark.parametrize("hang_after", [0, 1, 3])
@in_virtual_time
async def test_so_it_is_after_a_crash_while_the_past_is_read(hang_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read so far dies with the worker; its heir reads all of it."""
    limit_pages = partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS")
    await check_backfill(limit_pages, hang_after=hang_after)


@in_virtual_time
async def test_what_is_not_asked_for_is_not_read() -> None:
    """Without the option a new signal counts from the activation on, as the one who published it was told."""
    kafka = history()
    worker = Worker(kafka=kafka, scorecards=Book(asking_less(), [(ACTIVE_AT, CARD)]))
    async with worker.working():
        await worker.caught_up(120)

    assert worker.retained.spans == []
    assert forms_of(await states(worker, ["lead-2", "lead-4"])) == {"lead-2": 1}


@in_virtual_time
async def test_a_scorecard_without_new_signals_reads_nothing() -> None:
    """Whatever was asked for: the counts are there."""
    known = Book(CARD, [(ACTIVE_AT, tiny_scorecard("tiny-3", lead_at=25.0))], is_backfilled=True)
    worker = Worker(kafka=history(), scorecards=known)
    async with worker.working():
        await worker.caught_up(120)

    assert worker.retained.spans == []


@in_virtual_time
async def test_counts_from_an_earlier_time_are_not_doubled() -> None:
    """The signal was counted, then it was not, and comes back with its past: also what was done in between counts."""
    kafka = view_log(*(form_fill(offset=place, at=NOW + place * 40 * SECOND) for place in range(4)))
    cards = [(NOW + 30 * SECOND, asking_less("tiny-2")), (NOW + 100 * SECOND, tiny_scorecard("tiny-3"))]
    worker = Worker(kafka=kafka, scorecards=Book(tiny_scorecard("tiny-1"), cards, is_backfilled=True))
    async with worker.working():
        await worker.caught_up(200)

    assert forms_of(await states(worker, ["lead-ada"])) == {"lead-ada": 4}


@in_virtual_time
async def test_it_is_read_ahead_and_only_the_rest_at_the_activation() -> None:
    """So that records do not wait for years to be read."""
    kafka = view_log(*(form_fill(lead=f"lead-{number % 3}", offset=number, at=NOW + number) for number in range(9)))
    worker = Worker(kafka=kafka, scorecards=book())
    async with worker.working():
        await worker.caught_up()
        await until(lambda: worker.retained.spans)
        await elapse(12)
        assert max(spans.get(FORM_FILLS, range(0)).stop for spans in worker.retained.spans) == 9
        kafka.store(form_fill(lead="lead-0", offset=9, at=ACTIVE_AT - 1), form_fill(offset=10, at=ACTIVE_AT + 1))
        await worker.caught_up()

    read = [spans[FORM_FILLS] for spans in worker.retained.spans if FORM_FILLS in spans]
    assert (read[0].start, read[-1]) == (0, range(9, 10))
    assert sum(map(len, read)) == 10, "something was read twice"
    assert forms_of(await states(worker, ["lead-0", "lead-1", "lead-ada"])) == {"lead-0": 4, "lead-1": 3, "lead-ada": 1}


@in_virtual_time
async def test_reading_ahead_goes_on_after_a_fault() -> None:
    """Else all of the past would be read at the activation, and nobody would know why."""
    kafka = view_log(*(form_fill(lead=f"lead-{number % 3}", offset=number, at=NOW + number) for number in range(9)))
    worker = Worker(kafka=kafka, scorecards=book(), retained=FakeRetained(kafka, fails_after=0, failure=OSError()))
    async with worker.working():
        await worker.caught_up()
        await until(lambda: worker.retained.spans)
        await elapse(12)
        assert len(worker.retained.spans) > 1
    assert not worker.failures


@in_virtual_time
async def test_while_kafka_is_away_the_activation_waits() -> None:
    """Nothing is judged without the past that was asked for."""
    kafka = history()
    worker = Worker(kafka=kafka, scorecards=book(), retained=FakeRetained(kafka, fails_after=1))
    async with worker.working():
        await worker.caught_up(120)

    assert len(worker.retained.spans) > 1
    assert forms_of(await states(worker, ["lead-2", "lead-7"])) == {"lead-2": 3, "lead-7": 2}
    assert not worker.failures


@in_virtual_time
async def test_it_goes_on_where_it_was() -> None:
    """Up to some offsets, then up to others; each record once, refused ones and others' not at all."""
    kafka = FakeKafka()
    kafka.store(*(form_fill(offset=place, at=NOW + place) for place in range(4)), page_view("/pricing"))
    kafka.store(form_fill(offset=4, at=NOW, occurred_at="2020-01-01T00:00:00Z"))
    retained, past = FakeRetained(kafka), backfill()

    for last in (1, 1, 4):
        await past.reach(retained, {FORM_FILLS: last, PAGE_VIEWS: 0, REPARTITION: -1}, never)

    assert [spans[FORM_FILLS] for spans in retained.spans] == [range(2), range(2, 5)]
    assert forms_of({"lead-ada": past.pasts.of("lead-ada") or LeadState()}) == {"lead-ada": 4}


@in_virtual_time
async def test_who_is_to_stop_stops_reading() -> None:
    """And what was read so far stays read."""
    kafka = view_log(*(form_fill(offset=place, at=NOW + place) for place in range(9)))
    retained, past = FakeRetained(kafka), backfill()

    await past.reach(retained, {FORM_FILLS: 8}, lambda: retained.fetches >= 2)
    await past.reach(retained, {FORM_FILLS: 8}, never)

    assert 0 < retained.spans[1][FORM_FILLS].start < 9
    assert forms_of({"lead-ada": past.pasts.of("lead-ada") or LeadState()}) == {"lead-ada": 9}


@in_virtual_time
async def test_where_nothing_is_retained_nothing_is_read() -> None:
    """As in a play without Kafka."""
    past = backfill()

    await past.reach(NothingRetained(), {FORM_FILLS: 8}, never)

    assert len(past.pasts) == 0
