"""What a lead occupies in Redis: its row, its key and its wake-up, by what Redis says it uses before and after.

python -m benchmarks.memory --leads 20000 --cells 20 --journal-entries 16
"""

import argparse
import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.results import Machine, note
from benchmarks.rows import rich_rows, stored
from streams.sandbox.redis import RedisServer

PARTITIONS = 8
ROWS = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured. ``row_bytes``: of the row alone; ``redis_bytes``: all that Redis keeps of a lead."""

    leads: int
    cells: int
    journal_entries: int
    row_bytes: float
    redis_bytes: float
    rows: int
    machine: Machine


async def measured(leads: int, cells: int, journal_entries: int, folder: Path) -> Result:
    """Fill a Redis with leads."""
    machine, rows = Machine.here(), rich_rows(ROWS, cells, journal_entries)
    with RedisServer(directory=folder) as server:
        client = Redis.from_url(server.url)
        try:
            before = (await client.info("memory"))["used_memory"]
            await stored(client, "leadstream", PARTITIONS, leads, rows)
            after = (await client.info("memory"))["used_memory"]
        finally:
            await client.aclose()
    row_bytes = sum(len(row.data) for row in rows) / len(rows)
    each = round((after - before) / leads, 1)
    return Result(leads, cells, journal_entries, round(row_bytes, 1), each, len(rows), machine)


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--journal-entries", type=int, default=16)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadstream-memory-") as folder:
        result = asyncio.run(measured(given.leads, given.cells, given.journal_entries, Path(folder)))
    note("memory", result)
    print(f"a lead: {result.redis_bytes} bytes in Redis, {result.row_bytes} of them its row ({result.rows} rows)")


if __name__ == "__main__":
    main()
