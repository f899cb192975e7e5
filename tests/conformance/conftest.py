"""Servers for the suites that each implementation of a door must hold."""

from tests.servers.fixtures import (
    apache_kafka,
    broker,
    embedded_broker,
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
    "own_redis",
    "own_watched_redis",
    "redis_cluster",
    "redis_prefix",
    "redis_server",
    "topic_prefix",
    "watched_redis",
]
