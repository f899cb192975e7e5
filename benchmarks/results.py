"""What was measured, a line of JSON a run, and the machine that it was measured on."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.faults.record import commit

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FOLDER = Path(__file__).with_name("results")
CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """What a figure was measured on, with which code, and when. ``load``: how busy the machine was before, in cores."""

    cores: int
    processor: str
    system: str
    python: str
    load: float
    commit: str
    measured_at: str

    @classmethod
    def here(cls) -> Self:
        """Look at this machine."""
        return cls(
            os.cpu_count() or 0,
            _processor(),
            f"{platform.system()} {platform.machine()}",
            platform.python_version(),
            round(os.getloadavg()[0], 1),
            commit(),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )


def note(name: str, result: "DataclassInstance") -> Path:
    """Add a line to a benchmark's results and return the file."""
    path = FOLDER / f"{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result)) + "\n")
    return path


def lines(name: str) -> list[dict[str, Any]]:
    """Return what a benchmark noted, the oldest first; nothing if it never ran."""
    path = FOLDER / f"{name}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _processor() -> str:
    """Return the processor's name where Linux tells it."""
    if not CPU_INFO.exists():
        return platform.processor()
    told = (line.partition(":") for line in CPU_INFO.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for name, _, value in told if name.strip() == "model name"), platform.processor())
