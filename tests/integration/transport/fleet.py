"""Worker processes of a test, and what they wrote down."""

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from streams.transport.door import TopicPartition

ROOT = Path(__file__).parents[3]
STOP_SECONDS_MAX = 15.0


class Fleet:
    """Workers of one group on the same topics; none outlives the context."""

    def __init__(self, bootstrap: str, group: str, topics: list[str], folder: Path) -> None:
        self._arguments = (bootstrap, group)
        self._topics = topics
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more worker; returns at once."""
        log_path = self._folder / f"worker-{len(self._workers)}.jsonl"
        output = (self._folder / f"worker-{len(self._workers)}.log").open("wb")
        command = (sys.executable, "-m", "tests.integration.transport.worker", *self._arguments, str(log_path))
        with output:
            worker = subprocess.Popen((*command, *self._topics), cwd=ROOT, stdout=output, stderr=output)
        self._workers.append(worker)
        return worker

    def terminate(self, worker: subprocess.Popen[bytes]) -> int:
        """End a worker in good order; return its exit status."""
        worker.send_signal(signal.SIGTERM)
        return worker.wait(STOP_SECONDS_MAX)

    def notes(self, worker_index: int | None = None) -> list[dict[str, Any]]:
        """What the workers wrote, each in its order; of all of them without an index."""
        indexes = range(len(self._workers)) if worker_index is None else [worker_index]
        notes = []
        for index in indexes:
            path = self._folder / f"worker-{index}.jsonl"
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            notes += [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        return notes

    def done(self) -> Counter[tuple[str, int, int]]:
        """How often each record was handled."""
        return Counter(
            (*note["tp"], offset) for note in self.notes() if note["kind"] == "done" for offset in note["offsets"]
        )

    def assignment(self, worker_index: int) -> frozenset[TopicPartition]:
        """What a worker was last assigned, empty after a revocation."""
        for note in reversed(self.notes(worker_index)):
            if note["kind"] == "assigned":
                return frozenset(TopicPartition(*tp) for tp in note["tps"])
            if note["kind"] == "revoked":
                break
        return frozenset()

    def output(self) -> str:
        """All that the workers printed, for messages."""
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self._folder.glob("worker-*.log")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()
