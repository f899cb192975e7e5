"""What the table makes of a primary that sentinels watch: followed after a failover, and never written to twice."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest

from streams.configuration.settings import load_settings
from streams.sandbox.process import free_port
from streams.table.door import CommitAnswer, TableRefused, TableUnavailable, Unavailability
from streams.table.redis import RedisTable
from streams.table.topology import servers_of
from tests.examples.commits import commit_after
from tests.integration.table.test_redis_faults import eventually
from tests.servers.redis_cluster import asked
from tests.servers.redis_sentinel import WatchedRedis

ADA = "lead-ada"
TIMEOUT_SECONDS = 2.0


def table_of(sentinels: str, **settings: str) -> RedisTable:
    """Return the table of the primary that sentinels name."""
    given = load_settings(redis_sentinels=sentinels, redis_timeout_seconds=TIMEOUT_SECONDS, **settings)
    return RedisTable(servers_of(given), timeout_seconds=TIMEOUT_SECONDS)


@pytest.fixture
async def table(own_watched_redis: WatchedRedis) -> AsyncIterator[RedisTable]:
    """The table of the watched primary."""
    table = table_of(own_watched_redis.addresses)
    yield table
    await table.close()


async def test_a_failover_that_loses_writes_has_moved(table: RedisTable, own_watched_redis: WatchedRedis) -> None:
    """The replica was cut off: promoted, it has less. Its owner is told, claims again, and goes on there."""
    watched = own_watched_redis
    replica = watched.replica()
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", watermarks={"page-views": 7}, leads={ADA: b"kept"}))
    await eventually(lambda: _has(watched, replica.port, "c1"))
    watched.cut_off(replica)
    await table.commit(commit_after(claim, "c2", upon="c1", watermarks={"page-views": 8}, leads={ADA: b"lost"}))
    await asyncio.to_thread(watched.fail_over)

    async def answers_moved() -> bool:
        try:
            return await table.verify(3, claim.epoch, "owner-a", "c2") is CommitAnswer.MOVED
        except TableUnavailable:
            return False

    await eventually(answers_moved)
    again = await table.claim(3, "owner-a2")
    assert (again.commit_token, again.watermarks, await table.lead(3, ADA)) == ("c1", {"page-views": 7}, b"kept")
    assert (await table.commit(commit_after(again, "c2b", upon="c1"))).answer is CommitAnswer.DONE


async def test_an_old_primary_that_comes_back_is_not_written_to(
    table: RedisTable, own_watched_redis: WatchedRedis
) -> None:
    """Frozen, replaced and thawed, it may think for a moment that it still is the primary: nobody asks it any more."""
    watched = own_watched_redis
    old = watched.primary()
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", leads={ADA: b"row"}))
    await eventually(lambda: _has(watched, watched.replica().port, "c1"))
    old.child.send(signal.SIGSTOP)
    await asyncio.to_thread(watched.await_failover, old)
    # Until this call the worker did not notice: no call of its own was under way.
    commit = commit_after(claim, "c2", upon="c1", leads={ADA: b"new"})
    while True:
        try:
            assert (await table.commit(commit)).answer in (CommitAnswer.DONE, CommitAnswer.ALREADY)
            break
        except TableUnavailable as error:
            assert error.reason is not Unavailability.DENIED  # noqa: PT017 - any passing reason will do
    old.child.send(signal.SIGCONT)

    for number in range(3, 40):
        upon = commit.new_token
        commit = commit_after(claim, f"c{number}", upon=upon, leads={ADA: f"row-{number}".encode()})
        assert (await table.commit(commit)).answer is CommitAnswer.DONE
    new = watched.primary()
    assert new is not old
    assert asked(new, "HGET", "leadstream:{3}:meta", "commit") == commit.new_token.encode()


async def test_sentinels_that_are_away_do_not_stop_the_line(table: RedisTable, own_watched_redis: WatchedRedis) -> None:
    """The last known primary goes on being used."""
    claim = await table.claim(3, "owner-a")
    for sentinel in own_watched_redis._sentinels:
        sentinel.kill()
    await asyncio.sleep(1.1)

    assert (await table.commit(commit_after(claim, "c1", leads={ADA: b"row"}))).answer is CommitAnswer.DONE
    assert await table.lead(3, ADA) == b"row"


async def test_what_sentinels_do_not_know_is_told(watched_redis: WatchedRedis) -> None:
    """A name of no primary refuses the start; no sentinel at all is waited for."""
    unknown = table_of(watched_redis.addresses, redis_service="other")
    nobody = table_of(f"127.0.0.1:{free_port()}")

    with pytest.raises(TableRefused, match="know no primary of that name; correct LEADSTREAM_REDIS_SERVICE"):
        await unknown.check()
    with pytest.raises(TableUnavailable) as caught:
        await nobody.check()
    assert caught.value.reason is Unavailability.LOST
    await asyncio.gather(unknown.close(), nobody.close())


async def _has(watched: WatchedRedis, port: int, token: str) -> bool:
    server = next(server for server in watched.servers if server.port == port)
    return bool(asked(server, "HGET", "leadstream:{3}:meta", "commit") == token.encode())
