"""Connections to Redis that write their commands with the parser's own code in C.

redis-py's asyncio connections read with hiredis and write in Python, which costs 3.6 us a lead of a commit: more than
all the rest of it in this process. Here hiredis writes too, at a sixth of that.
"""

from typing import Any

import hiredis
from redis.asyncio.connection import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


class _WritesInC:
    """Stands before a connection class of redis-py."""

    def pack_command(self, *command: Any) -> list[bytes]:  # noqa: ANN401 - text, bytes or numbers
        """Return a command as Redis reads it. Its name may hold several words (`SCRIPT LOAD`)."""
        name, *arguments = command
        words = name.split() if isinstance(name, str | bytes) else (name,)
        return [hiredis.pack_command((*words, *arguments))]


class _Plain(_WritesInC, Connection):
    """Over TCP."""


class _Tls(_WritesInC, SSLConnection):
    """Over TLS."""


class _Local(_WritesInC, UnixDomainSocketConnection):
    """Over a socket of this machine."""


IN_C: dict[type[Any], type[Any]] = {Connection: _Plain, SSLConnection: _Tls, UnixDomainSocketConnection: _Local}


Place = tuple[str, int]
"""A server: host and port."""


def text_of(place: Place) -> str:
    """Return a place as people write it."""
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def connections(url: str, timeout_seconds: float, *, at: Place | None = None) -> ConnectionPool:
    """Return connections to where a URL points, none of them open yet.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
        timeout_seconds: Bound on connecting, and on each answer.
        at: Another server in place of the URL's, with the same user, password and encryption.
    """
    # One try: a repeat hidden in the client would take several times the bound. The older protocol, because its
    # answers have the same shape from every server.
    pool = ConnectionPool.from_url(
        url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
    )
    pool.connection_class = IN_C[pool.connection_class]
    if at is not None:
        pool.connection_kwargs |= {"host": at[0], "port": at[1]}
    return pool
