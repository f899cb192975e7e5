"""Connections are of the kind that the URL asks for, try once, and write what Redis reads."""

import pytest
from redis.asyncio.connection import Connection, SSLConnection, UnixDomainSocketConnection

from streams.table.connection import connections


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("redis://worker:secret@127.0.0.1:6379/2", Connection),
        ("rediss://redis.example:6380/0", SSLConnection),
        ("unix:///run/redis.sock", UnixDomainSocketConnection),
    ],
)
def test_each_scheme_has_its_kind(url: str, kind: type[object]) -> None:
    """Bounded, and without a repeat of its own."""
    connection = connections(url, 1.5).make_connection()

    assert isinstance(connection, kind)
    assert connection.socket_timeout == 1.5
    assert connection.retry.get_retries() == 0


def test_a_command_is_written_as_redis_reads_it() -> None:
    """Text as UTF-8, bytes as they are, numbers in decimal; a name of two words is two arguments."""
    connection = connections("redis://127.0.0.1", 1.0).make_connection()

    assert connection.pack_command("SCRIPT LOAD", "é", b"\x00\r\n", 42) == [
        b"*5\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$2\r\n\xc3\xa9\r\n$3\r\n\x00\r\n\r\n$2\r\n42\r\n"
    ]
    assert connection.pack_command(b"PING") == [b"*1\r\n$4\r\nPING\r\n"]
