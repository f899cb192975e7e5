"""What the table makes of a Redis that is full, stuck, read-only, restarted, emptied or rolled back."""

import asyncio
import contextlib
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError, ResponseError

from streams.sandbox.process import free_port
from streams.sandbox.redis import RedisOptions, RedisServer
from streams.table.door import Claim, CommitAnswer, TableRefused, TableUnavailable, Unavailability
from streams.table.keys import partition_keys
from streams.table.redis import RedisTable
from streams.table.scripts import CLAIM
from tests.examples.commits import commit_after

ADA, BOB = "lead-ada", "lead-bob"
TIMEOUT_SECONDS = 2.0
POLL_SECONDS_MAX = 45.0


@pytest.fixture
async def table(own_redis: RedisServer) -> AsyncIterator[RedisTable]:
    """The table in a Redis of this test's own."""
    table = RedisTable(own_redis.url, timeout_seconds=TIMEOUT_SECONDS)
    yield table
    await table.close()


@pytest.fixture
async def admin(own_redis: RedisServer) -> AsyncIterator["Redis"]:
    """A plain client of the same Redis, to do it harm."""
    client = Redis.from_url(own_redis.url, protocol=2)
    yield client
    await client.aclose()


@pytest.fixture
async def claim(table: RedisTable) -> Claim:
    """A partition with one lead, one wake-up and one entry in the outbox, as its owner left it."""
    claim = await table.claim(3, "owner-a")
    await table.commit(
        commit_after(
            claim, "c1", watermarks={"page-views": 7}, leads={ADA: b"row"}, due={ADA: 9}, outbox=((0, b"old"),)
        )
    )
    return claim


