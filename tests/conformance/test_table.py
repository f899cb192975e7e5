"""What every table promises: held by the fake, by it behind the simulated network, by Redis and by Valkey alike."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from streams.configuration.settings import load_settings
from streams.sandbox.redis import RedisServer, wheel_executable
from streams.table.course import Course, Errand
from streams.table.door import CommitAnswer, CommitReply, Table, TableRefused
from streams.table.fake import FakeTable
from streams.table.redis import RedisTable
from streams.table.topology import servers_of
from tests.examples.commits import claimed_by, commit_after
from tests.simulation import faultless

ADA, BOB, EVE = "lead-ada", "lead-bob", "lead-eve"
NAMED_BY_SETTINGS = {"cluster": ("redis_cluster", "redis_cluster"), "sentinels": ("watched_redis", "redis_sentinels")}
"""Servers that a setting names: their fixture, and the setting."""
MANY = 5_000
"""More than fit one call of Redis' Lua, so that commits and loads are seen to work in pieces."""


@pytest.fixture(scope="session")
def valkey_server() -> AsyncIterator[RedisServer]:
    """The embedded server that serves machines without a Redis."""
    with RedisServer(executable=wheel_executable()) as server:
        yield server


@pytest.fixture(params=["fake", "simulated", "redis", "valkey", "cluster", "sentinels"])
async def table(request: pytest.FixtureRequest, redis_prefix: str) -> AsyncIterator[Table]:
    """Each implementation in turn, empty."""
    if request.param == "fake":
        yield FakeTable()
        return
    if request.param == "simulated":
        yield faultless.table()
        return
    if request.param in NAMED_BY_SETTINGS:
        fixture, field = NAMED_BY_SETTINGS[request.param]
        servers = servers_of(load_settings(**{field: request.getfixturevalue(fixture).addresses}))
        named = RedisTable(servers, prefix=redis_prefix, timeout_seconds=10.0)
        yield named
        await named.close()
        return
    server: RedisServer = request.getfixturevalue(f"{request.param}_server")
    real = RedisTable(server.url, prefix=redis_prefix, timeout_seconds=10.0)
    yield real
    await real.close()


async def test_a_sound_server_is_accepted(table: Table) -> None:
    """What the project itself starts has nothing to warn of."""
    assert await table.check() == ()


async def test_a_new_partition_is_empty(table: Table) -> None:
    """The first owner finds epoch 1 and nothing else."""
    claim = await table.claim(3, "owner-a")

    assert (claim.partition, claim.epoch, claim.owner_token, claim.commit_token) == (3, 1, "owner-a", "")
    assert (claim.clock, claim.watermarks, claim.next_sequence, claim.outbox) == (0, {}, 0, ())
    assert (claim.next_due_at, claim.scorecard, claim.outbox_bytes) == (None, "", 0)


async def test_the_next_owner_finds_what_the_last_one_left(table: Table) -> None:
    """A claim shows clock, watermarks, outbox, scorecard and the earliest wake-up of the last commit."""
    first = await table.claim(3, "owner-a")
    await table.commit(
        commit_after(
            first,
            "commit-1",
            clock=1_700,
            watermarks={"page-views": 41, "form-fills": 0},
            leads={ADA: b"ada", BOB: b"bob"},
            due={ADA: 9_000, BOB: 8_000},
            outbox=((0, b"first"), (1, b"")),
        )
    )

    second = await table.claim(3, "owner-b")

    assert (second.epoch, second.owner_token, second.commit_token) == (2, "owner-b", "commit-1")
    assert (second.clock, second.watermarks) == (1_700, {"page-views": 41, "form-fills": 0})
    assert (second.next_sequence, second.outbox, second.outbox_bytes) == (2, ((0, b"first"), (1, b"")), 5)
    assert (second.next_due_at, second.scorecard) == (8_000, "card-1")


async def test_how_far_forwarded_records_were_taken_is_kept(table: Table) -> None:
    """By the place where they stood first; a later commit moves those that it names, and the others stay."""
    claim = await table.claim(3, "owner-a")
    first = {"page-views/0": 41, "crm.page-views/10": 0, "at:odd/1": 7}
    await table.commit(commit_after(claim, "c1", watermarks={"repartition": 3}, forwarded=first))
    await table.commit(commit_after(claim, "c2", upon="c1", forwarded={"page-views/0": 2**62}))

    found = await table.claim(3, "owner-b")

    assert claim.forwarded == {}
    assert found.forwarded == first | {"page-views/0": 2**62}
    assert found.watermarks == {"repartition": 3}


