"""From settings to the servers that they name: one Redis, the primary that sentinels watch, or a cluster."""

from urllib.parse import quote, urlsplit, urlunsplit

from streams.configuration.settings import Settings
from streams.table.cluster import ClusterServers
from streams.table.connection import Place
from streams.table.sentinel import SentinelServers
from streams.table.servers import OneServer, Servers


def servers_of(settings: Settings) -> Servers:
    """Return the servers of the tables; connects when first asked something."""
    url, seconds = settings.redis_url.get_secret_value(), settings.redis_timeout_seconds
    if settings.redis_cluster:
        return ClusterServers(url, places(settings.redis_cluster), seconds)
    if settings.redis_sentinels:
        secret = settings.redis_sentinel_password
        sentinel_url = _with_password(url, None if secret is None else secret.get_secret_value())
        return SentinelServers(
            url, places(settings.redis_sentinels), settings.redis_service, seconds, sentinel_url=sentinel_url
        )
    return OneServer(url, seconds)


def places(text: str) -> tuple[Place, ...]:
    """Return hosts and ports from a list of them.

    Example:
        >>> places("redis-1.example:7000,[::1]:7001")
        (('redis-1.example', 7000), ('::1', 7001))
    """
    pairs = (server.rpartition(":") for server in text.split(","))
    return tuple((host.strip("[]"), int(port)) for host, _, port in pairs)


def _with_password(url: str, password: str | None) -> str:
    """Return a URL of the same encryption with another password, no user and no database."""
    parts = urlsplit(url)
    secret = "" if password is None else f":{quote(password, safe='')}@"
    return urlunsplit((parts.scheme, f"{secret}localhost", "", parts.query, ""))
