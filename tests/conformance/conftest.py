"""Servers for the suites that each implementation of a door must hold."""

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
