"""The command line against real servers: its settings in the environment, and a worker when a test wants one."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.example import example_scorecard
from streams.sandbox.process import Child, free_port
from streams.sandbox.redis import RedisServer
from streams.sandbox.worker_probe import is_ready
from tests.command_line import Command, command_line
from tests.servers.fixtures import Broker, is_apache

READY_SECONDS_MAX = 60.0


@pytest.fixture
def environment(
    broker: Broker, redis_server: RedisServer, topic_prefix: str, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Set what an operator would set, for this test's own topics and tables; returns it."""
    for name in [name for name in os.environ if name.startswith("LEADSTREAM_")]:
        monkeypatch.delenv(name)
    told = {
        "KAFKA_BOOTSTRAP": broker.bootstrap,
        "REDIS_URL": redis_server.url,
        "TOPIC_PREFIX": topic_prefix,
        "REDIS_PREFIX": redis_prefix,
        "GROUP": topic_prefix + "workers",
        "PARTITIONS": "2",
        "SCORECARD": str(example_scorecard()),
        "METRICS_PORT": str(free_port()),
        "ALLOW_CREATE_TIME": str(not is_apache(broker)).lower(),
        "IDEMPOTENT_PRODUCER": str(is_apache(broker)).lower(),
    }
    variables = {f"LEADSTREAM_{name}": value for name, value in told.items()}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def leadstream(
    environment: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run `leadstream` in this process, with those settings."""
    return command_line(capfdbinary, monkeypatch)


@pytest.fixture
def worker(environment: dict[str, str], leadstream: Command, tmp_path: Path) -> Iterator[Child]:
    """A worker at work on topics that were just made, both as an operator would."""
    assert leadstream("topics", "create").code == 0
    port = int(environment["LEADSTREAM_METRICS_PORT"])
    child = Child("the worker", (sys.executable, "-m", "streams.cli", "worker"), tmp_path / "worker.log", environment)
    child.start(lambda: is_ready(port), READY_SECONDS_MAX)
    yield child
    child.stop()
