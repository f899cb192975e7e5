"""What a peer's process is told, and what it tells: when it saw its first record, and what it had done at the end."""

import json
import os
import time
from dataclasses import asdict, dataclass
from typing import Self

from schemas.topics import TOPICS

VARIABLE = "LEADSTREAM_BENCH_CONTEST"
SAID = "contest: "
"""Before each line that a peer says."""
TOPIC_NAMES = tuple(topic.name for topic in TOPICS.values() if topic.direction == "in")


@dataclass(frozen=True, slots=True)
class Contest:
    """One run of one peer: where its records are, how many, and after how many seconds it ends at the latest.

    ``folder`` takes what it writes.
    """

    bootstrap: str
    prefix: str
    partitions: int
    activities: int
    seconds_max: float
    folder: str

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that it reads."""
        return tuple(self.prefix + name for name in TOPIC_NAMES)

    @property
    def environment(self) -> dict[str, str]:
        """What tells a process about it."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def told(cls) -> Self:
        """Return the run that this process was started for."""
        return cls(**json.loads(os.environ[VARIABLE]))


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a peer stood at an instant of this machine's monotonic clock."""

    at: float
    cpu_seconds: float
    records: int
    changes: int


class Meter:
    """Counts what a peer handles; says a line at the first record and one at the end."""

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._ends_at: float | None = None
        self._records = self._changes = 0
        self.is_over = False

    def take(self, records: int = 1, changes: int = 0) -> None:
        """Count what was just handled."""
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._contest.seconds_max
            self._say(now)
        self._records += records
        self._changes += changes
        if not self.is_over and (self._records >= self._contest.activities or now >= self._ends_at):
            self.is_over = True
            self._say(now)

    def _say(self, now: float) -> None:
        mark = Mark(now, time.process_time(), self._records, self._changes)
        # Past `sys.stdout`, which Faust takes for its log.
        os.write(1, f"{SAID}{json.dumps(asdict(mark))}\n".encode())


def marks(log: str) -> list[Mark]:
    """Return what a peer's log says so far: nothing, where it began, and where it ended."""
    lines = (line.removeprefix(SAID) for line in log.splitlines() if line.startswith(SAID))
    return [Mark(**json.loads(line)) for line in lines]
