"""What the proxy of fault runs does to connections, seen from a client and from a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.faults.proxy import Flow, Proxy

SECONDS_MAX = 10.0
QUIET_SECONDS = 0.2
"""How long nothing must come where something is swallowed."""


class Echo:
    """A server that answers every byte with itself, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard = b""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        with suppress(OSError):
            while said := await reader.read(1024):
                self.heard += said
                writer.write(said)
                await writer.drain()
        writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    """A running echo."""
    one = Echo()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    """A proxy before the echo."""
    async with Proxy(0, echo.port) as one:
        yield one


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(proxy: Proxy) -> Ends:
    """Connect to the echo through the proxy, and have one word answered."""
    ends = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await answered(ends, b"hello") == b"hello"
    return ends


async def answered(ends: Ends, word: bytes) -> bytes:
    """Say something and return what is answered."""
    reader, writer = ends
    writer.write(word)
    async with asyncio.timeout(SECONDS_MAX):
        return await reader.read(1024)


async def test_it_passes_bytes_both_ways(proxy: Proxy) -> None:
    """Large ones too."""
    reader, writer = await connected(proxy)
    writer.write(b"x" * 1_000_000)
    async with asyncio.timeout(SECONDS_MAX):
        assert await reader.readexactly(1_000_000) == b"x" * 1_000_000
    writer.close()


async def test_a_delay_holds_bytes_back_and_loses_none(proxy: Proxy) -> None:
    """Each chunk comes later."""
    ends = await connected(proxy)
    proxy.delay_seconds = 0.05
    loop = asyncio.get_running_loop()
    asked_at = loop.time()

    assert await answered(ends, b"slow") == b"slow"
    assert loop.time() - asked_at >= 2 * proxy.delay_seconds
    ends[1].close()


async def test_a_cut_ends_connections_in_good_order(proxy: Proxy) -> None:
    """The client reads the end; a new connection works."""
    ends = await connected(proxy)
    proxy.cut()

    assert await answered(ends, b"") == b""
    ends[1].close()
    (await connected(proxy))[1].close()


async def test_a_reset_breaks_connections_off(proxy: Proxy) -> None:
    """The client reads `connection reset`; a new connection works."""
    ends = await connected(proxy)
    proxy.reset()

    with pytest.raises(ConnectionResetError):
        await answered(ends, b"")
    (await connected(proxy))[1].close()


async def test_swallowed_answers_leave_the_deed_done(proxy: Proxy, echo: Echo) -> None:
    """Half open: the server hears and does, the client waits; healing breaks the connection off."""
    ends = await connected(proxy)
    proxy.flow = Flow.ANSWERS_SWALLOWED
    ends[1].write(b"commit")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ends[0].read(1), QUIET_SECONDS)
    assert echo.heard == b"hellocommit"
    proxy.heal()
    with pytest.raises(ConnectionResetError):
        await answered(ends, b"")


async def test_swallowed_both_ways_nobody_hears_anything(proxy: Proxy, echo: Echo) -> None:
    """As on a line that is dead while both ends believe in it."""
    ends = await connected(proxy)
    proxy.flow = Flow.SWALLOWED
    ends[1].write(b"lost")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ends[0].read(1), QUIET_SECONDS)
    assert echo.heard == b"hello"
    ends[1].close()


async def test_it_refuses_while_it_is_told_to(proxy: Proxy) -> None:
    """Who connects is broken off at once."""
    proxy.is_refusing = True
    ends = await asyncio.open_connection("127.0.0.1", proxy.port)
    with pytest.raises(ConnectionResetError):
        await answered(ends, b"")
    proxy.heal()
    (await connected(proxy))[1].close()
