"""What the table makes of a Redis Cluster: nodes that hold their partitions, that die, and slots that move."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from redis.crc import key_slot

from streams.configuration.settings import load_settings
from streams.sandbox.redis import RedisServer
from streams.table.cluster import ClusterServers
from streams.table.door import CommitAnswer, TableRefused, TableUnavailable, Unavailability
from streams.table.redis import RedisTable
from streams.table.topology import places, servers_of
from tests.examples.commits import commit_after
from tests.servers.redis_cluster import RedisCluster, asked

ADA = "lead-ada"
PARTITIONS = range(12)
TIMEOUT_SECONDS = 2.0


def table_of(cluster: RedisCluster, prefix: str) -> RedisTable:
    """Return the table in a cluster."""
    servers = servers_of(load_settings(redis_cluster=cluster.addresses, redis_timeout_seconds=TIMEOUT_SECONDS))
    return RedisTable(servers, prefix=prefix, timeout_seconds=TIMEOUT_SECONDS)


@pytest.fixture
async def table(redis_cluster: RedisCluster, redis_prefix: str) -> AsyncIterator[RedisTable]:
    """The table in the cluster."""
    table = table_of(redis_cluster, redis_prefix)
    yield table
    await table.close()


def holder(cluster: RedisCluster, partition: int) -> RedisServer:
    """Return the node that holds a partition, as the nodes themselves say."""
    slot = key_slot(str(partition).encode())
    port = next(node[1] for first, last, node, *_ in slots_of(cluster.nodes[0]) if first <= slot <= last)
    return next(node for node in cluster.nodes if node.port == port)


def slots_of(node: RedisServer) -> list[list[object]]:
    """Return a node's map of slots."""
    found: list[list[object]] = asked(node, "CLUSTER SLOTS")
    return found


@contextmanager
def killed(cluster: RedisCluster, node: RedisServer) -> Iterator[None]:
    """Kill a node for a while."""
    node.kill()
    try:
        yield
    finally:
        node.start()
        cluster.await_whole()


async def test_partitions_are_spread_over_the_nodes(
    table: RedisTable, redis_cluster: RedisCluster, redis_prefix: str
) -> None:
    """Each partition is whole on one node; every node holds some; scripts are loaded on each."""
    for number in PARTITIONS:
        claim = await table.claim(number, "owner-a")
        reply = await table.commit(commit_after(claim, "c1", leads={ADA: b"row"}, due={ADA: number}))
        assert reply.answer is CommitAnswer.DONE
        assert (await table.load(number, [ADA], due_until=99, due_count_max=9)).due == ((ADA, number),)

    held = [
        {int(key.split(b"{")[1].split(b"}")[0]) for key in asked(node, "KEYS", f"{redis_prefix}:*")}
        for node in redis_cluster.nodes
    ]
    assert all(held)
    assert sorted(number for numbers in held for number in numbers) == list(PARTITIONS)


