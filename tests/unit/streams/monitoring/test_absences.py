"""A server that fails to answer is away for a while, and the log says how, not too often."""

import pytest

from streams.monitoring.absences import AWAY_SECONDS, REPEAT_SECONDS, Absences
from streams.publisher.door import PublishUnavailable
from streams.table.door import TableUnavailable, Unavailability

FULL = TableUnavailable("Redis at redis:6379: OOM command not allowed", Unavailability.FULL)


class Clock:
    """The worker's clock."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def read(self) -> float:
        """Return its time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def absences(clock: Clock) -> Absences:
    """What is known of servers that are away."""
    return Absences(clock.read)


def test_a_server_that_failed_to_answer_is_away_for_a_while(absences: Absences, clock: Clock) -> None:
    """Readiness tells what is missing, and comes back by itself."""
    assert absences.away() == []

    absences.note("redis", TableUnavailable("no answer"))
    absences.note("kafka", PublishUnavailable("no answer"))
    assert absences.away() == ["kafka", "redis"]

    clock.now += AWAY_SECONDS
    assert absences.away() == []


def test_the_log_says_what_a_server_answers(absences: Absences, caplog: pytest.LogCaptureFixture) -> None:
    """So that a full one can be told from a frozen one; all owners of a worker ask, and one line is enough."""
    for _ in range(8):
        absences.note("redis", FULL)
    absences.note("redis", TableUnavailable("Redis at 127.0.0.1:6379: no answer", Unavailability.TIMEOUT))

    assert [record.getMessage() for record in caplog.records] == [
        "server_away server=redis reason=full error=Redis at redis:6379: OOM command not allowed; it is asked again",
        "server_away server=redis reason=timeout error=Redis at 127.0.0.1:6379: no answer; it is asked again",
    ]


def test_it_says_it_again_while_it_lasts(absences: Absences, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever looks minutes later finds it at the end of the log."""
    for _ in range(10):
        absences.note("redis", FULL)
        clock.now += REPEAT_SECONDS / 5

    assert len(caplog.records) == 2
