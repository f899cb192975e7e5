"""The transport as a Faust app uses it, and how to build such an app."""

from typing import Any, ClassVar, cast

from faust.transport.drivers import aiokafka as driver
from faust.types import AppT
from faust.types.transports import ConsumerCallback, ConsumerT
from yarl import URL

from streams.transport.consumer import BatchConsumer
from streams.transport.door import PartitionBook
from streams.transport.options import TransportOptions


class BatchTransport(driver.Transport):
    """Faust's aiokafka transport with our consumer.

    Args:
        url: Where the brokers are, as ``kafka://host:port`` URLs.
        app: The app; set it as its ``transport`` before anything else asks for one.
        book: Who owns the partitions.
        options: Bounds and waits.
    """

    Consumer: ClassVar[type[ConsumerT]] = BatchConsumer

    def __init__(self, url: list[URL], app: AppT, book: PartitionBook, options: TransportOptions) -> None:
        self.book = book
        self.options = options
        super().__init__(url, app)

    def create_consumer(self, callback: ConsumerCallback, **kwargs: Any) -> ConsumerT:  # noqa: ANN401 - Faust's own
        """Make the consumer and tell the owners of it."""
        consumer = super().create_consumer(callback, **kwargs)
        self.book.connect(cast("BatchConsumer", consumer))
        return consumer