async def test_every_node_is_looked_at(table: RedisTable, redis_cluster: RedisCluster) -> None:
    """A setting that loses leads on one node of three refuses the start, and names the node."""
    assert await table.check() == ()
    last = redis_cluster.nodes[-1]
    asked(last, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(TableRefused, match=rf"127\.0\.0\.1:{last.port}: maxmemory-policy is allkeys-lru") as caught:
            await table.check()
        assert len(caught.value.problems) == 1
    finally:
        asked(last, "CONFIG", "SET", "maxmemory-policy", "noeviction")


async def test_a_dead_node_stops_its_partitions_only(table: RedisTable, redis_cluster: RedisCluster) -> None:
    """Its own wait, the others' go on; back, it knows everything that was committed, and its scripts anew."""
    here = redis_cluster.nodes[0]
    mine = next(number for number in PARTITIONS if holder(redis_cluster, number) is here)
    other = next(number for number in PARTITIONS if holder(redis_cluster, number) is not here)
    claim, far = await table.claim(mine, "owner-a"), await table.claim(other, "owner-a")
    commit = commit_after(claim, "c1", leads={ADA: b"row"})

    with killed(redis_cluster, here):
        for _ in range(2):
            with pytest.raises(TableUnavailable) as caught:
                await table.commit(commit)
            assert caught.value.reason in (Unavailability.LOST, Unavailability.TIMEOUT)
        assert (await table.commit(commit_after(far, "c1"))).answer is CommitAnswer.DONE

    assert (await table.commit(commit)).answer is CommitAnswer.DONE
    assert (await table.commit(commit)).answer is CommitAnswer.ALREADY


async def test_a_worker_starts_while_a_node_is_away(redis_cluster: RedisCluster, redis_prefix: str) -> None:
    """Any of the named nodes tells where the others are."""
    away = redis_cluster.nodes[0]
    other = next(number for number in PARTITIONS if holder(redis_cluster, number) is not away)
    servers = ClusterServers("redis://localhost", places(redis_cluster.addresses), TIMEOUT_SECONDS)
    table = RedisTable(servers, prefix=redis_prefix, timeout_seconds=TIMEOUT_SECONDS)

    with killed(redis_cluster, away):
        assert (await table.claim(other, "owner-a")).epoch == 1
    await table.close()


async def test_a_slot_that_moves_is_waited_for_and_followed(
    table: RedisTable, redis_cluster: RedisCluster, redis_prefix: str
) -> None:
    """While it moves its partition waits; afterwards the same commit is done at the new place."""
    number = PARTITIONS[0]
    old = holder(redis_cluster, number)
    new = next(node for node in redis_cluster.nodes if node is not old)
    slot = key_slot(str(number).encode())
    claim = await table.claim(number, "owner-a")
    await table.commit(commit_after(claim, "c1", leads={ADA: b"row"}))
    unaware = table_of(redis_cluster, redis_prefix)
    assert await unaware.verify(number, claim.epoch, "owner-a", "c1") is CommitAnswer.DONE
    names = {node.port: asked(node, "CLUSTER", "MYID").decode() for node in redis_cluster.nodes}

    asked(new, "CLUSTER", "SETSLOT", slot, "IMPORTING", names[old.port])
    asked(old, "CLUSTER", "SETSLOT", slot, "MIGRATING", names[new.port])
    keys = asked(old, "CLUSTER", "GETKEYSINSLOT", slot, 100)
    asked(old, "MIGRATE", "127.0.0.1", new.port, "", 0, 5_000, "KEYS", *(key.decode() for key in keys[:1]))
    with pytest.raises(TableUnavailable) as caught:
        await table.commit(commit_after(claim, "c2", upon="c1", leads={ADA: b"new", "lead-bob": b"new"}))
    assert caught.value.reason is Unavailability.LOST
    asked(old, "MIGRATE", "127.0.0.1", new.port, "", 0, 5_000, "KEYS", *(key.decode() for key in keys[1:]))
    for node in (new, old, *redis_cluster.nodes):
        asked(node, "CLUSTER", "SETSLOT", slot, "NODE", names[new.port])

    # A worker that noticed nothing of it is told by its first call, which follows at once.
    assert await unaware.verify(number, claim.epoch, "owner-a", "c1") is CommitAnswer.DONE
    await unaware.close()
    reply = await table.commit(commit_after(claim, "c2", upon="c1", leads={ADA: b"new"}))
    assert reply.answer is CommitAnswer.DONE
    assert f"{redis_prefix}:{{{number}}}:lead:{ADA}".encode() in asked(new, "KEYS", f"{redis_prefix}:*")


async def test_the_wrong_kind_of_server_is_told(redis_cluster: RedisCluster, redis_server: RedisServer) -> None:
    """A node under the URL alone, a plain server as a cluster: each names the setting to change."""
    node = RedisTable(redis_cluster.nodes[0].url, timeout_seconds=TIMEOUT_SECONDS)
    plain = RedisTable(ClusterServers(redis_server.url, [("127.0.0.1", redis_server.port)], 2.0))

    with pytest.raises(TableRefused, match="name some of its nodes in LEADSTREAM_REDIS_CLUSTER"):
        await node.check()
    with pytest.raises(TableRefused, match="no node of a cluster; remove LEADSTREAM_REDIS_CLUSTER"):
        await plain.check()
    await asyncio.gather(node.close(), plain.close())
