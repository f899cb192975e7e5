"""The tables in Redis: one atomic script a commit, all of a partition's keys under one hash tag.

Per partition there is a hash of facts (epoch, owner, commit token, clock, next sequence, scorecard, watermarks), a
sorted set of wake-ups that is also the index of all leads (score +inf: none), a list for the outbox (sequence, bytes,
sequence, bytes, ...) and a string for each lead. Every call is bounded in time and tries once: asking again is the
caller's, who alone knows that a repeat is safe. The bytes mean nothing here.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Self, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import MovedError, NoScriptError

from streams.configuration.settings import Settings
from streams.table import paging, scripts
from streams.table.condition import problems_of, warnings_of
from streams.table.door import (
    Claim,
    Commit,
    CommitAnswer,
    CommitReply,
    Loaded,
    PartitionFacts,
    TableRefused,
    TableUnavailable,
    Unavailability,
    count_refusal,
)
from streams.table.facts import facts_of, offsets_of, questions
from streams.table.keys import FORWARDED, SEAL, WATERMARK, PartitionKeys, partition_keys
from streams.table.scripts import Script
from streams.table.servers import OneServer, Servers
from streams.table.topology import servers_of
from streams.table.unavailable import unavailable

Given = TypeVar("Given")
Argument = str | bytes | int


class RedisTable:
    """The tables of one installation, in Redis or Valkey: one server, a watched primary, or a cluster.

    Args:
        servers: Where they are; or the URL of the one server: ``redis://``, ``rediss://`` or ``unix://``, with user and
            password in it.
        prefix: First part of every key.
        timeout_seconds: Bound on each call.
        partition_count: How many partitions the topics have; None where that does not matter.
    """

    def __init__(
        self,
        servers: Servers | str,
        *,
        prefix: str = "leadstream",
        timeout_seconds: float = 2.0,
        partition_count: int | None = None,
    ) -> None:
        self.partition_count = partition_count
        self._servers = OneServer(servers, timeout_seconds) if isinstance(servers, str) else servers
        self._timeout_seconds = timeout_seconds
        self._prefix = prefix

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the tables that the settings name. Connects when first asked something."""
        prefix, timeout_seconds, count = settings.redis_prefix, settings.redis_timeout_seconds, settings.partitions
        return cls(servers_of(settings), prefix=prefix, timeout_seconds=timeout_seconds, partition_count=count)

    async def check(self) -> tuple[str, ...]:
        """Look at how each server is configured; see `streams.table.door.Table.check`."""

        async def ask() -> dict[str, dict[str, Any]]:
            return {address: await client.info() for address, client in (await self._servers.all()).items()}

        try:
            infos = await self._bounded(ask)
        except TableUnavailable as error:
            if error.reason is not Unavailability.DENIED:
                raise
            raise TableRefused(
                (f"{error}. To look at how it is configured, its user needs INFO (ACL +info)",)
            ) from error
        is_cluster = self._servers.is_cluster
        problems = _said((address, problems_of(info, is_cluster=is_cluster)) for address, info in infos.items())
        if problems:
            raise TableRefused(problems)
        await self.require_count()
        return _said((address, warnings_of(info)) for address, info in infos.items())

    async def require_count(self) -> None:
        """Refuse tables of another number of partitions (`TableRefused`) before anything is claimed or looked for."""
        made_for = int(await self._ask(0, "HGET", self._keys(0).meta, "partitions") or 0)
        if made_for and self.partition_count not in (None, made_for):
            raise TableRefused((count_refusal(made_for, self.partition_count or 0),))

    async def claim(self, partition: int, owner_token: str, *, above_epoch: int = 0) -> Claim:
        """Become the partition's owner; see `streams.table.door.Table.claim`."""
        keys = self._keys(partition)
        reply: Sequence[Any] = ()
        while not reply:
            # Asked first and compared in the script: one that runs late finds another epoch, and fences nobody.
            seen = await self._at(partition, lambda client: _executed(client, "HGET", keys.meta, "epoch"))
            arguments = (owner_token, above_epoch, int(seen or 0), self.partition_count or "")
            reply = await self._run(partition, scripts.CLAIM, (keys.meta, keys.due, keys.outbox), arguments)
        if len(reply) == 1:
            raise TableRefused((count_refusal(int(reply[0]), self.partition_count or 0),))
        epoch, facts_flat, outbox_flat, earliest = reply
        facts = {name.decode(): value for name, value in _pairs(facts_flat)}
        return Claim(
            partition=partition,
            epoch=int(epoch),
            owner_token=owner_token,
            commit_token=facts.get("commit", b"").decode(),
            clock=int(facts.get("clock", 0)),
            watermarks=offsets_of(facts, WATERMARK),
            next_sequence=int(facts.get("sequence", 0)),
            outbox=tuple((int(sequence), entry) for sequence, entry in _pairs(outbox_flat)),
            next_due_at=_instant(earliest),
            scorecard=facts.get("scorecard", b"").decode(),
            pending=facts.get("pending") == b"1",
            seals={name.removeprefix(SEAL): seal.decode() for name, seal in facts.items() if name.startswith(SEAL)},
            forwarded=offsets_of(facts, FORWARDED),
        )

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """Read leads and wake-ups; see `streams.table.door.Table.load`."""
        keys = self._keys(partition)
        commands: list[Sequence[Argument]] = []
        if lead_ids:
            commands.append(("MGET", *(keys.lead + lead_id for lead_id in lead_ids)))
        if due_count_max > 0:
            limit = ("WITHSCORES", "LIMIT", 0, due_count_max)
            commands.append(("ZRANGEBYSCORE", keys.due, "-inf", due_until, *limit))
        if not commands:
            return Loaded({}, ())
        answers = await self._ask_all(partition, commands)
        values = answers[0] if lead_ids else ()
        due = answers[-1] if due_count_max > 0 else ()
        return Loaded(
            leads={lead_id: value for lead_id, value in zip(lead_ids, values, strict=True) if value is not None},
            due=tuple((lead_id.decode(), int(score)) for lead_id, score in _pairs(due)),
        )

    async def commit(self, commit: Commit) -> CommitReply:
        """Apply a batch atomically; see `streams.table.door.Table.commit`."""
        if not commit.leads.keys() <= commit.due.keys():
            missing = next(iter(commit.leads.keys() - commit.due.keys()))
            raise ValueError(
                f"a commit changes {missing!r} and does not say when to wake it; name it in due, None for never"
            )
        keys = self._keys(commit.partition)
        lead_keys = [keys.lead + lead_id for lead_id in commit.leads]
        keys_touched = (keys.meta, keys.due, keys.outbox, *lead_keys)
        reply = await self._run(commit.partition, scripts.COMMIT, keys_touched, _arguments(commit))
        answer, earliest = reply
        return CommitReply(CommitAnswer(answer.decode()), _instant(earliest))

    async def acknowledge(self, partition: int, epoch: int, owner_token: str, through_sequence: int) -> CommitAnswer:
        """Trim the outbox; see `streams.table.door.Table.acknowledge`."""
        keys = self._keys(partition)
        arguments = (epoch, owner_token, through_sequence)
        reply = await self._run(partition, scripts.ACKNOWLEDGE, (keys.meta, keys.outbox), arguments)
        return CommitAnswer(reply.decode())

    async def verify(self, partition: int, epoch: int, owner_token: str, commit_token: str) -> CommitAnswer:
        """Ask whether the partition is as its owner left it; see `streams.table.door.Table.verify`."""
        keys = self._keys(partition)
        command = ("HMGET", keys.meta, "epoch", "owner", "commit")
        stored_epoch, owner, commit = await self._ask(partition, *command)
        behind = int(stored_epoch or 0) - epoch
        if behind > 0 or (behind == 0 and (owner or b"").decode() != owner_token):
            return CommitAnswer.FENCED
        is_here = behind == 0 and (commit or b"").decode() == commit_token
        return CommitAnswer.DONE if is_here else CommitAnswer.MOVED

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """Page through all lead ids; see `streams.table.door.Table.leads_after`."""
        # ZSCAN's own guarantee is the one that the door gives; a lead that moves in the set meanwhile is not lost.
        key = self._keys(partition).due
        page = paging.page_of(cursor, await self._ask_all(partition, paging.questions(key, cursor, count)))
        return page or await self.leads_after(partition, 0, count)

    async def lead_count(self, partition: int) -> int:
        """Return how many leads a partition has; see `streams.table.door.Table.lead_count`."""
        key = self._keys(partition).due
        return int(await self._ask(partition, "ZCARD", key))

    async def facts(self, partition: int) -> PartitionFacts:
        """Return how a partition stands; see `streams.table.door.Table.facts`."""
        return facts_of(partition, await self._ask_all(partition, questions(self._keys(partition))))

    async def lead(self, partition: int, lead_id: str) -> bytes | None:
        """Read one lead; see `streams.table.door.Table.lead`."""
        key = self._keys(partition).lead + lead_id
        return cast("bytes | None", await self._ask(partition, "GET", key))

    async def close(self) -> None:
        """Release the connections."""
        await self._servers.close()

    def _keys(self, partition: int) -> PartitionKeys:
        return partition_keys(self._prefix, partition)

    async def _ask(self, partition: int, *command: Argument) -> Any:  # noqa: ANN401 - each answer has its own shape
        return await self._at(partition, lambda client: _executed(client, *command))

    async def _ask_all(self, partition: int, commands: Iterable[Sequence[Argument]]) -> Any:  # noqa: ANN401
        """Ask several things in one round trip, on one connection."""

        def ask(client: Redis) -> Awaitable[Any]:
            pipeline = client.pipeline(transaction=False)
            for command in commands:
                pipeline.execute_command(*command)
            return pipeline.execute()

        return await self._at(partition, ask)

    async def _run(self, partition: int, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:  # noqa: ANN401
        """Run a script, loading it first where the server does not know it (a restarted one forgets)."""

        async def ask(client: Redis) -> Any:  # noqa: ANN401
            command = ("EVALSHA", script.digest, len(keys), *keys, *arguments)
            try:
                return await _executed(client, *command)
            except NoScriptError:
                await _executed(client, "SCRIPT LOAD", script.text)
                return await _executed(client, *command)

        return await self._at(partition, ask)

    async def _at(self, partition: int, ask: Callable[[Redis], Awaitable[Given]]) -> Given:
        """Ask the server that holds a partition. One that names another in place of doing it is believed once."""

        async def ask_holder() -> Given:
            try:
                return await ask(await self._servers.of(partition))
            except MovedError:
                await self._servers.distrust(Unavailability.LOST)
                return await ask(await self._servers.of(partition))

        return await self._bounded(ask_holder)

    async def _bounded(self, ask: Callable[[], Awaitable[Given]]) -> Given:
        """Ask once, within the bound, and name what passes by itself.

        A call that is broken off closes its connection, so that its late answer is never taken for another's.
        """
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await ask()
        except Exception as error:
            passing = unavailable(error, self._servers.address)
            if passing is None:
                raise
            await self._servers.distrust(passing.reason)
            raise passing from error


async def _executed(client: Redis, *command: Argument) -> Any:  # noqa: ANN401
    return await client.execute_command(*command)  # type: ignore[no-untyped-call]  # no types there


def _said(findings: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Return what was found of each server, a line each."""
    return tuple(f"Redis at {address}: {finding}" for address, found in findings for finding in found)


def _arguments(commit: Commit) -> list[Argument]:
    """Lay a commit out as commit.lua reads it: flat, no text to parse."""
    facts: list[Argument] = ["clock", commit.clock, "sequence", commit.next_sequence, "scorecard", commit.scorecard]
    facts += ("pending", int(commit.pending), "course", commit.course.text() if commit.course else "")
    for topic, offset in commit.watermarks.items():
        facts += (WATERMARK + topic, offset)
    for topic, seal in commit.seals.items():
        facts += (SEAL + topic, seal)
    for place, offset in commit.forwarded.items():
        facts += (FORWARDED + place, offset)
    head: list[Argument] = [commit.epoch, commit.owner_token, commit.expected_token, commit.new_token]
    counts = [len(facts) // 2, len(commit.leads), len(commit.due), len(commit.outbox)]
    head += [commit.trimmed_through, *counts, *facts]
    tail: list[Argument] = []
    for lead_id, wake_at in commit.due.items():
        tail += ("+inf" if wake_at is None else wake_at, lead_id)
    for output in commit.outbox:
        tail += output
    return [*head, *commit.leads.values(), *tail]


def _pairs(flat: Sequence[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)


def _instant(score: bytes) -> int | None:
    """Read the score of the earliest wake-up: none if the set is empty or nobody has one."""
    value = float(score) if score else math.inf
    return None if math.isinf(value) else int(value)
