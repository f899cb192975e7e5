"""Worker processes of a test: `leadstream worker`, started, watched, stopped and killed; logs are kept.

None outlives the test's own process, however that ends.
"""

import asyncio
import http.client
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from streams.sandbox.process import Child, free_port

# The one place that knows how a worker is started.
COMMAND = (sys.executable, "-m", "streams.cli", "worker")
START_SECONDS_MAX = 5.0
POLL_SECONDS = 0.02


class WorkerProcess:
    """One worker process.

    Args:
        name: Names it and its log.
        environment: Its settings, as environment variables.
        folder: Takes the log.
    """

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.log_path = folder / f"{name}.log"
        self._port = free_port()
        variables = {**environment, "LEADSTREAM_METRICS_PORT": str(self._port)}
        self._child = Child(name, COMMAND, self.log_path, variables)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def start(self) -> None:
        """Start it; returns at once, long before it works."""
        self._child.start(lambda: True, START_SECONDS_MAX)
        self._process = self._child._process

    @property
    def pid(self) -> int | None:
        """Its process id while it runs, else None."""
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs and before it was started."""
        return None if self._process is None else self._process.poll()

    @property
    def has_failed(self) -> bool:
        """Whether it ended without being asked to."""
        return not self._is_over and self.exit_code is not None

    def kill(self) -> None:
        """SIGKILL it."""
        self._is_over = True
        self._child.kill()

    def send(self, signal_number: signal.Signals) -> None:
        """Send it a signal, such as SIGSTOP and SIGCONT."""
        self._child.send(signal_number)

    async def ended(self, seconds_max: float) -> int:
        """Wait until it ends by itself and return its exit code."""
        deadline = time.monotonic() + seconds_max
        while (code := self.exit_code) is None:
            assert time.monotonic() < deadline, f"{self.name} still runs after {seconds_max:g} s:\n{self.log()[-3000:]}"
            await asyncio.sleep(POLL_SECONDS)
        self.kill()
        return code

    async def terminate(self, seconds_max: float = 15.0) -> float:
        """SIGTERM it, require that it ends well, and return how many seconds that took."""
        begun_at = time.monotonic()
        self._child.send(signal.SIGTERM)
        code = await self.ended(seconds_max)
        assert code == 0, f"{self.name} ended with {code}:\n{self.log()[-3000:]}"
        return time.monotonic() - begun_at

    def log(self) -> str:
        """Return all that it printed."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def owned_count(self) -> int:
        """Return how many partition numbers it owns; 0 while it does not answer."""
        try:
            return round(self.metrics()["leadstream_partitions_owned"])
        except OSError:
            return 0

    def metrics(self) -> Counter[str]:
        """Return its metrics: the sum over all labels by name, and each series by its name with labels."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        values: Counter[str] = Counter()
        for series, name, value in re.findall(r"^((\w+)(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE):
            values[series] += float(value)  # type: ignore[assignment]  # a Counter of floats adds as well
            if series != name:
                values[name] += float(value)  # type: ignore[assignment]
        return values

    def outcomes(self, metrics: Counter[str] | None = None) -> Counter[tuple[str, str]]:
        """Return how many records it handled, by topic (with prefix) and what became of them.

        Of metrics that were asked for before, if they are given: two answers are of two instants.
        """
        pattern = re.compile(r'leadstream_activities_total\{outcome="(\w+)",topic="([^"]+)"\}')
        return Counter(
            {
                (found[2], found[1]): round(value)
                for series, value in (self.metrics() if metrics is None else metrics).items()
                if (found := pattern.fullmatch(series))
            }
        )
