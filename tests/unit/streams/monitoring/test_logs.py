"""Logs stay readable while a server is away: libraries may repeat themselves only so often."""

import logging

import pytest

from streams.monitoring.logs import REPEATS_SECONDS, TEMPLATES_MAX, RepeatFilter

AWAY = 'Unable connect to "%s:%s": %s'


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Return the seconds that it stands at."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Now."""
    return Clock()


@pytest.fixture
def repeats(clock: Clock) -> RepeatFilter:
    """A filter that goes by the clock."""
    return RepeatFilter(clock)


def said(repeats: RepeatFilter, name: str, text: str, *values: object, error: Exception | None = None) -> str | None:
    """Return what is written of a record; None if it is held back."""
    exc_info = None if error is None else (type(error), error, None)
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, text, values, exc_info)
    return record.getMessage() if repeats.filter(record) else None


def test_a_library_says_a_thing_once_in_a_while(clock: Clock, repeats: RepeatFilter) -> None:
    """A template is written once in 30 s whatever its values, and then says how often it was not."""
    assert said(repeats, "aiokafka", AWAY, "kafka-1", 9092, "refused") == 'Unable connect to "kafka-1:9092": refused'
    held_back = [said(repeats, "aiokafka", AWAY, f"kafka-{number}", 9092, "refused") for number in range(240)]
    clock.seconds += REPEATS_SECONDS

    again = said(repeats, "aiokafka", AWAY, "kafka-1", 9092, "100 %s refused")

    assert set(held_back) == {None}
    assert again == 'Unable connect to "kafka-1:9092": 100 %s refused (and 240 times since this was last written)'


def test_other_things_are_not_held_back(repeats: RepeatFilter) -> None:
    """Another template, another logger and another kind of error are each another thing."""
    assert said(repeats, "aiokafka.client", AWAY, "kafka-1", 9092, "refused")
    assert said(repeats, "aiokafka.client", "Unable to update metadata from %s", [1])
    assert said(repeats, "aiokafka.conn", AWAY, "kafka-1", 9092, "refused")
    assert said(repeats, "mode.worker", "crashed", error=ValueError("1"))
    assert said(repeats, "mode.worker", "crashed", error=KeyError("2"))
    assert said(repeats, "mode.worker", "crashed", error=KeyError("3")) is None


@pytest.mark.parametrize("name", ["streams.worker.worker", "streams.transport.thread", "aiokafka_like"])
def test_our_own_words_are_never_held_back(repeats: RepeatFilter, name: str) -> None:
    """What leadstream says itself is an event each."""
    assert [said(repeats, name, "partition_lost %d", 3) for _ in range(3)] == ["partition_lost 3"] * 3


def test_what_is_remembered_is_bounded(repeats: RepeatFilter) -> None:
    """A library that makes up its templates does not fill the memory: the oldest is forgotten."""
    for number in range(TEMPLATES_MAX * 3):
        assert said(repeats, "asyncio", f"task {number} is slow")

    assert len(repeats._said) == TEMPLATES_MAX
    assert said(repeats, "asyncio", "task 0 is slow")
