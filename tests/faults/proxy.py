"""A TCP proxy between clients and one server that delays, cuts, resets, half-opens and swallows, on command.

It knows bytes only. A condition holds for all connections, those that exist and those to come, until it is changed.
What was swallowed is gone, as on a network that fails: so the end of swallowing is the end of the connections too.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self

CHUNK_BYTES = 64 * 1024
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""The option SO_LINGER, on and with no time: closing sends a reset."""


class Flow(Enum):
    """What becomes of bytes: passed on, or swallowed while the connection stays open, one way or both."""

    PASSED = frozenset[str]()
    ANSWERS_SWALLOWED = frozenset({"answer"})
    SWALLOWED = frozenset({"ask", "answer"})


class Proxy:
    """Listens on a port of this machine and passes on to a port of a server; an asynchronous context manager.

    Args:
        port: Where clients connect; 0 chooses a free one.
        server_port: Where the server is, on this machine.
    """

    def __init__(self, port: int, server_port: int) -> None:
        self.port = port
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self.delay_seconds = 0.0
        self.flow = Flow.PASSED
        self.is_refusing = False

    @property
    def connection_count(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._listener is not None:
            self._listener.close()
        self.is_refusing = True
        tasks = [connection.task for connection in self._connections]
        self.cut()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def heal(self) -> None:
        """Pass everything on at once, from now on."""
        was_swallowing = self.flow is not Flow.PASSED
        self.delay_seconds, self.flow, self.is_refusing = 0.0, Flow.PASSED, False
        if was_swallowing:
            self.reset()

    def cut(self) -> None:
        """Close every connection in good order."""
        for connection in tuple(self._connections):
            connection.close()

    def reset(self) -> None:
        """Break every connection off: both ends read `connection reset`."""
        for connection in tuple(self._connections):
            connection.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either end closes."""
        task = asyncio.current_task()
        assert task is not None
        connection = _Connection(self, reader, writer, task)
        if self.is_refusing:
            connection.reset()
            return
        self._connections.add(connection)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await connection.serve(self._server_port)
        finally:
            connection.close()
            self._connections.discard(connection)


class _Connection:
    """One client with its connection to the server."""

    def __init__(
        self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, task: "asyncio.Task[object]"
    ) -> None:
        self.task = task
        self._proxy = proxy
        self._client = reader
        self._writers = [writer]

    async def serve(self, server_port: int) -> None:
        """Connect to the server and pass bytes both ways, until one of the ends is done."""
        server, writer = await asyncio.open_connection("127.0.0.1", server_port)
        self._writers.append(writer)
        ways = {
            asyncio.ensure_future(self._passed(self._client, writer, "ask")),
            asyncio.ensure_future(self._passed(server, self._writers[0], "answer")),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        """Pass bytes one way. Delays add up as latency does on a line that carries one chunk at a time."""
        while chunk := await reader.read(CHUNK_BYTES):
            if self._proxy.delay_seconds > 0:
                await asyncio.sleep(self._proxy.delay_seconds)
            if way in self._proxy.flow.value:
                continue
            writer.write(chunk)
            await writer.drain()

    def close(self) -> None:
        """Close both ends in good order."""
        for writer in self._writers:
            with suppress(RuntimeError):  # the loop may be gone
                writer.close()

    def reset(self) -> None:
        """Close both ends with a reset."""
        for writer in self._writers:
            found = writer.get_extra_info("socket")
            if found is not None:
                with suppress(OSError):
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            writer.transport.abort()
