"""How far an owner is, as it works."""

from tests.builders.kafka import all_inputs
from tests.builders.owning import Worker, view_log
from tests.builders.records import NOW, PAGE_VIEWS, page_view
from tests.builders.virtual_time import in_virtual_time


@in_virtual_time
async def test_an_owner_that_has_handled_all_tells_where_it_stands() -> None:
    """What it applied last, nothing that waits, nothing unpublished, and by which scorecard."""
    worker = Worker(kafka=view_log(*(page_view(offset=number, at=NOW + number) for number in range(3))))
    async with worker.working():
        await worker.caught_up()
        (seen,) = worker.partitions.progress()

    assert seen.partition == 0
    assert seen.applied_at[PAGE_VIEWS] == NOW + 2
    assert (seen.waits_since, seen.unpublished, seen.first_unpublished) == (None, 0, None)
    assert seen.scorecard == worker.scorecard.version


@in_virtual_time
async def test_what_was_applied_is_known_from_the_table() -> None:
    """An owner that has handled nothing yet knows what those before it did; nobody at work means nothing to see."""
    worker = Worker(kafka=view_log(page_view(offset=0, at=NOW)))
    async with worker.working():
        await worker.caught_up()
    heir = worker.another()
    assert heir.partitions.progress() == []

    await heir.partitions.assigned(all_inputs(0))

    (seen,) = heir.partitions.progress()
    assert seen.applied_at[PAGE_VIEWS] == NOW
    await heir.partitions.revoked()
