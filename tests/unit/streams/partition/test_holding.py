"""One partition number in the hands of this process: what is taken, dropped and acknowledged."""

import asyncio

from streams.partition.continuity import Continuity
from streams.partition.holding import Holding
from streams.partition.merging import Merge
from streams.partition.owner import Owner
from streams.partition.ticks import Ticker
from streams.table.fake import FakeTable
from tests.builders.kafka import FakeKafka
from tests.builders.owning import Worker
from tests.builders.records import FORM_FILLS, NOW, PAGE_VIEWS, TICKS, TOPICS, record
from tests.builders.virtual_time import elapse, in_virtual_time


async def owner() -> Owner:
    """Return an owner that does not run."""
    merge = Merge(
        TOPICS,
        tick_topic=TICKS,
        input_bytes_max=1_000,
        is_at_end=lambda _: True,
        is_drained=lambda *_: True,
        answered_at=lambda _: 0.0,
    )
    claim = await FakeTable().claim(0, "owner-1")
    ticker = Ticker(TICKS, 0, 1, wall_ms=lambda: NOW, monotonic=lambda: 0.0)
    return Owner(claim, {}, Worker().parts(), merge, ticker, lambda: 0.0)


async def holding(**resume_at: int) -> Holding:
    """Return an open holding that expects page views from an offset."""
    return Holding(await owner(), Continuity({PAGE_VIEWS: resume_at.get("views", 0)}))


def offered(held: Holding, kafka: FakeKafka, *offsets: int, topic: str = PAGE_VIEWS) -> bool:
    """Offer a run with these offsets."""
    return held.offer(topic, kafka.delivery([record(topic, offset) for offset in offsets]), 0.0)


@in_virtual_time
async def test_runs_are_acknowledged_in_order_up_to_the_watermark() -> None:
    """Each topic by its own; a run that is half done is not done."""
    held, kafka = await holding(), FakeKafka()
    for run in ((0, 1), (2, 5), (6,)):
        assert offered(held, kafka, *run)
    assert offered(held, kafka, 0, topic=FORM_FILLS)

    held._acknowledge({PAGE_VIEWS: 4})
    assert kafka.steps == [("acknowledge", (PAGE_VIEWS, 1))]

    held._acknowledge({PAGE_VIEWS: 9, FORM_FILLS: 0})
    assert [what for _, what in kafka.steps[1:]] == [(PAGE_VIEWS, 5), (PAGE_VIEWS, 6), (FORM_FILLS, 0)]

    held._acknowledge({PAGE_VIEWS: 9, FORM_FILLS: 0})
    assert len(kafka.steps) == 4


@in_virtual_time
async def test_a_run_that_jumps_ahead_is_refused_until_its_topic_was_set_back() -> None:
    """Meanwhile nothing of the topic is taken, and the merge waits for it."""
    held, kafka = await holding(views=10), FakeKafka()

    assert not offered(held, kafka, 90)
    assert not held.is_accepting(PAGE_VIEWS)
    assert held.is_accepting(FORM_FILLS)
    assert offered(held, kafka, 10), "dropped, and not to be read again a second time"
    offered(held, kafka, 0, topic=FORM_FILLS)
    assert held.owner.merge.take(records_max=9, bytes_max=9_999, now=0.0, patience_seconds=9.0) == []

    held.resume(PAGE_VIEWS)
    assert held.is_accepting(PAGE_VIEWS)
    assert offered(held, kafka, 10)
    taken = held.owner.merge.take(records_max=9, bytes_max=9_999, now=0.0, patience_seconds=9.0)
    assert sorted(item.record.topic for item in taken) == [FORM_FILLS, PAGE_VIEWS]


@in_virtual_time
async def test_a_closed_holding_takes_nothing() -> None:
    """What is offered to it is dropped, and never acknowledged."""
    held, kafka = await holding(), FakeKafka()
    held.close()

    assert offered(held, kafka, 0)
    held._acknowledge({PAGE_VIEWS: 99})

    assert not held.is_accepting(PAGE_VIEWS)
    assert held.owner.merge.is_empty()
    assert kafka.steps == []


@in_virtual_time
async def test_what_was_cleared_is_never_acknowledged() -> None:
    """It comes again after the seek; other work for the partition ends, but not the caller's own."""
    held, kafka = await holding(), FakeKafka()
    offered(held, kafka, 0)
    cleared = asyncio.Event()

    async def clear() -> None:
        await held.clear()
        cleared.set()

    held.start(elapse(1_000), "reread")
    held.start(clear(), "owner")
    await cleared.wait()
    held.reopen(await owner(), Continuity({}))
    held._acknowledge({PAGE_VIEWS: 99})

    assert held.is_accepting(PAGE_VIEWS)
    assert kafka.steps == []
    assert all(task.done() for task in held.tasks)


@in_virtual_time
async def test_a_full_topic_is_not_accepted() -> None:
    """Back-pressure is by topic."""
    held, kafka = await holding(), FakeKafka()
    offered(held, kafka, *range(6))

    assert not held.is_accepting(PAGE_VIEWS)
    assert held.is_accepting(FORM_FILLS)


@in_virtual_time
async def test_stopping_lets_an_open_owner_finish_and_cancels_all_else() -> None:
    """A closed one has no batch to finish: what it waits for is not waited for."""
    held = await holding()
    held.start(elapse(1_000), "owner")
    held.stop()
    await elapse(1)
    assert len(held.tasks) == 1

    held.close()
    held.stop()
    await elapse(1)
    assert held.tasks == set()
