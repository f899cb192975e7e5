"""A standstill is told of; waiting for a server and having nothing to do are not."""

from collections.abc import Callable, Coroutine

import pytest

from streams.worker.standstill import Bounds, Look, Standstill
from tests.builders.virtual_time import run
from tests.promises.standing import CHECKS, seen

BOUNDS = Bounds(stall_seconds_max=5.0, merge_wait_seconds=1.0, retry_seconds_max=60.0)


@pytest.mark.parametrize("check", CHECKS)
def test_a_worker_that_stands_still_is_told_apart(check: Callable[[], Coroutine[object, object, None]]) -> None:
    """Each check of the promise holds on real owners."""
    run(check())


def look(at: float, **changed: object) -> Look:
    """Return a look at a worker of one partition."""
    return Look(at, at, has_assignment=True, sightings=[seen(**changed)], problem=None)


def test_a_dead_input_is_told_at_once() -> None:
    """The Kafka client died inside the living process: nothing will come of waiting."""
    dead = Look(0.0, 0.0, has_assignment=True, sightings=[], problem="the fetch routine ended")

    assert Standstill(BOUNDS).reason(dead) == "the input has died: the fetch routine ended"


def test_a_reason_names_the_partition_the_rule_and_the_time() -> None:
    """What the log says is enough to begin with."""
    rules = Standstill(BOUNDS)

    assert rules.reason(look(10.0)) is None
    assert rules.reason(look(15.0)) is None
    assert rules.reason(look(15.5)) == "partition 0: its owner does not go on for 6 s"


def test_a_partition_that_comes_back_begins_anew() -> None:
    """What was seen of an earlier owner says nothing of a later one."""
    rules = Standstill(BOUNDS)
    assert rules.reason(look(0.0)) is None
    assert rules.reason(Look(4.0, 4.0, has_assignment=True, sightings=[], problem=None)) is None

    assert rules.reason(look(8.0)) is None
    assert rules.reason(look(12.0)) is None
    assert rules.reason(look(13.5)) is not None


def test_a_step_forward_starts_the_time_anew() -> None:
    """Only what stays the same counts."""
    rules = Standstill(BOUNDS)
    for at in range(0, 60, 4):
        assert rules.reason(look(float(at), turns=at, steps=at, has_records=True)) is None


def vitals_at(rules: Standstill, at: float, **changed: object) -> tuple[float, float, int]:
    """Look, and return the vitals."""
    seen_now = look(at, **changed)
    rules.reason(seen_now)
    return tuple(rules.vitals(seen_now))


def test_a_standstill_shows_before_it_is_one() -> None:
    """How long the worst has stood still is told all along, not only when it is too long."""
    rules = Standstill(BOUNDS)

    assert vitals_at(rules, 10.0, has_records=True, heard_at=10.0) == (0.0, 0.0, 1)
    assert vitals_at(rules, 13.0, has_records=True, heard_at=12.5, turns=9) == (3.0, 0.5, 1)
    assert vitals_at(rules, 14.0, heard_at=14.0, turns=10) == (0.0, 0.0, 0)


def test_silence_goes_on_through_a_loss_of_all_partitions() -> None:
    """A Kafka that is away takes the partitions too, and is no less away for it."""
    rules = Standstill(BOUNDS)
    assert rules.vitals(Look(1.0, 1.0, has_assignment=False, sightings=[], problem=None)).silence_seconds == 0.0
    assert vitals_at(rules, 2.0, heard_at=2.0)[1] == 0.0

    assert rules.vitals(Look(9.0, 9.0, has_assignment=False, sightings=[], problem=None)).silence_seconds == 7.0


def test_a_reserve_hears_nothing_and_misses_nothing() -> None:
    """A worker beyond the number of partitions has nothing to fetch."""
    rules = Standstill(BOUNDS)
    vitals_at(rules, 2.0, heard_at=2.0)
    reserve = Look(99.0, 99.0, has_assignment=True, sightings=[], problem=None)

    assert rules.reason(reserve) is None
    assert rules.vitals(reserve) == (0.0, 0.0, 0)
