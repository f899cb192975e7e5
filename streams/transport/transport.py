"""The transport as a Faust app uses it, and how to build such an app.

The recipe, each line of it needed:

- ``app = faust.App(group, broker="kafka://HOST:PORT;HOST:PORT", ...)``, in a module that is not ``__main__`` (else the
  app exists twice); ``app.transport = BatchTransport(urls, app, book, options)`` before anything else asks for one.
- One agent over all input topics, ``app.agent(app.topic(*topics, schema=BatchSchema()), concurrency=32)`` (a stream
  gives an actor one event in a turn of the event loop; all take from one queue, in order), whose body is ``async for
  event in stream.noack().events(): offer(event)``. It must not wait and must not raise: ``offer`` hands the event to
  the partition's owner, who calls ``event.ack()`` once the effects are stored. Plain iteration and ``take``
  acknowledge even what raised, and Faust gives an agent that raised the next event, never the same one again.
- ``stream_buffer_maxsize=128``: it counts runs now, of which a fetch brings dozens. ``stream_wait_empty=True``:
  draining calls ``book.revoked``. ``stream_recovery_delay=0``: there are no tables to recover.
- ``broker_session_timeout`` 6 to 10 s, ``broker_heartbeat_interval`` at most a third of it,
  ``broker_rebalance_timeout`` above the time that owners take to stop; ``consumer_group_instance_id`` for static
  membership on Apache Kafka, none on the embedded broker. ``broker_request_timeout`` above anything that
  ``book.assigned`` and the first seeks can take: Faust takes its end for its own, stays in the group and never reads
  again. (The client's requests have a bound of their own, ``request_seconds_max``.)
- ``broker_max_poll_interval=86_400``: a worker that has no partition, or whose owners take nothing, does not fetch.
- ``broker_commit_interval`` 1 to 3 s and no ``broker_commit_every``, which would count runs. Redis holds the truth;
  Kafka's committed offsets are for those who watch the lag.
- ``consumer_max_fetch_size`` bounds what is fetched ahead of a partition (a single larger record comes all the same).
- ``web_enabled=False`` and not the ``faust worker`` command, which overrides it and binds a port: ``faust.Worker(app,
  ...)``. ``datadir`` must have an existing parent. ``topic_allow_declare=False``, ``topic_disable_leader=True``,
  ``autodiscover=False``.
- No tables, no ``exactly_once``, no threaded producer, no record codecs.

When the input dies inside the living process, the consumer crashes the app with `InputDied`; ``faust.Worker`` then ends
the process with a status other than 0, and its supervisor starts it again.
"""

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
