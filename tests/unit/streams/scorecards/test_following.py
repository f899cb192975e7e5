"""The topic of scorecards is read on and on, and nothing is judged while it is not known."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from streams.kafka.reader import Followed, ReadRecord, ReadUnavailable
from streams.monitoring.metrics import Metrics
from streams.scorecards.following import KNOWN_SECONDS, RETRY_SECONDS, ScorecardFollower
from streams.scorecards.registry import Registry
from tests.builders.activations import FILE, Stored, stored
from tests.builders.records import MINUTE, NOW
from tests.builders.virtual_time import elapse

NEVER = float("-inf")


def look(*records: Stored, known_at: float = NEVER) -> Followed:
    """Return what one look brought."""
    read = (ReadRecord("scorecards", 0, one.offset, one.timestamp, None, one.value, ()) for one in records)
    return Followed(tuple(read), known_at)


@dataclass
class FakeTopic:
    """The topic, as one connection after the other shows it; then it is silent. An error ends a connection."""

    connections: list[list[Followed | Exception]]
    opened: int = 0
    is_silent: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FakeTopic"]:
        """Connect."""
        self.opened += 1
        yield self

    async def follow(self) -> AsyncGenerator[Followed]:
        """Yield what this connection shows."""
        for what in self.connections[self.opened - 1]:
            if isinstance(what, Exception):
                raise what
            yield what
        self.is_silent.set()
        await asyncio.Event().wait()


async def followed(*connections: list[Followed | Exception]) -> tuple[ScorecardFollower, Metrics]:
    """Follow a topic until it is silent."""
    metrics = Metrics(lambda: 0.0)
    topic = FakeTopic(list(connections))
    follower = ScorecardFollower(Registry(FILE), topic.open, metrics.sweeps)
    failures: list[BaseException] = []
    async with follower.going_on(failures.append):
        await asyncio.wait_for(topic.is_silent.wait(), 30)
    assert failures == []
    return follower, metrics


async def test_what_comes_is_entered_before_it_counts_as_known() -> None:
    """Who asks what is in force at an instant that is known gets all of it."""
    follower, _ = await followed([look(stored()), look(stored(1, NOW + MINUTE, version="slow-2"), known_at=100.0)])

    assert follower.in_force(NOW + 2 * MINUTE).scorecard.version == "slow-2"
    assert follower.next_after(NOW) == NOW + 10_000
    assert follower.is_read(100.0 + KNOWN_SECONDS)
    assert not follower.is_read(100.1 + KNOWN_SECONDS)


async def test_nothing_is_known_before_the_end_was_reached() -> None:
    """Readiness names it."""
    follower, _ = await followed([look(stored())])

    assert not follower.is_read(0.0)
    assert "scorecards are not read far enough" in follower.missing(0.0)[0]


async def test_what_was_known_stays_known_while_looks_tell_nothing() -> None:
    """A look in the middle of a fetch does not take back what the one before it told."""
    follower, _ = await followed([look(known_at=100.0), look()])

    assert follower.missing(101.0) == []


async def test_a_refused_record_is_counted_and_the_old_one_kept() -> None:
    """By its reason; the line in the log says the rest."""
    follower, metrics = await followed([look(stored(), Stored(1, NOW, b"{"), known_at=1.0)])

    exposition = metrics.exposition().decode()
    assert 'leadstream_scorecards_refused_total{reason="unreadable"} 1.0' in exposition
    assert 'leadstream_scorecards_refused_total{reason="version_taken"} 0.0' in exposition
    assert follower.in_force(NOW + MINUTE).scorecard.version == "slow-1"


async def test_a_connection_that_fails_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is read again from the beginning, and nothing comes into force twice."""
    monkeypatch.setattr("streams.scorecards.following.RETRY_SECONDS", 0.0)
    later = stored(1, NOW + MINUTE, version="slow-2")

    follower, _ = await followed([look(stored()), ReadUnavailable("away")], [look(stored(), later, known_at=1.0)])

    assert [activation.version for activation in follower.registry.activations] == ["slow-1", "slow-2"]
    assert RETRY_SECONDS > 0


async def test_a_fault_of_ours_is_told() -> None:
    """The worker must not go on without knowing what judges."""
    follower = ScorecardFollower(Registry(FILE), FakeTopic([[ValueError("broken")]]).open, Metrics(lambda: 0.0).sweeps)
    failures: list[BaseException] = []

    async with follower.going_on(failures.append):
        await elapse(0.01)

    assert [type(failure) for failure in failures] == [ValueError]
