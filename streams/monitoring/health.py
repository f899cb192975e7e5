"""Four answers over HTTP for those who watch a worker: started, alive, ready, and its metrics.

`/live` looks at this process only, never at Kafka or Redis: an outage that all workers share must not restart them all.
`/started` is said once and for all; `/ready` says what is missing now. Nothing here shows a lead.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Self

from aiohttp import web

LOOP_STALLED_SECONDS = 30.0
"""An event loop that did not turn for this long does not live."""


class HealthUnavailable(OSError):
    """The port of health and metrics cannot be opened. The text says which setting to change."""


class HealthServer:
    """Serves `/started`, `/live`, `/ready` and `/metrics`."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        missing: Callable[[], Sequence[str]],
        has_started: Callable[[], bool],
        standstill: Callable[[], str | None],
        exposition: Callable[[], bytes],
        monotonic: Callable[[], float],
    ) -> None:
        """Describe the server; `start` opens the port.

        Args:
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
            missing: What keeps the worker from being ready, one text each; empty when it is.
            has_started: Whether the worker was assigned its share of the partitions; asked until it was.
            standstill: Why the worker is at a standstill by its watchdog's rules; None while it is at none.
            exposition: The metrics in Prometheus' text format.
            monotonic: A clock in seconds.
        """
        self._host = host
        self._wanted_port = port
        self._missing = missing
        self._has_started = has_started
        self._was_started = False
        self._standstill = standstill
        self._exposition = exposition
        self._monotonic = monotonic
        self._turned_at = monotonic()
        self._runner: web.AppRunner | None = None
        self._heart: asyncio.Task[None] | None = None
        self.port = port

    async def __aenter__(self) -> Self:
        """Open the port.

        Raises:
            HealthUnavailable: If it cannot be opened, as when it is taken; says which setting to change.
        """
        application = web.Application(client_max_size=1024)
        application.add_routes(
            [
                web.get("/started", self._started),
                web.get("/live", self._live),
                web.get("/ready", self._ready),
                web.get("/metrics", self._metrics),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._wanted_port).start()
        except OSError as error:
            await self._runner.cleanup()
            where = f"health and metrics cannot be served on {self._host}:{self._wanted_port}"
            way_out = "free the port, or set LEADSTREAM_METRICS_HOST and LEADSTREAM_METRICS_PORT (0 turns them off)"
            raise HealthUnavailable(error.errno, f"{where}: {error.strerror}; {way_out}") from error
        self.port = self._runner.addresses[0][1]
        self._heart = asyncio.create_task(self._beat(), name="health-heart")
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Close the port."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _beat(self) -> None:
        """Note that the event loop turns."""
        while True:
            self._turned_at = self._monotonic()
            await asyncio.sleep(1.0)

    async def _started(self, _request: web.Request) -> web.Response:
        """Answer whether the worker was ever assigned its share; what comes later is for the others to tell."""
        self._was_started = self._was_started or self._has_started()
        text = "started\n" if self._was_started else "joining the consumer group, or claiming partitions in Redis\n"
        return web.Response(text=text, status=200 if self._was_started else 503)

    async def _live(self, _request: web.Request) -> web.Response:
        """Answer whether the event loop turns (that this answers at all says most of it) and the work goes on."""
        stalled_seconds = self._monotonic() - self._turned_at
        trouble = self._standstill()
        if stalled_seconds >= LOOP_STALLED_SECONDS:
            trouble = f"event loop stood still for {stalled_seconds:.0f} s"
        return web.Response(text=f"{trouble or 'live'}\n", status=503 if trouble else 200)

    async def _ready(self, _request: web.Request) -> web.Response:
        """Answer whether the worker does its work, or what is missing."""
        missing = self._missing()
        return web.Response(text="\n".join(missing or ["ready"]) + "\n", status=503 if missing else 200)

    async def _metrics(self, _request: web.Request) -> web.Response:
        """Answer with the metrics."""
        return web.Response(
            body=self._exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )
