"""Everything that leadstream needs, on this machine, for trying: broker, Redis, topics' settings, and a worker.

All of it listens on the loopback address only, holds nothing when it ends, and is gone with this process. The settings
say what the embedded broker cannot do; nothing of that leaks into production's defaults.
"""

import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.configuration.settings import PREFIX, Settings, load_settings
from streams.sandbox.apache_kafka import ApacheKafka
from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.process import Child, free_port, require_port
from streams.sandbox.redis import RedisOptions, RedisServer
from streams.sandbox.supervision import Supervisor

REDIS_BYTES_MAX = 1024**3
"""As in docker-compose.yml."""


class Stack:
    """Broker, Redis and worker; a context manager that ends them all.

    Args:
        scorecard: What values the leads.
        partitions: How many partitions the topics have.
        kafka_port: Port of the broker; None chooses a free one.
        redis_port: Port of Redis; None chooses a free one.
        metrics_port: Port of the worker's metrics and health; None chooses a free one.
        is_apache: Take Apache Kafka in place of the embedded broker, and a Redis with a bound on its memory.
        more_settings: Other settings by field name.
    """

    def __init__(
        self,
        *,
        scorecard: Path,
        partitions: int,
        kafka_port: int | None = None,
        redis_port: int | None = None,
        metrics_port: int | None = None,
        is_apache: bool = False,
        more_settings: Mapping[str, object] | None = None,
    ) -> None:
        self._closing = ExitStack()
        self.broker = ApacheKafka(kafka_port) if is_apache else EmbeddedBroker(kafka_port)
        memory_bytes_max = REDIS_BYTES_MAX if is_apache else None
        self.redis = RedisServer(redis_port, options=RedisOptions(memory_bytes_max=memory_bytes_max))
        self.worker_ports: list[int] = []
        if metrics_port is not None:
            require_port(metrics_port, "the worker's metrics")
        self._overrides: dict[str, object] = {
            "kafka_bootstrap": self.broker.bootstrap,
            "kafka_security_protocol": "PLAINTEXT",
            "redis_url": self.redis.url,
            "partitions": partitions,
            "scorecard": scorecard.resolve(),
            "metrics_port": metrics_port if metrics_port is not None else free_port(),
            # What the embedded broker cannot do: set append times, and recognise a producer's repeats.
            "allow_create_time": not is_apache,
            "idempotent_producer": is_apache,
            **(more_settings or {}),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.close()

    def start_servers(self) -> None:
        """Start broker and Redis; returns when both serve.

        Raises:
            SandboxError: If one is not installed, its port is taken, or it does not come up.
        """
        self._closing.enter_context(self.broker)
        self._closing.enter_context(self.redis)

    def require_servers(self) -> None:
        """Require that broker and Redis still run.

        Raises:
            SandboxError: If one of them ended; its log's end is in the text.
        """
        for server in (self.broker, self.redis):
            server.child.require_running()

    def settings(self) -> Settings:
        """Return the settings of every process that is to use this stack.

        Raises:
            SettingsRefused: If the environment holds one that is out of bounds.
        """
        return load_settings(**self._overrides)

    def environment(self) -> dict[str, str]:
        """Return the same settings as environment variables."""
        return {PREFIX + name.upper(): _written(value) for name, value in self._overrides.items()}

    def worker(self, number: int = 1) -> tuple[Supervisor, Path]:
        """Return the supervisor of a worker that is not started yet, and the file of its log.

        Args:
            number: The first has the metrics port of the settings, each further one a free port of its own.
        """
        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="leadstream-worker-")))
        log_path = folder / "worker.log"
        command = (sys.executable, "-m", "streams.cli", "worker")
        name, environment = "the worker", self.environment()
        port = self.settings().metrics_port
        if number > 1:
            name, port = f"worker {number}", free_port()
            environment[f"{PREFIX}METRICS_PORT"] = str(port)
        self.worker_ports.append(port)
        supervisor = Supervisor(Child(name, command, log_path, environment))
        self._closing.callback(supervisor.stop)
        return supervisor, log_path


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
