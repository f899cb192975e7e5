"""Real servers for the integration tests, and the mark that tells these tests apart."""

from pathlib import Path

import pytest

from tests.servers.fixtures import (
    apache_kafka,
    broker,
    embedded_broker,
    own_redis,
    redis_prefix,
    redis_server,
    topic_prefix,
)

__all__ = ["apache_kafka", "broker", "embedded_broker", "own_redis", "redis_prefix", "redis_server", "topic_prefix"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder ``integration``."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.integration)