async def test_tables_of_another_number_of_partitions_are_refused(table: Table) -> None:
    """Leads would be looked for where they are not. Whoever owns a partition goes on; who does not count may claim."""
    await table.claim(3, "owner-0")
    table.partition_count = 4
    claim = await table.claim(3, "owner-a")
    table.partition_count = 6
    with pytest.raises(TableRefused, match=r"made for 4 partitions, and LEADSTREAM_PARTITIONS=6.*REDIS_PREFIX"):
        await table.claim(3, "owner-b")

    assert (await table.commit(commit_after(claim, "c1"))).answer is CommitAnswer.DONE
    table.partition_count = None
    assert (await table.claim(3, "owner-c")).epoch == 3
    table.partition_count = 4
    assert (await table.claim(3, "owner-d")).epoch == 4
    assert (await table.claim(2, "owner-e")).epoch == 1


async def test_an_epoch_rises_above_one_seen_elsewhere(table: Table) -> None:
    """After a rollback the table's epoch can be behind what was published: the new one is above both."""
    assert (await table.claim(3, "owner-a", above_epoch=17)).epoch == 18
    assert (await table.claim(3, "owner-b", above_epoch=4)).epoch == 19


async def test_a_commit_is_read_back(table: Table) -> None:
    """Leads, and wake-ups due by an instant, earliest first and ties by the bytes of the id."""
    claim = await table.claim(3, "owner-a")
    due = {ADA: 5_000, BOB: 4_000, "lead-åke": 5_000, EVE: None, "lead-far": 5_001}
    leads = dict.fromkeys(due, b"row")

    reply = await table.commit(commit_after(claim, "commit-1", leads=leads, due=due))
    loaded = await table.load(3, [ADA, "lead-unknown", EVE], due_until=5_000, due_count_max=10)

    assert reply == CommitReply(CommitAnswer.DONE, 4_000)
    assert loaded.leads == {ADA: b"row", EVE: b"row"}
    assert loaded.due == ((BOB, 4_000), (ADA, 5_000), ("lead-åke", 5_000))
    assert (await table.load(3, [], due_until=5_000, due_count_max=1)).due == ((BOB, 4_000),)
    assert (await table.load(3, [ADA], due_until=-1, due_count_max=0)).due == ()
    assert (await table.load(3, [], due_until=-1, due_count_max=0)).leads == {}


async def test_the_earliest_wake_up_is_told(table: Table) -> None:
    """A commit answers with the earliest wake-up after it, none if nobody has one."""
    claim = await table.claim(3, "owner-a")

    first = await table.commit(commit_after(claim, "c1", leads={ADA: b"1", BOB: b"1"}, due={ADA: 7, BOB: 2**52}))
    second = await table.commit(commit_after(claim, "c2", upon="c1", due={ADA: None}))
    third = await table.commit(commit_after(claim, "c3", upon="c2", due={BOB: None}))

    assert [first.next_due_at, second.next_due_at, third.next_due_at] == [7, 2**52, None]


async def test_a_wake_up_can_move_without_its_lead(table: Table) -> None:
    """Only the wake-up changes; the row stays."""
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", leads={ADA: b"row"}, due={ADA: 7}))

    await table.commit(commit_after(claim, "c2", upon="c1", due={ADA: 70}))

    assert await table.lead(3, ADA) == b"row"
    assert (await table.load(3, [], due_until=100, due_count_max=9)).due == ((ADA, 70),)


async def test_a_lead_without_a_wake_up_to_say_is_a_mistake(table: Table) -> None:
    """A lead that is not in the index would be lost to a new scorecard's sweep."""
    claim = await table.claim(3, "owner-a")

    with pytest.raises(ValueError, match="when to wake it"):
        await table.commit(replace(commit_after(claim, "c1", leads={ADA: b"row"}), due={}))


async def test_a_repeated_commit_is_applied_once(table: Table) -> None:
    """When the answer was lost the same commit is sent again, and changes nothing more."""
    claim = await table.claim(3, "owner-a")
    commit = commit_after(claim, "c1", leads={ADA: b"row"}, due={ADA: 7}, outbox=((0, b"change"),))

    answers = [(await table.commit(commit)).answer, (await table.commit(commit)).answer]

    assert answers == [CommitAnswer.DONE, CommitAnswer.ALREADY]
    assert (await table.claim(3, "owner-b")).outbox == ((0, b"change"),)


