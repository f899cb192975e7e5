"""A child that ends is started again, later and later while it keeps ending."""

import sys
from pathlib import Path

import pytest

from streams.sandbox.process import Child
from streams.sandbox.supervision import BACKOFF_SECONDS, STEADY_SECONDS, Ended, Restarted, Supervisor


class Puppet(Child):
    """A child that runs as long as the test says."""

    def __init__(self, log_path: Path) -> None:
        super().__init__("the puppet", (sys.executable,), log_path)
        self.runs = False
        self.starts = 0

    @property
    def is_running(self) -> bool:
        """Whether the test lets it run."""
        return self.runs

    def start(self, *_: object) -> None:
        """Run, and count it."""
        self.runs = True
        self.starts += 1

    def stop(self) -> None:
        """End."""
        self.runs = False


@pytest.fixture
def puppet(tmp_path: Path) -> Puppet:
    """A child with something in its log."""
    log_path = tmp_path / "puppet.log"
    log_path.write_text("first line\nredis is gone\n", encoding="utf-8")
    return Puppet(log_path)


def test_a_child_that_runs_is_left_alone(puppet: Puppet) -> None:
    """Looking changes nothing while it runs."""
    supervisor = Supervisor(puppet)
    supervisor.start(0.0)

    assert [supervisor.look(now) for now in (1.0, 100.0, 10_000.0)] == [None, None, None]
    assert puppet.starts == 1


def test_it_is_started_again_when_its_time_has_come(puppet: Puppet) -> None:
    """The end is told once, with the end of the log; the new start once the wait is over."""
    supervisor = Supervisor(puppet)
    supervisor.start(0.0)
    puppet.runs = False

    ended = supervisor.look(5.0)
    assert ended == Ended("the puppet", None, 1, BACKOFF_SECONDS[0], "first line\nredis is gone")
    assert supervisor.look(5.0 + BACKOFF_SECONDS[0] / 2) is None
    assert supervisor.look(5.0 + BACKOFF_SECONDS[0]) == Restarted("the puppet", 1)
    assert puppet.starts == 2


def test_who_keeps_ending_waits_longer(puppet: Puppet) -> None:
    """The wait grows to its bound; after a steady run it begins anew."""
    supervisor = Supervisor(puppet)
    supervisor.start(0.0)
    now, waits = 0.0, []
    for _ in range(len(BACKOFF_SECONDS) + 2):
        puppet.runs = False
        ended = supervisor.look(now)
        assert isinstance(ended, Ended)
        waits.append(ended.again_in_seconds)
        now += ended.again_in_seconds
        supervisor.look(now)
    assert waits == [*BACKOFF_SECONDS, BACKOFF_SECONDS[-1], BACKOFF_SECONDS[-1]]

    puppet.runs = False
    ended = supervisor.look(now + STEADY_SECONDS)
    assert isinstance(ended, Ended)
    assert ended.again_in_seconds == BACKOFF_SECONDS[0]


def test_what_is_stopped_stays_stopped(puppet: Puppet) -> None:
    """A stopped child is not taken for one that ended."""
    supervisor = Supervisor(puppet)
    supervisor.start(0.0)
    supervisor.stop()

    assert supervisor.look(100.0) is None
    assert puppet.starts == 1
