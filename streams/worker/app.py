"""The Faust app: one agent over all input topics, which hands every delivered run to its partition's owner.

Only this module and `streams.transport` know Faust. The agent does no work of its own: it runs one at a time, and a
partition that waits must not hold up the others.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import faust
from yarl import URL

from streams.configuration.settings import Settings
from streams.kafka.connection import connection_arguments
from streams.transport.door import Delivery, PartitionBook, TopicPartition
from streams.transport.options import TransportOptions
from streams.transport.schema import BatchSchema
from streams.transport.transport import BatchTransport

log = logging.getLogger(__name__)

BUFFERED_RUNS = 128
"""Runs between the transport and the agent: those of a fetch, so that it is handed over at one go.

With Faust's 4,096 the queue hides the lag and nothing coalesces.
"""
ACTORS = 32
"""Of the agent, on one queue: each takes a run in a turn of the event loop, and hands it over in the same turn."""
COMMIT_SECONDS = 1.0
"""Between two commits of offsets to Kafka: they only show lag to others, the truth is in the tables."""
NEVER_SECONDS = 86_400.0
"""For bounds of others that would come before ours.

A worker without a partition fetches nothing, and the client would let it leave the group. An assignment that takes
longer than Faust waits for an answer, as claims do while Kafka starts again, Faust takes for its own end: the worker
would stay in the group and never read again.
"""


class Owners(PartitionBook, Protocol):
    """What the app asks of the owners, beside what the transport does."""

    def offer(self, tp: TopicPartition, delivery: Delivery) -> None:
        """Take a delivered run."""
        ...


def input_app(settings: Settings, topics: Sequence[str], owners: Owners, options: TransportOptions) -> faust.App:
    """Build the app.

    Args:
        settings: Where Kafka is, and how to be a member of the group.
        topics: Names of all input topics, ticks and prefix included.
        owners: Who gets the records.
        options: Bounds and waits of fetching.

    Returns:
        An app that is not started.
    """
    app = _faust_app(settings)
    app.transport = BatchTransport(app.conf.broker, app, book=owners, options=options)
    source = app.topic(*topics, schema=BatchSchema())

    @app.agent(source, name="leadstream-inputs", concurrency=ACTORS)
    async def inputs(stream: Any) -> None:  # noqa: ANN401 - Faust's stream
        """Hand each run to the owner of its partition; acknowledging is the owner's."""
        async for event in stream.noack().events():
            tp = event.message.tp
            try:
                owners.offer(TopicPartition(tp.topic, tp.partition), _Delivered(event))
            except Exception as error:  # noqa: BLE001 - Faust would go on with the next run, and this one be lost
                await app.crash(error)
                return

    return app


def _faust_app(settings: Settings) -> faust.App:
    """Set Faust to what batches need; the recipe with its reasons is in `streams.transport.transport`."""
    broker = [URL(f"aiokafka://{server}") for server in settings.kafka_bootstrap.split(",")]
    return faust.App(
        settings.group,
        broker=broker,
        broker_credentials=_credentials(settings),
        broker_session_timeout=settings.session_timeout_seconds,
        broker_rebalance_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=settings.heartbeat_seconds,
        broker_request_timeout=NEVER_SECONDS,
        broker_max_poll_interval=NEVER_SECONDS,
        broker_commit_interval=COMMIT_SECONDS,
        broker_commit_every=1_000_000,
        consumer_group_instance_id=settings.instance_id or "",
        # The client skips a larger record, and of one that is larger than an output only a stub is kept anyway.
        consumer_max_fetch_size=max(settings.fetch_bytes_max, settings.output_bytes_max),
        stream_buffer_maxsize=BUFFERED_RUNS,
        # On leaving a partition the owners finish the batch they are in and drop the rest, which stays unacknowledged.
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        autodiscover=False,
        web_enabled=False,
        key_serializer="raw",
        value_serializer="raw",
        datadir=Path(".leadstream"),
    )


async def run_until(app: faust.App, is_stopping: asyncio.Event, leave_seconds_max: float) -> BaseException | None:
    """Let an app work until it is to stop or fails, and have it leave the group within a bound.

    Args:
        app: What `input_app` built.
        is_stopping: Set when it is to stop.
        leave_seconds_max: How long leaving may take, Kafka's answers included. What is not told by then the next owner
            tells.

    Returns:
        Why the app failed; None if it was told to stop.
    """
    starting = asyncio.create_task(app.start(), name="app-start")
    ends = {
        asyncio.create_task(is_stopping.wait(), name="app-told-to-stop"),
        asyncio.create_task(app.wait_until_stopped(), name="app-stopped"),
    }
    # A start that fails stops nothing by itself: without looking at it the process would wait for ever.
    starting.add_done_callback(lambda done: is_stopping.set() if _failure_of(done) is not None else None)
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    failure = app.crash_reason or _failure_of(starting)
    try:
        async with asyncio.timeout(leave_seconds_max):
            await app.stop()
    except TimeoutError:
        log.warning("worker_stop_late: left after %g s without the last word from Kafka", leave_seconds_max)
    for task in (starting, *ends):
        task.cancel()
    await asyncio.gather(starting, *ends, return_exceptions=True)
    return failure


def _failure_of(task: "asyncio.Task[Any]") -> BaseException | None:
    """Return what a task failed with, if it has ended so."""
    return task.exception() if task.done() and not task.cancelled() else None


class _Delivered:
    """A Faust event as a delivery."""

    __slots__ = ("_event", "value")

    def __init__(self, event: Any) -> None:  # noqa: ANN401 - Faust's event
        self._event = event
        self.value = event.value

    def ack(self) -> bool:
        """Acknowledge the run."""
        return bool(self._event.ack())


def _credentials(settings: Settings) -> Any:  # noqa: ANN401 - Faust has no common type of credentials
    """Return how to prove ourselves to Kafka, in Faust's words; None for plaintext."""
    context = connection_arguments(settings).get("ssl_context")
    if settings.kafka_sasl_mechanism is not None and settings.kafka_username and settings.kafka_password:
        return faust.SASLCredentials(
            mechanism=settings.kafka_sasl_mechanism,
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None