async def test_a_former_owner_is_fenced(table: Table) -> None:
    """Once another owner claimed, the former one can neither commit nor trim, whatever it believes."""
    zombie = await table.claim(3, "owner-a")
    await table.commit(commit_after(zombie, "c1", leads={ADA: b"before"}, outbox=((0, b"change"),)))
    await table.claim(3, "owner-b")

    reply = await table.commit(commit_after(zombie, "c2", upon="c1", leads={ADA: b"zombie"}))

    assert reply.answer is CommitAnswer.FENCED
    assert await table.acknowledge(3, zombie.epoch, "owner-a", 0) is CommitAnswer.FENCED
    assert await table.verify(3, zombie.epoch, "owner-a", "c1") is CommitAnswer.FENCED
    assert await table.lead(3, ADA) == b"before"
    assert (await table.claim(3, "owner-c")).outbox == ((0, b"change"),)


async def test_a_former_owner_is_fenced_although_its_commit_is_the_last(table: Table) -> None:
    """A repeat of one's own last commit is not "already" once another owns the partition: the owner must stop."""
    zombie = await table.claim(3, "owner-a")
    commit = commit_after(zombie, "c1")
    await table.commit(commit)
    await table.claim(3, "owner-b")

    assert (await table.commit(commit)).answer is CommitAnswer.FENCED


async def test_an_epoch_that_came_back_does_not_fool_the_fence(table: Table) -> None:
    """After a rollback two owners can hold one epoch; their tokens differ."""
    first = await table.claim(3, "owner-a")
    other = claimed_by("owner-b", first)

    assert (await table.commit(commit_after(other, "c1"))).answer is CommitAnswer.FENCED
    assert await table.acknowledge(3, first.epoch, "owner-b", 0) is CommitAnswer.FENCED
    assert await table.verify(3, first.epoch, "owner-b", "") is CommitAnswer.FENCED


async def test_a_commit_upon_another_commit_is_refused_whole(table: Table) -> None:
    """When the table is not where the owner left it, nothing of the commit is applied."""
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", clock=5, watermarks={"page-views": 1}, leads={ADA: b"kept"}))

    reply = await table.commit(
        commit_after(
            claim,
            "c9",
            upon="c8",
            clock=9,
            watermarks={"page-views": 8},
            leads={ADA: b"lost", BOB: b"lost"},
            due={ADA: 1, BOB: 1},
            outbox=((0, b"lost"),),
            scorecard="card-9",
        )
    )

    after = await table.claim(3, "owner-b")
    assert reply == CommitReply(CommitAnswer.MOVED, None)
    assert (after.commit_token, after.clock, after.watermarks) == ("c1", 5, {"page-views": 1})
    assert (after.outbox, after.next_sequence, after.next_due_at, after.scorecard) == ((), 0, None, "card-1")
    assert (await table.load(3, [ADA, BOB], due_until=9, due_count_max=9)).leads == {ADA: b"kept"}


async def test_an_owner_of_nothing_has_moved(table: Table) -> None:
    """On a table that knows no owner (it was wiped) nobody newer is there: the claimant is to claim again."""
    claim = await table.claim(3, "owner-a")
    elsewhere = replace(claim, partition=4)

    assert (await table.commit(commit_after(elsewhere, "c1", leads={ADA: b"row"}))).answer is CommitAnswer.MOVED
    assert await table.acknowledge(4, 1, "owner-a", 0) is CommitAnswer.MOVED
    assert await table.verify(4, 1, "owner-a", "") is CommitAnswer.MOVED
    assert await table.lead(4, ADA) is None


async def test_an_owner_from_the_future_has_moved(table: Table) -> None:
    """A table that was restored from before the claim shows a lower epoch: nobody newer owns the partition."""
    claim = await table.claim(3, "owner-a")
    later = claimed_by("owner-e", claim, epoch=5)

    assert (await table.commit(commit_after(later, "c1"))).answer is CommitAnswer.MOVED
    assert await table.acknowledge(3, 5, "owner-e", 0) is CommitAnswer.MOVED
    assert await table.verify(3, 5, "owner-e", "") is CommitAnswer.MOVED


