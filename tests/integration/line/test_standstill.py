"""Something stands still in a living worker: the watchdog ends it, its supervisor starts it anew, nothing is lost."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.process import Child
from streams.sandbox.redis import RedisServer
from streams.sandbox.supervision import Ended, Restarted, Supervisor
from tests.integration.line.conftest import installing
from tests.line.comparison import require_all_as_recomputed
from tests.line.faulty_worker import BEGUN
from tests.line.installation import Installation

STALL_SECONDS_MAX = 3.0
BOUNDS = {
    "stall_seconds_max": STALL_SECONDS_MAX,
    "stop_seconds_max": 4.0,
    "kafka_timeout_seconds": 2.0,
    "redis_timeout_seconds": 1.0,
    "merge_wait_seconds": 1.0,
    "session_timeout_seconds": 3.0,
    "heartbeat_seconds": 0.5,
}
CAUGHT_UP_SECONDS_MAX = 60.0
BEGUN_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.2

SAID = {
    "frozen_owner": "its owner does not go on",
    "blocked_loop": "the event loop stood still",
    "deaf_consumer": "the delivery loop has not turned",
}
"""What the log says of each fault of `tests.line.faulty_worker`."""


@pytest.fixture
def line(
    embedded_broker: EmbeddedBroker, redis_server: RedisServer, topic_prefix: str, tmp_path: Path
) -> Iterator[Installation]:
    """An installation whose workers may stand still for a few seconds only."""
    with ExitStack() as stack:
        yield installing(stack, embedded_broker, redis_server, topic_prefix, tmp_path)(**BOUNDS)


async def disturbed(line: Installation, fault: str, watchdog: str, seconds_max: float) -> tuple[list[Ended], str]:
    """Let a supervised worker meet a fault in mid-stream; return how it ended meanwhile, and its log.

    Returns early once all is handled.
    """
    command = (sys.executable, "-m", "tests.line.faulty_worker", fault, watchdog)
    log_path = line.folder / "faulty.log"
    environment = {**line.environment, "LEADSTREAM_METRICS_PORT": "0"}
    child = Child("the worker", command, log_path, environment)
    supervisor = Supervisor(child)
    supervisor.start(time.monotonic())

    async def has_begun() -> bool:
        return BEGUN in await asyncio.to_thread(log_path.read_text, encoding="utf-8")

    ends: list[Ended] = []
    try:
        await line.produce_views(1, 40)
        await line.settled()
        child.send(signal.SIGUSR1)
        await line.until(has_begun, BEGUN_SECONDS_MAX, BEGUN)
        await line.produce_views(2, 40)
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline and await line.handled_count() < line.ends.total():
            event = supervisor.look(time.monotonic())
            ends += [event] if isinstance(event, Ended) else []
            assert event is None or isinstance(event, Ended | Restarted)
            await asyncio.sleep(LOOK_SECONDS)
        if await line.handled_count() == line.ends.total():
            await line.settled()
    finally:
        child.kill() if watchdog == "off" else supervisor.stop()
    return ends, log_path.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", SAID)
async def test_a_worker_that_stands_still_ends_itself_and_its_successor_catches_up(
    line: Installation, fault: str
) -> None:
    """It exits with a code of its own and a line that says why; nothing is lost, nothing counted twice."""
    await line.create_topics()

    ends, log = await disturbed(line, fault, "on", CAUGHT_UP_SECONDS_MAX)

    assert [end.exit_code for end in ends] == [ExitCode.STALLED]
    assert SAID[fault] in log
    await require_all_as_recomputed(line, line.scorecard)


async def test_a_worker_reads_on_after_a_silence_longer_than_a_request_may_take(line: Installation) -> None:
    """Its assignment takes so long, as while Kafka starts again: it neither ends nor goes without input for ever."""
    await line.create_topics()
    await line.produce_views(1, 40)
    command = (sys.executable, "-m", "tests.line.faulty_worker", "silent_client")
    environment = {**line.environment, "LEADSTREAM_METRICS_PORT": "0"}
    child = Child("the worker", command, line.folder / "silent.log", environment)
    child.start(lambda: True, LOOK_SECONDS)
    try:
        await line.settled()
        assert child.is_running
    finally:
        child.kill()
    await require_all_as_recomputed(line, line.scorecard)


async def test_without_the_watchdog_it_would_hang_for_ever(line: Installation) -> None:
    """The control: the same fault, the watchdog off, twice its bound: nobody ends the worker, nothing goes on."""
    await line.create_topics()

    ends, _ = await disturbed(line, "frozen_owner", "off", 2 * STALL_SECONDS_MAX)

    assert ends == []
    assert await line.handled_count() < line.ends.total()


async def test_a_worker_paused_for_longer_than_its_session_and_the_bound_rejoins(line: Installation) -> None:
    """SIGSTOP, SIGCONT: another takes over, a late commit does nothing, and the paused one goes on; nobody ends it."""
    await line.create_topics()
    paused, other = line.started(), line.started()
    await line.joined(paused, other)
    await line.produce_views(3, 40)
    await line.settled()

    paused.send(signal.SIGSTOP)
    await line.produce_views(4, 40)
    await line.settled()
    paused.send(signal.SIGCONT)
    await line.produce_views(5, 40)
    await line.joined(paused, other)
    await line.settled()

    assert "worker_stalled" not in paused.log()
    assert await paused.terminate() < BOUNDS["stop_seconds_max"]
    assert await other.terminate() < BOUNDS["stop_seconds_max"]
    await require_all_as_recomputed(line, line.scorecard)
