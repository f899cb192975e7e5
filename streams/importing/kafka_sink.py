"""Sends imported activities to Kafka, in batches, each lead to its partition, stamped with when it happened.

The stamp is what a broker without append times goes by; one with them sets its own. A batch is sent when the one before
is acknowledged, so memory is bounded and nothing is told as imported that Kafka does not have.
"""

import asyncio
from types import TracebackType
from typing import Self

from schemas.activities import PageView
from streams.configuration.settings import Settings
from streams.feed import message_of
from streams.publisher.door import Message, Publisher

BATCH_RECORDS = 2_000


class KafkaSink:
    """Takes activities and publishes them; a context manager that has sent all at its end.

    Args:
        publisher: Where to send; closed at the end.
        settings: Names and counts of the topics.
    """

    def __init__(self, publisher: Publisher, settings: Settings) -> None:
        self._publisher = publisher
        self._settings = settings
        self._batch: list[Message] = []
        self._runner = asyncio.Runner()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the sink that the settings name; connects when the first batch is sent."""
        from streams.publisher.kafka import KafkaPublisher

        return cls(KafkaPublisher.from_settings(settings), settings)

    def take(self, activity: PageView) -> None:
        """Take one activity; sends a batch when there are enough.

        Raises:
            PublishUnavailable: If Kafka does not acknowledge.
        """
        self._batch.append(message_of(activity, self._settings))
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
