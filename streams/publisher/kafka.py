"""Messages to Kafka: in batches built beforehand, several partitions at once, each partition in order.

Of a partition one batch is under way at a time: the next is sent when it is acknowledged, so that a failure leaves no
hole. The client retries by itself within the bound. After a failure it is retired: it is closed once its other
publications end, and the next publication makes a new one. So nothing that was given up goes on being retried behind
the caller's back; what slips through is a repeat of what the caller publishes again, under the same id.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any, Final, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    UnknownError,
    UnknownTopicOrPartitionError,
)

from streams.configuration.settings import Settings
from streams.kafka.connection import connection_arguments
from streams.publisher.door import Message, MessageRefused, MessageTooLarge, PublishUnavailable

log = logging.getLogger(__name__)

BATCH_BYTES_MAX: Final = 512 * 1024
"""Half of what Kafka's topics take by default."""

RETRY_MS: Final = 250
"""How long the client waits between its own tries. Each failed one is a line in the log."""

CLOSE_SECONDS_MAX: Final = 1.0
"""How long a broker that does not answer may hold up the end; nothing that matters waits for it."""

Place = tuple[str, int]

TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
REFUSED: Final = (InvalidTimestampError, InvalidTopicError, PolicyViolationError)

IDEMPOTENCE_HINT: Final = (
    "a broker without idempotent producers answers so: set LEADSTREAM_IDEMPOTENT_PRODUCER=false for it"
)


