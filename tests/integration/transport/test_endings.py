"""What ends, and how: handlers that raise, routines that die, claims that a rebalance overtakes."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from streams.transport.consumer import InputDied
from streams.transport.door import Hole, TopicPartition
from streams.transport.options import TransportOptions
from tests.integration.transport.dying_worker import end_fetch
from tests.integration.transport.recording import (
    RecordingBook,
    committed,
    create_topics,
    produce,
    recording_app,
    running,
    until,
)
from tests.servers.fixtures import Broker

ROOT = Path(__file__).parents[3]
EXIT_SECONDS_MAX = 20.0


class FailingBook(RecordingBook):
    """Raises at the third run it is offered."""

    def take(self, event: Any) -> None:
        """Note the event, then fail once."""
        super_take = super().take
        if len(self.received) == 2 and self.is_acknowledging:
            self.is_acknowledging = False
            super_take(event)
            msg = "an exception that should have stayed in the owner"
            raise RuntimeError(msg)
        super_take(event)


async def test_what_a_raising_handler_had_is_never_committed(embedded_broker: Broker, topic_prefix: str) -> None:
    """Rule 7: with ``noack`` and ``ack`` by hand, an exception that leaves the agent costs no record."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    group = f"{topic_prefix}group"
    await create_topics(embedded_broker.bootstrap, [topic], 1)
    await produce(embedded_broker.bootstrap, [tp], 50)
    book = FailingBook()
    options = TransportOptions(batch_records_max=10)
    async with running(recording_app(embedded_broker.bootstrap, group, [topic], book, options)):
        await until(lambda: book.record_count >= 30, "the run that fails")
        await asyncio.sleep(0.5)
    assert await committed(embedded_broker.bootstrap, group, [tp]) == {tp: 20}


async def test_a_commit_that_fails_is_tried_again(apache_kafka: Broker, topic_prefix: str) -> None:
    """Kafka away for a moment is no reason to die, and no offset is forgotten."""
    from aiokafka.errors import RequestTimedOutError

    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    group = f"{topic_prefix}group"
    await create_topics(apache_kafka.bootstrap, [topic], 1)
    book = RecordingBook()
    app = recording_app(apache_kafka.bootstrap, group, [topic], book)
    async with running(app):
        await until(lambda: "assigned" in book.calls, "the assignment")
        client = app.consumer._thread._consumer
        commit, failures = client.commit, []

        async def failing(offsets: Any) -> None:
            if len(failures) < 2:
                failures.append(offsets)
                raise RequestTimedOutError
            await commit(offsets)

        client.commit = failing
        await produce(apache_kafka.bootstrap, [tp], 5)
        await until(lambda: len(failures) == 2, "two commits that fail")
        assert not app.crashed
        await until(lambda: app.consumer._committed_offset[tp] == 5, "the commit")
    assert await committed(apache_kafka.bootstrap, group, [tp]) == {tp: 5}


@pytest.mark.parametrize("routine", ["fetch", "coordination", "delivery"])
def test_a_dead_routine_ends_the_process(
    embedded_broker: Broker, topic_prefix: str, tmp_path: Path, routine: str
) -> None:
    """The client can die inside a living process: that is noticed, named, and the process ends for its supervisor."""
    command = (sys.executable, "-m", "tests.integration.transport.dying_worker", embedded_broker.bootstrap)
    topic = f"{topic_prefix}page-views"
    asyncio.run(create_topics(embedded_broker.bootstrap, [topic], 1))
    done = subprocess.run(
        (*command, f"{topic_prefix}group", str(tmp_path / "log"), topic, routine),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=EXIT_SECONDS_MAX,
        check=False,
    )
    assert done.returncode != 0
    assert "input_died" in done.stdout + done.stderr


async def test_a_dead_input_crashes_the_app_that_runs_it(embedded_broker: Broker, topic_prefix: str) -> None:
    """Also without Faust's own worker around it: who waits for the app's end gets it, with the reason."""
    topic = f"{topic_prefix}page-views"
    await create_topics(embedded_broker.bootstrap, [topic], 1)
    book = RecordingBook()
    app = recording_app(embedded_broker.bootstrap, f"{topic_prefix}group", [topic], book)
    async with running(app):
        await until(lambda: "assigned" in book.calls, "the assignment")
        end_fetch(app.consumer)
        await asyncio.wait_for(app.wait_until_stopped(), timeout=10)
        assert isinstance(app.crash_reason, InputDied)


class SlowClaimBook(RecordingBook):
    """Never finishes its first claim."""

    async def assigned(self, tps: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Hang at first."""
        answer = await super().assigned(tps)
        if self.calls.count("assigned") == 1:
            try:
                await asyncio.Event().wait()
            finally:
                self.calls.append("cancelled")
        return answer


async def test_a_rebalance_overtakes_a_claim_that_hangs(apache_kafka: Broker, topic_prefix: str) -> None:
    """A claim that waits for Redis is cancelled by the next rebalance; owners are told to stop, then asked anew."""
    topic = f"{topic_prefix}page-views"
    group = f"{topic_prefix}group"
    await create_topics(apache_kafka.bootstrap, [topic], 2)
    await produce(apache_kafka.bootstrap, [TopicPartition(topic, partition) for partition in range(2)], 10)
    book, other = SlowClaimBook(), RecordingBook()
    async with running(recording_app(apache_kafka.bootstrap, group, [topic], book)):
        await until(lambda: "assigned" in book.calls, "the claim that hangs")
        async with running(recording_app(apache_kafka.bootstrap, group, [topic], other)):
            await until(lambda: book.record_count + other.record_count >= 20, "all records, by two workers")
    assert book.calls[:4] == ["assigned", "cancelled", "revoked", "assigned"]


async def test_stopping_while_a_claim_hangs_is_quick(embedded_broker: Broker, topic_prefix: str) -> None:
    """SIGTERM does not wait for a Redis that does not answer."""
    topic = f"{topic_prefix}page-views"
    await create_topics(embedded_broker.bootstrap, [topic], 1)
    book = SlowClaimBook()
    async with running(recording_app(embedded_broker.bootstrap, f"{topic_prefix}group", [topic], book)):
        await until(lambda: "assigned" in book.calls, "the claim that hangs")
        started_at = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started_at < 5
    assert book.calls == ["assigned", "cancelled", "revoked"]


class RefusingBook(RecordingBook):
    """Does not accept that records are missing."""

    def missing(self, tp: TopicPartition, hole: Hole) -> None:
        """Refuse."""
        msg = f"{tp.topic} lacks {hole.first} to {hole.next}"
        raise RuntimeError(msg)


async def test_owners_may_refuse_a_hole(apache_kafka: Broker, topic_prefix: str) -> None:
    """Raising in ``missing`` ends the worker: nothing is scored over a gap that its owner does not accept."""
    topic = f"{topic_prefix}page-views"
    tp = TopicPartition(topic, 0)
    await create_topics(apache_kafka.bootstrap, [topic], 1)
    await produce(apache_kafka.bootstrap, [tp], 3)
    book = RefusingBook(resume={tp: 4000})
    app = recording_app(apache_kafka.bootstrap, f"{topic_prefix}group", [topic], book)
    async with running(app):
        await until(lambda: app.crashed, "the end")
    assert book.received == []
