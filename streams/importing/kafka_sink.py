"""Sends imported activities to Kafka, in batches, each lead to its partition, stamped with when it happened.

The stamp is what a broker without append times goes by; one with them sets its own. A batch is sent when the one before
is acknowledged, so memory is bounded and nothing is told as imported that Kafka does not have.
"""

import asyncio
from types import TracebackType
from typing import Self

from schemas.activities import PageView
from streams.importing.sinks import as_line
from streams.partitioner import partition_of
from streams.publisher.door import Message, Publisher
from streams.settings import Settings

BATCH_RECORDS = 2_000


class KafkaSink:
    """Takes activities and publishes them; a context manager that has sent all at its end.

    Args:
        publisher: Where to send; closed at the end.
        topic: Name of the topic, prefix included.
        partitions: How many partitions it has.
    """

    def __init__(self, publisher: Publisher, *, topic: str, partitions: int) -> None:
        self._publisher = publisher
        self._topic = topic
        self._partitions = partitions
        self._batch: list[Message] = []
        self._runner = asyncio.Runner()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the sink that the settings name; connects when the first batch is sent."""
        from streams.publisher.kafka import KafkaPublisher

        topic = f"{settings.topic_prefix}page-views"
        return cls(KafkaPublisher.from_settings(settings), topic=topic, partitions=settings.partitions)

    def take(self, activity: PageView) -> None:
        """Take one activity; sends a batch when there are enough.

        Raises:
            PublishUnavailable: If Kafka does not acknowledge.
        """
        key = activity.lead_id.encode()
        partition = partition_of(key, self._partitions)
        stamp = int(activity.occurred_at.timestamp() * 1000)
        self._batch.append(Message(self._topic, partition, key, as_line(activity).rstrip(), timestamp_ms=stamp))
        if len(self._batch) >= BATCH_RECORDS:
            self._send()

    def _send(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            self._runner.run(self._publisher.publish(batch))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._send()
        finally:
            self._runner.run(self._publisher.close())
            self._runner.close()
