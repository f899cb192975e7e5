"""A worker that finds a backlog reads no further ahead than its bounds say: memory does not grow with what waits."""

import re
from pathlib import Path

import pytest

from tests.integration.line.conftest import Install
from tests.line.activities import record
from tests.line.installation import AHEAD_MS, Installation, now_ms
from tests.line.topics import Produced
from tests.line.worker_process import WorkerProcess
from tests.servers.fixtures import ONCE_ON_KAFKA

KIB, MIB = 1024, 1024 * 1024
RECORDS = 40_000
PADDING = "x" * 1_900
HANDLED = 12_000
"""So many are handled when memory is looked at: reading ahead without bound would have read all long before."""
BOUNDS = {
    "partitions": 2,
    "batch_records_max": 200,
    "batch_bytes_max": 512 * KIB,
    "buffer_bytes_max": 2 * MIB,
    "fetch_bytes_max": MIB,
    "output_bytes_max": MIB + 64 * KIB,
    "cache_bytes_max": 4 * MIB,
    "outbox_bytes_max": MIB,
}
GROWTH_BYTES_MAX = 40 * MIB
"""By the sum in docs/running.md for these bounds, and some for the allocator; the backlog is 80 MB."""


def peak_bytes(worker: WorkerProcess) -> int:
    """Return the most memory that a worker ever had resident."""
    status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) * KIB


def backlog(line: Installation) -> list[Produced]:
    """Return views of a few leads, each with much that nobody reads."""
    stamp = now_ms() if line.is_apache else now_ms() + AHEAD_MS
    return [
        record(
            "page-views",
            f"lead-{number % 40}",
            stamp,
            stamp,
            id=f"view-{number}",
            url="https://example.com/",
            padding=PADDING,
        )
        for number in range(RECORDS)
    ]


@ONCE_ON_KAFKA
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is looked up in /proc")
async def test_memory_does_not_grow_with_a_backlog(install: Install) -> None:
    """Far less is resident than what waits, while it works the backlog off."""
    line = install(**BOUNDS)
    await line.create_topics()
    idle = line.started()
    await line.joined(idle)
    await line.produce_views(1, 40)
    await line.settled()
    before = peak_bytes(idle)
    await idle.terminate()
    await line.produce(backlog(line))

    worker = line.started()
    await line.handled(HANDLED)
    grown = peak_bytes(worker) - before
    await worker.terminate()

    assert await line.handled_count() < RECORDS
    assert grown < GROWTH_BYTES_MAX
