"""A worker whose metrics go off and on in turn, and that writes what it used meanwhile: for `benchmarks.overhead`.

What counts and observes does nothing while they are off. They are switched when a commit was counted; what the owners
of other partitions are at then falls to either side by chance.

    python -m benchmarks.switched_worker FILE SECONDS
"""

import functools
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from streams.cli.worker import worker
from streams.monitoring.metrics import Metrics
from streams.partition.changes import Changes

CALLS = (
    *((Metrics, "observe_batch"), (Metrics, "observe_changes")),
    *((Counter, "inc"), (Gauge, "set"), (Histogram, "observe")),
)
"""What a worker calls to count and to observe."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of work with metrics on or off: records, the processor's seconds, and those of them within metrics."""

    is_on: bool
    records: int
    cpu_seconds: float
    within_seconds: float


class Switch:
    """Turns metrics off and on. A stretch has some seconds at least; each is written to a file as a line of JSON."""

    def __init__(self, path: Path, stretch_seconds: float) -> None:
        self._path = path
        self._stretch_seconds = stretch_seconds
        self._is_on = True
        self._is_within = False
        self._records = 0
        self._within_seconds = 0.0
        self._begun_at, self._cpu_at = time.monotonic(), time.process_time()

    def put(self) -> None:
        """Put itself before all that a worker calls, and time how long it takes to export all metrics."""
        for owner, name in CALLS:
            setattr(owner, name, self._switched(getattr(owner, name)))
        observe = Metrics.observe_changes

        @functools.wraps(observe)
        def counted(metrics: Metrics, changes: Changes) -> None:
            observe(metrics, changes)
            self._count(sum(changes.tally.outcomes.values()))

        @functools.wraps(export := Metrics.exposition)
        def timed(metrics: Metrics) -> bytes:
            began = time.thread_time()
            exported = export(metrics)
            self._write({"export_seconds": time.thread_time() - began})
            return exported

        for name, method in (("observe_changes", counted), ("exposition", timed)):
            setattr(Metrics, name, method)

    def _switched(self, call: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(call)
        def switched(*given: Any, **named: Any) -> None:  # noqa: ANN401 - whatever the call takes
            if not self._is_on:
                return
            if self._is_within:
                call(*given, **named)
                return
            self._is_within, began = True, time.thread_time()
            call(*given, **named)
            self._within_seconds += time.thread_time() - began
            self._is_within = False

        return switched

    def _count(self, records: int) -> None:
        self._records += records
        now = time.monotonic()
        if now - self._begun_at < self._stretch_seconds or not self._records:
            return
        cpu_at = time.process_time()
        stretch = Stretch(self._is_on, self._records, cpu_at - self._cpu_at, self._within_seconds)
        self._write(asdict(stretch))
        self._is_on = not self._is_on
        self._records, self._within_seconds = 0, 0.0
        self._begun_at, self._cpu_at = now, cpu_at

    def _write(self, line: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    Switch(Path(sys.argv[1]), float(sys.argv[2])).put()
    worker()