async def test_an_idle_owner_is_told_how_it_stands(table: Table) -> None:
    """The commit token tells an unchanged table from one that was rolled back."""
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1"))

    assert await table.verify(3, claim.epoch, "owner-a", "c1") is CommitAnswer.DONE
    assert await table.verify(3, claim.epoch, "owner-a", "c2") is CommitAnswer.MOVED


@pytest.mark.parametrize(
    ("through", "left"),
    [(-1, (2, 3, 7, 8)), (1, (2, 3, 7, 8)), (2, (3, 7, 8)), (5, (7, 8)), (7, (8,)), (8, ()), (99, ())],
)
async def test_the_outbox_is_trimmed_through_a_sequence(table: Table, through: int, left: tuple[int, ...]) -> None:
    """Acknowledging, and committing with it, drop exactly what is at or below; sequences may have holes."""
    outbox = tuple((sequence, f"change-{sequence}".encode()) for sequence in (2, 3, 7, 8))
    kept = tuple(entry for entry in outbox if entry[0] in left)
    idle = await table.claim(3, "owner-a")
    await table.commit(commit_after(idle, "c1", outbox=outbox))
    busy = await table.claim(4, "owner-a")
    await table.commit(commit_after(busy, "c1", outbox=outbox))

    acknowledged = await table.acknowledge(3, idle.epoch, "owner-a", through)
    await table.commit(commit_after(busy, "c2", upon="c1", outbox=((9, b"new"),), trimmed_through=through))

    assert acknowledged is CommitAnswer.DONE
    assert (await table.claim(3, "owner-b")).outbox == kept
    assert (await table.claim(4, "owner-b")).outbox == (*kept, (9, b"new"))
    assert (await table.claim(3, "owner-c")).next_sequence == 9


async def test_watermarks_that_are_not_named_stay(table: Table) -> None:
    """A commit of one topic's records leaves the others' positions."""
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", watermarks={"page-views": 4, "ticks": 9}))
    await table.commit(commit_after(claim, "c2", upon="c1", watermarks={"page-views": 5}))

    assert (await table.claim(3, "owner-b")).watermarks == {"page-views": 5, "ticks": 9}


async def test_seals_stay_with_their_watermarks(table: Table) -> None:
    """Those of topics that a commit does not name stay too."""
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", seals={"page-views": "17-ab", "ticks": "18-cd"}))
    await table.commit(commit_after(claim, "c2", upon="c1", seals={"page-views": "19-ef"}))

    assert (await table.claim(3, "owner-b")).seals == {"page-views": "19-ef", "ticks": "18-cd"}


async def test_many_leads_are_committed_at_once(table: Table) -> None:
    """A large batch is applied whole, and read back whole, in one round trip each."""
    claim = await table.claim(3, "owner-a")
    leads = {f"lead-{number:05d}": f"row {number}".encode() for number in range(MANY)}
    due = {lead_id: 10_000 + place for place, lead_id in enumerate(reversed(leads))}
    outbox = tuple((sequence, b"change") for sequence in range(MANY))

    reply = await table.commit(commit_after(claim, "c1", leads=leads, due=due, outbox=outbox))
    loaded = await table.load(3, list(leads), due_until=2**52, due_count_max=MANY + 1)

    assert reply == CommitReply(CommitAnswer.DONE, 10_000)
    assert loaded.leads == leads
    assert dict(loaded.due) == due
    assert (await table.claim(3, "owner-b")).outbox == outbox


async def test_any_bytes_and_any_id_are_kept(table: Table) -> None:
    """Rows are bytes, also ones that look like a number or hold zeros; ids may hold spaces, colons and braces."""
    rows = {"lead {1}:meta": b"\x00\xff\r\n", "42": b"42", "лид": b"", " ": b" "}
    claim = await table.claim(3, "owner-a")

    await table.commit(commit_after(claim, "c1", leads=rows))

    assert (await table.load(3, list(rows), due_until=0, due_count_max=0)).leads == rows
    assert [await table.lead(3, lead_id) for lead_id in rows] == list(rows.values())
    assert await table.lead(3, "lead-unknown") is None


