"""Installations of the line on each broker in turn, for the tests of this folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from streams.sandbox.redis import RedisServer
from tests.line.installation import Installation
from tests.servers.fixtures import Broker, is_apache

DATA = Path(__file__).parents[2] / "data"
TEST_SECONDS_MAX = 300
"""Bounds a test as a whole; its waits have bounds of their own. A busy machine takes several times as long."""
Install = Callable[..., Installation]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder their bound."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS_MAX))


def installing(stack: ExitStack, broker: Broker, redis_server: RedisServer, prefix: str, folder: Path) -> Install:
    """Return what makes installations that end with a stack."""

    def install(**settings: Any) -> Installation:
        given = {
            "kafka_bootstrap": broker.bootstrap,
            "redis_url": redis_server.url,
            "redis_prefix": prefix.strip("-"),
            "topic_prefix": prefix,
            "group": f"{prefix}group",
            "scorecard": DATA / "quick.yaml",
        }
        return stack.enter_context(Installation(folder, is_apache=is_apache(broker), **{**given, **settings}))

    return install


@pytest.fixture
def install(broker: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path) -> Iterator[Install]:
    """Make an installation of this test's own on each broker in turn."""
    with ExitStack() as stack:
        yield installing(stack, broker, redis_server, topic_prefix, tmp_path)


@pytest.fixture
def install_on_kafka(
    apache_kafka: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path
) -> Iterator[Install]:
    """Make an installation of this test's own on Apache Kafka, for promises about time and replays."""
    with ExitStack() as stack:
        yield installing(stack, apache_kafka, redis_server, topic_prefix, tmp_path)
