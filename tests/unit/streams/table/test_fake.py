"""The fake table fails when it is told to; all else is held by the conformance suite."""

import pytest

from streams.table.door import CommitAnswer, TableUnavailable, Unavailability
from streams.table.fake import FakeTable
from tests.examples.commits import commit_after

ADA = "lead-ada"


async def test_it_fails_as_often_as_it_is_told() -> None:
    """Each reason fails one call, which does nothing."""
    table = FakeTable()
    table.failures.extend((Unavailability.LOADING, Unavailability.LOST))

    for reason in (Unavailability.LOADING, Unavailability.LOST):
        with pytest.raises(TableUnavailable) as caught:
            await table.claim(3, "owner-a")
        assert caught.value.reason is reason
    assert (await table.claim(3, "owner-a")).epoch == 1


async def test_a_full_one_refuses_commits_only() -> None:
    """As Redis does: claims and acknowledgements go through."""
    table = FakeTable()
    table.is_full = True
    claim = await table.claim(3, "owner-a")

    with pytest.raises(TableUnavailable) as caught:
        await table.commit(commit_after(claim, "c1"))

    assert caught.value.reason is Unavailability.FULL
    assert await table.acknowledge(3, claim.epoch, "owner-a", 0) is CommitAnswer.DONE


async def test_an_answer_can_be_lost() -> None:
    """The commit is applied, the caller does not know, a repeat tells."""
    table = FakeTable()
    claim = await table.claim(3, "owner-a")
    table.lost_answers = 1
    commit = commit_after(claim, "c1", leads={ADA: b"row"})

    with pytest.raises(TableUnavailable):
        await table.commit(commit)

    assert await table.lead(3, ADA) == b"row"
    assert (await table.commit(commit)).answer is CommitAnswer.ALREADY
    assert table.commits == 1


async def test_it_can_be_rolled_back_and_wiped() -> None:
    """A copy is not touched by what comes after it."""
    table = FakeTable()
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", leads={ADA: b"first"}))
    copy = table.copied()
    await table.commit(commit_after(claim, "c2", upon="c1", leads={ADA: b"second"}))

    table.restore(copy)
    assert await table.lead(3, ADA) == b"first"
    assert await table.verify(3, claim.epoch, "owner-a", "c2") is CommitAnswer.MOVED

    table.wipe()
    assert await table.lead(3, ADA) is None
    assert await table.verify(3, claim.epoch, "owner-a", "c1") is CommitAnswer.MOVED
