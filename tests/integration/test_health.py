"""Health and metrics over real sockets of this machine."""

import asyncio
import socket
import time

import pytest

from streams.monitoring.health import HealthServer


def server(port: int = 0) -> HealthServer:
    """Return a server that is not started."""
    return HealthServer(
        host="127.0.0.1",
        port=port,
        missing=tuple,
        has_started=lambda: True,
        standstill=lambda: None,
        exposition=lambda: b"leadstream_wake_ups_total 3.0\n",
        monotonic=time.monotonic,
    )


async def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    """The worker does not start half, and says which setting to change; nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port}.*LEADSTREAM_METRICS_PORT"):
            async with server(port):
                pass

    assert [task for task in asyncio.all_tasks() if task.get_name() == "health-heart"] == []


async def test_the_server_answers_on_a_port_of_its_own_and_leaves_it() -> None:
    """Port 0 takes a free one, and it is free again afterwards."""
    async with server() as health:
        reader, writer = await asyncio.open_connection("127.0.0.1", health.port)
        writer.write(b"GET /ready HTTP/1.1\r\nHost: worker\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"ready\n")
    with socket.create_server(("127.0.0.1", health.port)):
        pass