async def refusal(call: Awaitable[object]) -> Unavailability:
    """Return the reason for which a call is refused."""
    with pytest.raises(TableUnavailable) as caught:
        await call
    return caught.value.reason


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so, within a bound."""
    deadline = time.monotonic() + POLL_SECONDS_MAX
    while not await is_so():
        assert time.monotonic() < deadline, "did not come to pass in time"
        await asyncio.sleep(0.02)


async def test_paging_goes_on_over_a_restart(own_redis: RedisServer, table: RedisTable) -> None:
    """A server that was restarted has another order of its own: what it is asked for begins anew, and misses nobody."""
    claim = await table.claim(3, "owner-a")
    due = {f"lead-{number}": number for number in range(3_000)}
    await table.commit(commit_after(claim, "c1", leads=dict.fromkeys(due, b"row"), due=due))
    page, cursor = await table.leads_after(3, 0, 500)
    met = {*page}
    for _ in range(3):
        page, cursor = await table.leads_after(3, cursor, 500)
        met.update(page)

    own_redis.child.kill()
    own_redis.start()
    with contextlib.suppress(TableUnavailable):
        await table.lead_count(3)  # finds that its connection is gone
    while cursor:
        page, cursor = await table.leads_after(3, cursor, 500)
        met.update(page)

    assert len(due.keys() - met) == 0


async def test_a_full_redis_drains_and_goes_on(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """Full, it refuses a commit whole; claiming, reading and acknowledging go through; then the same commit is done."""
    commit = commit_after(claim, "c2", upon="c1", leads={ADA: b"new", BOB: b"new"}, outbox=((1, b"new"),))
    await admin.config_set("maxmemory", "1mb")

    assert await refusal(table.commit(commit)) is Unavailability.FULL
    assert (await table.load(3, [ADA, BOB], due_until=9, due_count_max=9)).leads == {ADA: b"row"}
    assert await table.acknowledge(3, claim.epoch, "owner-a", 0) is CommitAnswer.DONE
    assert (await table.claim(4, "owner-b")).epoch == 1

    await admin.config_set("maxmemory", "0")
    assert (await table.commit(commit)).answer is CommitAnswer.DONE
    assert (await table.claim(3, "owner-b")).outbox == ((1, b"new"),)


async def test_a_full_disk_pauses(table: RedisTable, admin: "Redis", claim: Claim, own_redis: RedisServer) -> None:
    """When Redis cannot save it refuses writes: named, and over when it can."""
    commit = commit_after(claim, "c2", upon="c1", leads={ADA: b"new"})
    await admin.config_set("save", "3600 1")
    # A folder in the place of its dump: renaming the finished file to it fails, as writing on a full disk does.
    place = await admin.config_get("dir", "dbfilename")
    (Path(place["dir"]) / place["dbfilename"]).mkdir()
    with contextlib.suppress(RedisError):
        await admin.bgsave()

    async def has_failed() -> bool:
        return (await admin.info("persistence"))["rdb_last_bgsave_status"] == "err"

    await eventually(has_failed)
    assert await refusal(table.commit(commit)) is Unavailability.CANNOT_SAVE

    await admin.config_set("stop-writes-on-bgsave-error", "no")
    assert (await table.commit(commit)).answer is CommitAnswer.DONE
    # Else it would not stop without having saved.
    await admin.config_set("save", "")


async def test_a_replica_is_refused_and_left(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """A primary that became a replica refuses writes by name; a worker that starts on one is told where to point."""
    commit = commit_after(claim, "c2", upon="c1", leads={ADA: b"new"})
    await admin.replicaof("127.0.0.1", str(free_port()))

    assert await refusal(table.commit(commit)) is Unavailability.READ_ONLY
    assert await refusal(table.claim(3, "owner-b")) is Unavailability.READ_ONLY
    with pytest.raises(TableRefused, match=r"it is a replica .* point LEADSTREAM_REDIS_URL at the primary"):
        await table.check()

    await admin.replicaof("NO", "ONE")
    assert (await table.commit(commit)).answer is CommitAnswer.DONE


async def test_too_few_replicas_pause(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """A primary that wants replicas and has none refuses writes by name."""
    await admin.config_set("min-replicas-to-write", "1")

    assert await refusal(table.commit(commit_after(claim, "c2", upon="c1"))) is Unavailability.READ_ONLY


async def test_a_killed_redis_comes_back_with_all_it_had(
    table: RedisTable, claim: Claim, own_redis: RedisServer
) -> None:
    """While it is away every call says so, in bounded time; afterwards the same commit is done, scripts loaded anew."""
    commit = commit_after(claim, "c2", upon="c1", leads={BOB: b"new"})
    await asyncio.to_thread(own_redis.kill)

    assert await refusal(table.commit(commit)) is Unavailability.LOST
    assert await refusal(table.load(3, [ADA], due_until=0, due_count_max=0)) is Unavailability.LOST

    await asyncio.to_thread(own_redis.start)
    assert (await table.commit(commit)).answer is CommitAnswer.DONE
    after = await table.claim(3, "owner-b")
    assert (after.epoch, after.commit_token, after.watermarks) == (2, "c2", {"page-views": 7})
    assert (await table.load(3, [ADA, BOB], due_until=9, due_count_max=9)).leads == {ADA: b"row", BOB: b"new"}


async def test_forgotten_scripts_are_loaded_anew(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """A Redis that answers NOSCRIPT is given the script, and the call succeeds."""
    await admin.script_flush()

    assert (await table.commit(commit_after(claim, "c2", upon="c1"))).answer is CommitAnswer.DONE
    await admin.script_flush()
    assert await table.acknowledge(3, claim.epoch, "owner-a", 0) is CommitAnswer.DONE


async def test_a_frozen_redis_costs_bounded_time(own_redis: RedisServer, claim: Claim) -> None:
    """A stopped process accepts connections and never answers: the call ends at its bound; a repeat finds the truth."""
    commit = commit_after(claim, "c2", upon="c1", leads={ADA: b"new"}, outbox=((1, b"new"),))
    table = RedisTable(own_redis.url, timeout_seconds=0.3)
    own_redis.child.send(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert await refusal(table.commit(commit)) is Unavailability.TIMEOUT
        assert time.monotonic() - began < 1.5
    finally:
        own_redis.child.send(signal.SIGCONT)
    patient = RedisTable(own_redis.url, timeout_seconds=TIMEOUT_SECONDS)
    # Thawed, Redis works off what it had received: the commit was applied, and a repeat says so.
    assert (await patient.commit(commit)).answer in (CommitAnswer.DONE, CommitAnswer.ALREADY)
    assert (await patient.claim(3, "owner-b")).outbox == ((0, b"old"), (1, b"new"))
    await table.close()
    await patient.close()


async def test_a_lost_answer_is_found_out(own_redis: RedisServer, claim: Claim) -> None:
    """The connection breaks after the commit got through: the repeat answers that it was applied before."""
    commit = commit_after(claim, "c2", upon="c1", outbox=((1, b"new"),))
    async with swallowing(own_redis.port) as port:
        table = RedisTable(f"redis://127.0.0.1:{port}/0", timeout_seconds=TIMEOUT_SECONDS)
        assert await refusal(table.commit(commit)) in (Unavailability.LOST, Unavailability.TIMEOUT)
        await table.close()

    table = RedisTable(own_redis.url, timeout_seconds=TIMEOUT_SECONDS)
    assert (await table.commit(commit)).answer is CommitAnswer.ALREADY
    assert (await table.claim(3, "owner-b")).outbox == ((0, b"old"), (1, b"new"))
    await table.close()


@contextlib.asynccontextmanager
async def swallowing(port: int) -> AsyncIterator[int]:
    """A proxy that lets a commit through to Redis, and hangs up in place of Redis' answer to it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above_reader, above_writer = await asyncio.open_connection("127.0.0.1", port)
        has_committed = False
        while received := await reader.read(65_536):
            has_committed = has_committed or b"EVALSHA" in received
            above_writer.write(received)
            answer = await above_reader.read(65_536)
            if has_committed:
                break
            writer.write(answer)
        writer.close()
        above_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_busy_redis_is_waited_for(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """Somebody's endless script: Redis says that it is busy, and the table says so, until it is killed."""
    await admin.config_set("busy-reply-threshold", "1")
    endless = asyncio.create_task(admin.eval("while true do end", 0))
    other = Redis.from_url(f"redis://127.0.0.1:{admin.connection_pool.connection_kwargs['port']}/0", protocol=2)

    async def is_busy() -> bool:
        try:
            await table.verify(3, claim.epoch, "owner-a", "c1")
        except TableUnavailable as error:
            return error.reason is Unavailability.BUSY
        return False

    try:
        await eventually(is_busy)
    finally:
        await other.script_kill()
        await other.aclose()
        with pytest.raises(ResponseError, match="killed"):
            await endless
    assert (await table.commit(commit_after(claim, "c2", upon="c1"))).answer is CommitAnswer.DONE


async def test_a_changed_password_is_named(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """When Redis no longer accepts the worker, that is the reason given, without the password."""
    await admin.config_set("requirepass", "changed-while-running")
    await admin.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    async def is_denied() -> bool:
        try:
            await table.verify(3, claim.epoch, "owner-a", "c1")
        except TableUnavailable as error:
            return error.reason is Unavailability.DENIED and "changed-while-running" not in str(error)
        return False

    await eventually(is_denied)


async def test_a_user_without_rights_is_named(admin: "Redis", own_redis: RedisServer) -> None:
    """A missing permission is a reason of its own, at start with the right that is missing."""
    await admin.execute_command("ACL", "SETUSER", "scorer", "on", ">secret-word", "~other:*", "+@all", "-info")
    table = RedisTable(f"redis://scorer:secret-word@127.0.0.1:{own_redis.port}/0", timeout_seconds=TIMEOUT_SECONDS)

    assert await refusal(table.lead(3, ADA)) is Unavailability.DENIED
    with pytest.raises(TableRefused, match=r"ACL \+info") as caught:
        await table.check()
    assert "secret-word" not in str(caught.value)
    await table.close()


@pytest.mark.parametrize(
    ("options", "rule"),
    [(RedisOptions(eviction_policy="allkeys-lru"), "maxmemory-policy is allkeys-lru, which throws leads away")],
)
async def test_a_redis_that_evicts_is_refused(options: RedisOptions, rule: str) -> None:
    """At start, before any lead is written, with the way out."""
    with RedisServer(options=options) as server:
        table = RedisTable(server.url)
        with pytest.raises(TableRefused, match=rule) as caught:
            await table.check()
        await table.close()
    assert "set maxmemory-policy noeviction" in str(caught.value)


async def test_a_redis_without_a_file_is_warned_of() -> None:
    """It works, and a restart costs a rebuild: said at start, not refused."""
    with RedisServer(options=RedisOptions(durability="none")) as server:
        table = RedisTable(server.url)
        (warning,) = await table.check()
        await table.close()
    assert "set appendonly yes" in warning


async def test_a_wiped_table_has_moved(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """Its owner is told, not fenced: it may claim again, and finds nothing."""
    await admin.flushall()

    assert (await table.commit(commit_after(claim, "c2", upon="c1", leads={ADA: b"new"}))).answer is CommitAnswer.MOVED
    assert await table.verify(3, claim.epoch, "owner-a", "c1") is CommitAnswer.MOVED
    assert await table.acknowledge(3, claim.epoch, "owner-a", 0) is CommitAnswer.MOVED
    assert await admin.dbsize() == 0
    assert (await table.claim(3, "owner-a")).watermarks == {}


async def test_a_rolled_back_table_has_moved(
    table: RedisTable, admin: "Redis", claim: Claim, own_redis: RedisServer
) -> None:
    """Restored from an older copy, the table refuses what builds on what it lost, and the old one stands whole."""
    copy = await copied(admin)
    await table.commit(commit_after(claim, "c2", upon="c1", watermarks={"page-views": 8}, leads={ADA: b"lost"}))
    await restored(admin, copy)

    assert await table.verify(3, claim.epoch, "owner-a", "c2") is CommitAnswer.MOVED
    reply = await table.commit(commit_after(claim, "c3", upon="c2", watermarks={"page-views": 9}, leads={ADA: b"new"}))

    assert reply.answer is CommitAnswer.MOVED
    again = await table.claim(3, "owner-a2")
    assert (again.commit_token, again.watermarks, await table.lead(3, ADA)) == ("c1", {"page-views": 7}, b"row")


async def copied(admin: "Redis") -> dict[bytes, bytes]:
    """Return every key of a Redis, dumped."""
    return {key: await admin.dump(key) async for key in admin.scan_iter()}


async def restored(admin: "Redis", copy: dict[bytes, bytes]) -> None:
    """Put a copy in place of all there is."""
    await admin.flushall()
    for key, value in copy.items():
        await admin.restore(key, 0, value)


@pytest.mark.parametrize("part", ["meta", "due", "outbox"])
async def test_a_key_of_a_wrong_type_is_loud_and_harmless(
    table: RedisTable, admin: "Redis", claim: Claim, part: str
) -> None:
    """Somebody wrote over one of the table's keys: the commit fails as a fault, not as a pause, and changes nothing."""
    key = f"leadstream:{{3}}:{part}"
    await admin.delete(key)
    await admin.sadd(key, "not ours")
    before = await copied(admin)

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await table.commit(
            commit_after(claim, "c2", upon="c1", leads={ADA: b"new", BOB: b"new"}, due={ADA: 1}, outbox=((1, b"new"),))
        )

    assert await copied(admin) == before


async def test_all_keys_of_a_partition_share_one_slot(table: RedisTable, admin: "Redis", claim: Claim) -> None:
    """One hash tag a partition, also when the lead's id holds braces: scripts may touch them on Redis Cluster."""
    await table.commit(commit_after(claim, "c2", upon="c1", leads={"a{b}c": b"row", "}{": b"row"}))

    keys = [key async for key in admin.scan_iter()]

    assert len(keys) == 6
    assert len({key_slot(key) for key in keys}) == 1
    assert all(key.startswith(b"leadstream:{3}:") for key in keys)


async def test_an_append_only_file_holds_commits_whole(
    table: RedisTable, claim: Claim, own_redis: RedisServer, tmp_path: Path
) -> None:
    """A file that is cut anywhere gives, after a restart, some commit's state whole, never half of one."""
    await table.commit(
        commit_after(claim, "c2", upon="c1", watermarks={"page-views": 8}, leads={ADA: b"second", BOB: b"second"})
    )
    await asyncio.to_thread(own_redis.kill)
    folder = tmp_path / "copy"
    shutil.copytree(own_redis._folder(), folder)
    increments = sorted((folder / "appendonlydir").glob("*.incr.aof"))
    whole = increments[-1].read_bytes()

    seen = set()
    for size in range(len(whole) - 160, len(whole), 16):
        increments[-1].write_bytes(whole[:size])
        with RedisServer(directory=folder, options=own_redis.options) as server:
            cut = RedisTable(server.url, timeout_seconds=TIMEOUT_SECONDS)
            state = await cut.claim(3, "owner-z")
            leads = (await cut.load(3, [ADA, BOB], due_until=0, due_count_max=0)).leads
            await cut.close()
        seen.add(state.commit_token)
        assert (state.commit_token, state.watermarks.get("page-views"), leads) in (
            ("c1", 7, {ADA: b"row"}),
            ("c2", 8, {ADA: b"second", BOB: b"second"}),
        )
    assert "c1" in seen


async def test_a_claim_that_runs_late_fences_nobody(own_redis: RedisServer, claim: Claim) -> None:
    """It was given up while Redis stood still, and runs after its owner claimed anew, or another worker did."""
    table = RedisTable(own_redis.url, prefix="late", timeout_seconds=10.0)
    keys = partition_keys("late", 3)
    client = Redis.from_url(own_redis.url, protocol=2)
    seen = await client.hget(keys.meta, "epoch")
    arguments = (keys.meta, keys.due, keys.outbox, "owner-late", 0, int(seen or 0))
    newer = await table.claim(3, "owner-new")

    late = await client.eval(CLAIM.text, 3, *arguments)

    assert late == []
    assert (await table.commit(commit_after(newer, "c1"))).answer is CommitAnswer.DONE
    await client.aclose()
    await table.close()