class KafkaPublisher:
    """Publishes to one Kafka. Connects at the first publication.

    Args:
        connection: Arguments of `streams.kafka.connection.connection_arguments`.
        is_idempotent: Let the broker drop repeats of a batch that was sent twice.
        timeout_seconds: Bound on a publication.
        message_bytes_max: A larger message is refused before anything is sent.
        client_id: What the broker calls this client in its logs.
    """

    def __init__(
        self,
        connection: dict[str, Any],
        *,
        is_idempotent: bool = True,
        timeout_seconds: float = 5.0,
        message_bytes_max: int = 2 * 1024 * 1024,
        client_id: str = "leadstream-publisher",
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._message_bytes_max = message_bytes_max
        self._is_idempotent = is_idempotent
        self._arguments = {
            **connection,
            "client_id": client_id,
            "acks": "all",
            "enable_idempotence": is_idempotent,
            "max_batch_size": BATCH_BYTES_MAX,
            "max_request_size": message_bytes_max,
            "retry_backoff_ms": RETRY_MS,
            "request_timeout_ms": int(timeout_seconds * 1000),
        }
        self._session: _Session | None = None
        self._endings: set[asyncio.Task[None]] = set()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the publisher that the settings name.

        Raises:
            SettingsRefused: If a certificate cannot be used.
        """
        return cls(
            connection_arguments(settings),
            is_idempotent=settings.idempotent_producer,
            timeout_seconds=settings.kafka_timeout_seconds,
            message_bytes_max=settings.output_bytes_max,
        )

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish all in order; see `streams.publisher.door.Publisher.publish`."""
        for message in messages:
            self._require_fits(message)
        places = _by_place(messages)
        if not places:
            return
        session = self._session = self._session or _Session(AIOKafkaProducer(**self._arguments))
        try:
            async with asyncio.timeout(self._timeout_seconds), session.in_use():
                await _publish_all(session.producer, places)
        except (KafkaError, TimeoutError, OSError) as error:
            self._retire(session)
            raise self._told(error) from error
        except BaseException:
            # Cancelled, or a bug: what is under way is unknown, as after a failure.
            self._retire(session)
            raise

    async def close(self) -> None:
        """Release the connection; see `streams.publisher.door.Publisher.close`."""
        if self._session is not None:
            self._retire(self._session)
        if self._endings:
            await asyncio.wait(self._endings, timeout=CLOSE_SECONDS_MAX)

    def _require_fits(self, message: Message) -> None:
        if message.size_bytes > self._message_bytes_max:
            raise MessageTooLarge(
                f"a message of {message.size_bytes} bytes for {message.topic} partition {message.partition} is larger "
                f"than {self._message_bytes_max}; publish a shorter one, or raise LEADSTREAM_OUTPUT_BYTES_MAX and the "
                "topic's limit"
            )

    def _retire(self, session: "_Session") -> None:
        """Let no new publication use a client, and end it in the background once the others are through with it."""
        if self._session is session:
            self._session = None
        if not session.is_retired:
            session.is_retired = True
            ending = asyncio.create_task(session.end(self._timeout_seconds), name="publisher-ending")
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    def _told(self, error: Exception) -> Exception:
        """Say what a failure means to the caller."""
        where = ",".join(self._arguments["bootstrap_servers"])
        text = str(error) or type(error).__name__
        if isinstance(error, TOO_LARGE):
            return MessageTooLarge(
                f"Kafka at {where}: {text}; a topic takes less than LEADSTREAM_OUTPUT_BYTES_MAX="
                f"{self._message_bytes_max}: `leadstream topics check` says which"
            )
        if isinstance(error, REFUSED):
            return MessageRefused(f"Kafka at {where}: {text}; see `leadstream topics check`")
        hint = f"; {IDEMPOTENCE_HINT}" if self._is_idempotent and type(error) is UnknownError else ""
        if isinstance(error, TimeoutError):
            text = f"no acknowledgement within {self._timeout_seconds:g} s"
        return PublishUnavailable(f"Kafka at {where}: {text}{hint}")


class _Session:
    """One client, from its start to its end, and how many publications use it."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self.producer = producer
        self.is_retired = False
        self._starting: asyncio.Future[None] | None = None
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Hold the client for a publication, started."""
        self._users += 1
        self._unused.clear()
        try:
            if self._starting is None:
                self._starting = asyncio.ensure_future(self.producer.start())
            # Shielded: one publication that is given up must not end the start that others wait for.
            await asyncio.shield(self._starting)
            yield
        finally:
            self._users -= 1
            if self._users == 0:
                self._unused.set()

    async def end(self, seconds_max: float) -> None:
        """Close the client once nobody uses it, dropping what it still would send."""
        await self._unused.wait()
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
        self._drop_queued()
        try:
            async with asyncio.timeout(seconds_max):
                await self.producer.client.close()
                await self.producer.stop()
        except Exception as error:  # noqa: BLE001 - it goes anyway; what matters was told to its users
            log.debug("publisher_ended_badly error=%r", error)

    def _drop_queued(self) -> None:
        """Give up what is queued. The client has no way to say so: its stop waits until all of it is acknowledged."""
        accumulator = self.producer._message_accumulator  # noqa: SLF001
        for batch in (*chain.from_iterable(accumulator._batches.values()), *accumulator._pending_batches):  # noqa: SLF001
            batch.future.cancel()


async def _publish_all(producer: AIOKafkaProducer, places: Mapping[Place, Sequence[Message]]) -> None:
    """Publish to all partitions at once, and raise the first failure when all are through."""
    tasks = (_publish_in_order(producer, place, messages) for place, messages in places.items())
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        raise failures[0]


async def _publish_in_order(producer: AIOKafkaProducer, place: Place, messages: Sequence[Message]) -> None:
    topic, partition = place
    if partition not in await producer.partitions_for(topic):
        raise UnknownTopicOrPartitionError(f"{topic} has no partition {partition}; see `leadstream topics check`")
    batch = producer.create_batch()
    for message in messages:
        if not _appended(batch, message):
            await _sent(producer, batch, place)
            batch = producer.create_batch()
            if not _appended(batch, message):
                raise MessageSizeTooLargeError(f"a message of {message.size_bytes} bytes fits no batch")
    await _sent(producer, batch, place)


async def _sent(producer: AIOKafkaProducer, batch: Any, place: Place) -> None:  # noqa: ANN401 - aiokafka has no types
    topic, partition = place
    batch.close()
    await (await producer.send_batch(batch, topic, partition=partition))


def _appended(batch: Any, message: Message) -> bool:  # noqa: ANN401 - aiokafka has no types
    """Put a message into a batch, or return False if it is full."""
    headers = list(message.headers)
    added = batch.append(timestamp=message.timestamp_ms, key=message.key, value=message.value, headers=headers)
    return added is not None


def _by_place(messages: Sequence[Message]) -> dict[Place, list[Message]]:
    places: dict[Place, list[Message]] = {}
    for message in messages:
        places.setdefault((message.topic, message.partition), []).append(message)
    return places
