"""The load of the benchmarks."""

import json
from itertools import chain

import pytest

from benchmarks.kernel import Kernel, stored_records
from benchmarks.load import BLOCK, LoadPlan

PLAN = LoadPlan(seed=7, activities=5_000, leads=300, partitions=8)


def test_the_same_plan_is_the_same_load() -> None:
    """A seed decides what is sent, where to and in which order."""
    assert list(PLAN.blocks()) == list(LoadPlan(7, 5_000, 300, 8).blocks())
    assert next(PLAN.blocks()) != next(LoadPlan(8, 5_000, 300, 8).blocks())


def test_a_load_is_as_long_as_was_asked() -> None:
    """Blocks are full but for the last one; together they hold every activity, few of them twice."""
    blocks = list(PLAN.blocks())
    drawn = list(chain.from_iterable(blocks))

    assert [len(block) for block in blocks] == [BLOCK, BLOCK, PLAN.activities - 2 * BLOCK]
    assert 0 < len(drawn) - len({one.head for one in drawn}) < 0.005 * len(drawn)


def test_what_is_sent_names_its_lead_where_it_belongs() -> None:
    """A body names the lead that is its key, and all records of a lead go to one partition."""
    places: dict[bytes, set[int]] = {}
    for drawn in chain.from_iterable(PLAN.blocks()):
        assert json.loads(drawn.value("2026-11-22T10:00:00Z"))["lead_id"].encode() == drawn.key
        places.setdefault(drawn.key, set()).add(drawn.partition)

    assert {len(numbers) for numbers in places.values()} == {1}
    assert set().union(*places.values()) == set(range(8))


@pytest.mark.parametrize(("activities", "leads"), [(20_000, 1_000), (10_000, 10_000)])
def test_one_activity_in_a_hundred_changes_a_stage(activities: int, leads: int) -> None:
    """Folded by the real line, all of the load is good, and about a hundredth of it moves a lead."""
    kernel = Kernel()
    records = list(stored_records(LoadPlan(3, activities, leads, partitions=1), records_per_second=50_000))
    for start in range(0, len(records), 1_000):
        kernel.handle(records[start : start + 1_000])

    assert set(kernel.outcomes) == {"applied", "unmatched", "repeat"}
    assert kernel.outcomes["repeat"] < 0.02 * len(records)
    assert 0.005 * len(records) < kernel.stage_changes < 0.02 * len(records)
