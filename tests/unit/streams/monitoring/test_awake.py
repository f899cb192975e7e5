"""A clock that stands still while nothing of this process runs."""

from streams.monitoring.awake import AwakeClock


def test_time_in_which_the_process_ran_counts() -> None:
    """Readings that follow on each other add up."""
    readings = iter([50.0, 51.0, 51.5, 53.0])
    clock = AwakeClock(lambda: next(readings), step_seconds_max=2.0)

    assert [clock.read(), clock.read(), clock.read()] == [1.0, 1.5, 3.0]


def test_time_that_was_slept_through_hardly_counts() -> None:
    """However long a pause was, it counts as one step."""
    readings = iter([50.0, 51.0, 7251.0, 7252.0])
    clock = AwakeClock(lambda: next(readings), step_seconds_max=2.0)

    assert [clock.read(), clock.read(), clock.read()] == [1.0, 3.0, 4.0]
