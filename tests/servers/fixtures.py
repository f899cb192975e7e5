"""Servers as pytest fixtures: started when first asked for, once a session; a test tells its own things by a prefix.

A ``conftest.py`` re-exports what it wants.
"""

import os
import uuid
from collections.abc import Iterator
from typing import Protocol

import pytest

from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.process import Child
from streams.sandbox.redis import RedisOptions, RedisServer
from tests.servers.apache_kafka import ApacheKafka, missing_tools
from tests.servers.apache_kafka_cluster import ApacheKafkaCluster
from tests.servers.redis_cluster import RedisCluster
from tests.servers.redis_sentinel import WatchedRedis


class Broker(Protocol):
    """What both kinds of broker are to a test."""

    port: int

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as ``host:port``."""
        ...

    @property
    def child(self) -> Child:
        """The process."""
        ...

    def start(self) -> None:
        """Start it and return when it serves."""
        ...

    def kill(self) -> None:
        """SIGKILL it."""
        ...

    def stop(self) -> None:
        """End it and remove what it left."""
        ...


def is_apache(broker: Broker) -> bool:
    """Return whether this is Apache Kafka, with append times, compaction, transactions, idempotent producers."""
    return isinstance(broker, ApacheKafka)


def require_apache_kafka() -> None:
    """Skip the test where Java or Maven is missing; in CI (the environment has ``CI=true``) fail instead."""
    missing = missing_tools()
    if not missing:
        return
    reason = f"Apache Kafka needs {' and '.join(missing)} on the PATH"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; in CI these tests must run")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """The embedded broker."""
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_kafka() -> Iterator[ApacheKafka]:
    """Apache Kafka."""
    require_apache_kafka()
    with ApacheKafka() as broker:
        yield broker


@pytest.fixture(scope="module")
def kafka_cluster() -> Iterator[ApacheKafkaCluster]:
    """Three brokers of Apache Kafka of a module's own; each test leaves all of them running and in sync."""
    require_apache_kafka()
    with ApacheKafkaCluster() as cluster:
        yield cluster


ONCE_ON_KAFKA = pytest.mark.parametrize(
    "broker",
    [
        pytest.param("embedded", marks=() if missing_tools() else pytest.mark.repeats),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ],
    indirect=True,
)
"""For a long flow of which either broker tells all: on every change on Apache Kafka, where that is at hand."""


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each kind of broker in turn; the session's, so it must be left running."""
    names = {"embedded": "embedded_broker", "kafka": "apache_kafka"}
    found: Broker = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the session, for tests that only read and write under their ``redis_prefix``."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis of this test's own, which it may kill, restart and fill."""
    with RedisServer(options=RedisOptions(durability="always")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[RedisCluster]:
    """A Redis Cluster of the session. Who kills a node starts it again."""
    with RedisCluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def watched_redis() -> Iterator[WatchedRedis]:
    """A primary, a replica and sentinels of the session, to be left as they are."""
    with WatchedRedis() as watched:
        yield watched


@pytest.fixture
def own_watched_redis() -> Iterator[WatchedRedis]:
    """A primary, a replica and sentinels of this test's own, which may fail over."""
    with WatchedRedis() as watched:
        yield watched


@pytest.fixture
def redis_prefix() -> str:
    """A prefix of keys that no other test uses."""
    return f"t-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def topic_prefix() -> str:
    """A prefix of topics and groups that no other test uses."""
    return f"t-{uuid.uuid4().hex[:10]}-"
