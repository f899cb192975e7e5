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
