"""Real servers for the integration tests, and the mark that tells these tests apart."""

from pathlib import Path

import pytest

from tests.servers.fixtures import (
    apache_kafka,
    broker,
    embedded_broker,
    kafka_cluster,
    own_redis,
    own_watched_redis,
    redis_cluster,
    redis_prefix,
    redis_server,
    topic_prefix,
    watched_redis,
)

__all__ = [
    "apache_kafka",
    "broker",
    "embedded_broker",
    "kafka_cluster",
    "own_redis",
    "own_watched_redis",
    "redis_cluster",
    "redis_prefix",
    "redis_server",
    "topic_prefix",
    "watched_redis",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder ``integration``."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.integration)
