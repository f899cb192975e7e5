"""How many records an owner takes in one round."""

import pytest

from streams.partition.stride import FIRST_RECORDS, RECORDS_MIN, SECONDS_MAX, Stride


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def after(*rounds: tuple[int, float], records_max: int = 16_000) -> int:
    """Return the size of the round after some, each of so many records and seconds."""
    clock = Clock()
    stride = Stride(records_max, clock)
    for records, seconds in rounds:
        with stride.measured(records):
            clock.seconds += seconds
    return stride.records


def test_it_doubles_while_rounds_are_quick() -> None:
    """A backlog of cheap records is soon taken in large batches, up to the bound."""
    assert after() == FIRST_RECORDS
    assert after((16_000, 0.8), records_max=50_000) == 32_000
    assert after((16_000, 1.6), (32_000, 3.2), (64_000, 4.9), records_max=100_000) == 100_000
    assert after((16_000, 0.8), (16_000, 1.6)) == 16_000
    assert after(records_max=5) == 5


def test_rounds_that_took_what_there_was_tell_nothing() -> None:
    """A trickle of records says not how long many would take."""
    assert after((10, 0.001), (15_999, 0.1), records_max=50_000) == FIRST_RECORDS


def test_it_stays_where_rounds_last_about_as_long_as_they_may() -> None:
    """Twice as many would be too long."""
    assert after((16_000, 0.51 * SECONDS_MAX), records_max=50_000) == FIRST_RECORDS


@pytest.mark.parametrize(("seconds", "records"), [(2 * SECONDS_MAX, 4_000), (1_000 * SECONDS_MAX, RECORDS_MIN)])
def test_it_shrinks_to_what_would_have_fitted(seconds: float, records: int) -> None:
    """But not to nothing: a server that was away for a while says nothing of the records."""
    assert after((8_000, seconds)) == records


def test_a_slow_round_of_few_records_does_not_make_it_larger() -> None:
    """The bound for rounds that are too slow only lowers."""
    assert after((8_000, 2 * SECONDS_MAX), (100, 10 * SECONDS_MAX)) == RECORDS_MIN