async def test_partitions_know_nothing_of_each_other(table: Table) -> None:
    """The same lead id on two partitions is two leads; a claim of one leaves the other's owner."""
    third, fourth = await table.claim(3, "owner-a"), await table.claim(4, "owner-b")
    await table.commit(commit_after(third, "c1", leads={ADA: b"third"}, due={ADA: 5}))
    await table.commit(commit_after(fourth, "c1", leads={ADA: b"fourth"}))

    assert [await table.lead(number, ADA) for number in (3, 4)] == [b"third", b"fourth"]
    assert (await table.claim(4, "owner-c")).next_due_at is None
    assert await table.verify(3, third.epoch, "owner-a", "c1") is CommitAnswer.DONE


@pytest.mark.parametrize("size", [0, 1, 50, 700])
async def test_paging_meets_every_lead(table: Table, size: int) -> None:
    """Whoever is there throughout comes at least once, with a wake-up or without, also while others are added."""
    claim = await table.claim(3, "owner-a")
    due = {f"lead-{number}": None if number % 2 else number for number in range(size)}
    await table.commit(commit_after(claim, "c1", leads=dict.fromkeys(due, b"row"), due=due))

    met: set[str] = set()
    page, cursor = await table.leads_after(3, 0, 100)
    met.update(page)
    await table.commit(commit_after(claim, "c2", upon="c1", leads={f"new-{n}": b"row" for n in range(300)}, due=due))
    while cursor:
        page, cursor = await table.leads_after(3, cursor, 100)
        met.update(page)

    assert met >= due.keys()
    assert await table.lead_count(3) == size + 300
    assert await table.lead_count(4) == 0


async def test_how_a_partition_stands_can_be_read_by_anybody(table: Table) -> None:
    """Epoch, owner, clock, watermarks, outbox, leads, wake-up: without claiming it, and without changing anything."""
    unclaimed = await table.facts(3)
    assert (unclaimed.epoch, unclaimed.owner_token, unclaimed.clock, unclaimed.watermarks) == (0, "", 0, {})
    assert (unclaimed.outbox_count, unclaimed.lead_count, unclaimed.next_due_at) == (0, 0, None)

    claim = await table.claim(3, "owner-a")
    leads = {ADA: b"ada", BOB: b"bob"}
    outbox = ((0, b"told"), (1, b"told again"))
    marks = {"page-views": 41}
    due = {ADA: 5_000}
    await table.commit(commit_after(claim, "one", leads=leads, due=due, outbox=outbox, watermarks=marks))

    found = await table.facts(3)
    assert (found.partition, found.epoch, found.owner_token, found.clock) == (3, 1, "owner-a", 1_000)
    assert (found.watermarks, found.scorecard, found.next_due_at) == (marks, "card-1", 5_000)
    assert (found.outbox_count, found.lead_count, found.is_recovering) == (2, 2, False)
    assert await table.facts(3) == found
    assert await table.verify(3, claim.epoch, "owner-a", "one") is CommitAnswer.DONE


async def test_a_repeated_claim_is_the_same_claim(table: Table) -> None:
    """Its answer was lost: asked again with its token it raises nothing, so whoever claimed is not fenced by itself."""
    first = await table.claim(3, "owner-a", above_epoch=4)
    again = await table.claim(3, "owner-a", above_epoch=4)

    assert (first.epoch, again.epoch) == (5, 5)
    assert (await table.commit(commit_after(first, "c1"))).answer is CommitAnswer.DONE


async def test_a_commit_says_whether_a_correction_is_pending(table: Table) -> None:
    """It stands until a commit says otherwise, whoever claims."""
    claim = await table.claim(3, "owner-a")
    assert not claim.pending

    await table.commit(replace(commit_after(claim, "c1"), pending=True))
    assert (await table.claim(3, "owner-b")).pending
    claim = await table.claim(3, "owner-c")
    await table.commit(commit_after(claim, "c2", upon="c1"))
    assert not (await table.claim(3, "owner-d")).pending


async def test_how_far_something_long_is_stands_until_the_next_commit(table: Table) -> None:
    """For those who look on; a commit that says nothing of it ends it."""
    claim = await table.claim(3, "owner-a")
    course = Course(Errand.REPLAY, 10, 40, 90)

    await table.commit(replace(commit_after(claim, "c1"), course=course))
    assert (await table.facts(3)).course == course
    await table.commit(commit_after(claim, "c2", upon="c1"))
    assert (await table.facts(3)).course is None
