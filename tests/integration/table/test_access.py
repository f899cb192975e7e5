"""What the guide to running gives Redis' user is enough, and no more than it says."""

import re
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from streams.sandbox.redis import RedisServer
from streams.table.door import CommitAnswer
from streams.table.redis import RedisTable
from tests.examples.commits import commit_after

GUIDE = Path(__file__).parents[3] / "docs" / "running.md"


async def test_the_user_of_the_guide_can_do_what_a_worker_does(own_redis: RedisServer) -> None:
    """With the guide's rule a table checks, claims, commits, loads, pages, verifies and acknowledges; no other key."""
    rule = re.search(r"^```redis-acl\n(.*)\n```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rule is not None
    with Redis.from_url(own_redis.url) as admin:
        admin.execute_command(*rule[1].split())
    url = own_redis.url.replace("redis://", "redis://leadstream:secret@")
    table = RedisTable(url, prefix="leadstream", timeout_seconds=5.0)
    try:
        await table.check()
        claim = await table.claim(1, "owner-1")
        commit = commit_after(
            claim, "commit-1", leads={"lead-ada": b"row"}, due={"lead-ada": 9}, outbox=((0, b"told"),)
        )
        reply = await table.commit(commit)
        loaded = await table.load(1, ["lead-ada"], due_until=9, due_count_max=5)
        page, _ = await table.leads_after(1, 0, 10)
        answers = [
            reply.answer,
            await table.verify(1, claim.epoch, "owner-1", commit.new_token),
            await table.acknowledge(1, claim.epoch, "owner-1", 0),
        ]
        row = await table.lead(1, "lead-ada")
    finally:
        await table.close()

    assert answers == [CommitAnswer.DONE] * 3
    assert (loaded.leads, page, row) == ({"lead-ada": b"row"}, ("lead-ada",), b"row")
    with Redis.from_url(url) as user, pytest.raises(NoPermissionError):
        user.get("somebody-elses-key")
