"""A stack's settings say where its servers are, and what the embedded broker cannot do."""

import os
import socket

import pytest

from streams.configuration.settings import load_settings
from streams.example import example_scorecard
from streams.sandbox.process import SandboxError
from streams.sandbox.stack import Stack


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LEADSTREAM_")]:
        monkeypatch.delenv(name)


def test_its_environment_gives_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes over the variables, as another terminal does, has the same settings."""
    stack = Stack(scorecard=example_scorecard(), partitions=3, more_settings={"batch_records_max": 7})
    told = stack.settings()

    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)

    assert load_settings() == told
    assert (told.partitions, told.batch_records_max) == (3, 7)


def test_what_the_broker_lacks_is_allowed_here_only() -> None:
    """The embedded broker's shortcomings are accepted in its own settings, never by default."""
    settings, production = Stack(scorecard=example_scorecard(), partitions=1).settings(), load_settings()

    assert (settings.allow_create_time, settings.idempotent_producer) == (True, False)
    assert (production.allow_create_time, production.idempotent_producer) == (False, True)


def test_it_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack never touches the servers that the environment names."""
    monkeypatch.setenv("LEADSTREAM_KAFKA_BOOTSTRAP", "kafka.example:9092")
    monkeypatch.setenv("LEADSTREAM_KAFKA_SECURITY_PROTOCOL", "SSL")
    monkeypatch.setenv("LEADSTREAM_REDIS_URL", "rediss://redis.example:6379/0")

    stack = Stack(scorecard=example_scorecard(), partitions=1, kafka_port=19_092, redis_port=16_379)

    assert stack.settings().kafka_bootstrap == "127.0.0.1:19092"
    assert stack.settings().kafka_security_protocol == "PLAINTEXT"
    assert stack.settings().redis_url.get_secret_value() == "redis://127.0.0.1:16379/0"


def test_a_taken_port_of_metrics_is_told() -> None:
    """The worker's port is looked at before anything starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"port {port}"):
            Stack(scorecard=example_scorecard(), partitions=1, metrics_port=port)
