"""What those who watch a worker are told."""

from collections.abc import Sequence
from typing import cast

from aiohttp import web

from streams.monitoring.health import LOOP_STALLED_SECONDS, HealthServer
from tests.builders.virtual_time import in_virtual_time

REQUEST = cast("web.Request", None)  # no answer looks at it


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def server(
    clock: Clock, missing: Sequence[str] = (), *, has_started: Sequence[bool] = (), standstill: str | None = None
) -> HealthServer:
    """Return a server that is not started."""
    return HealthServer(
        host="127.0.0.1",
        port=0,
        missing=lambda: missing,
        has_started=iter(has_started).__next__,
        standstill=lambda: standstill,
        exposition=lambda: b"leadstream_wake_ups_total 3.0\n",
        monotonic=clock,
    )


@in_virtual_time
async def test_a_process_whose_loop_turns_is_alive() -> None:
    """Kafka and Redis are not looked at: an outage that all share must not restart all."""
    answer = await server(Clock())._live(REQUEST)

    assert (answer.status, answer.text) == (200, "live\n")


@in_virtual_time
async def test_a_process_whose_loop_stood_still_is_not() -> None:
    """Its supervisor is to start it anew."""
    clock = Clock()
    health = server(clock)
    clock.seconds += LOOP_STALLED_SECONDS

    answer = await health._live(REQUEST)

    assert (answer.status, answer.text) == (503, "event loop stood still for 30 s\n")


@in_virtual_time
async def test_a_worker_at_a_standstill_does_not_live() -> None:
    """By its watchdog's rules, which know an outage of Kafka or Redis from a standstill."""
    answer = await server(Clock(), standstill="partition 3: its owner does not go on for 61 s")._live(REQUEST)

    assert (answer.status, answer.text) == (503, "partition 3: its owner does not go on for 61 s\n")


@in_virtual_time
async def test_a_worker_has_started_once_it_was_assigned_its_share() -> None:
    """For good: a rebalance afterwards is no start, and nobody is asked again."""
    health = server(Clock(), has_started=[False, True])
    answers = [await health._started(REQUEST) for _ in range(3)]

    assert [answer.status for answer in answers] == [503, 200, 200]
    assert answers[0].text == "joining the consumer group, or claiming partitions in Redis\n"


@in_virtual_time
async def test_a_worker_that_lacks_nothing_is_ready() -> None:
    """It takes its share of the work."""
    answer = await server(Clock())._ready(REQUEST)

    assert (answer.status, answer.text) == (200, "ready\n")


@in_virtual_time
async def test_a_worker_that_lacks_something_says_what() -> None:
    """A line for each thing that is missing."""
    answer = await server(Clock(), missing=["not assigned yet", "partition 3 is split"])._ready(REQUEST)

    assert (answer.status, answer.text) == (503, "not assigned yet\npartition 3 is split\n")


@in_virtual_time
async def test_metrics_are_in_prometheus_text_format() -> None:
    """With the media type that a scraper asks for."""
    answer = await server(Clock())._metrics(REQUEST)

    assert answer.body == b"leadstream_wake_ups_total 3.0\n"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
