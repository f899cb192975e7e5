"""What metrics cost: a worker lives on a steady load with its metrics on and off in turn, many times a minute.

Batches are small then, so what is counted for each of them weighs more than where a worker is busy to the full.

Pairs of stretches that follow each other are compared, the processor's time for each record with metrics and without;
of all pairs the median counts. Beside it stands what the clock says of the calls themselves, and what it costs to
export all metrics.

    python -m benchmarks.overhead --rate 2000 --seconds 60
"""

import argparse
import asyncio
import http.client
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.line import PARTITIONS, installed
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from benchmarks.sending import Sender
from benchmarks.switched_worker import Stretch
from streams.sandbox.process import Child, free_port
from tests.faults.record import percentile

SEED = 1
STRETCH_SECONDS = 0.5
WARM_PAIRS = 5
"""At the beginning; these do not count."""
EXPORTS = 5
EXPORT_INTERVAL_SECONDS = 15.0
"""How often the Prometheus of docker-compose.yml reads a worker."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured; shares are of the processor's time of a worker.

    ``share``: the median by which a stretch with metrics costs more than the one without beside it. ``lower_quarter``
    and ``upper_quarter`` hold the middle half of the pairs. ``clock_share``: what passed within the calls.
    ``export_share``: of exporting all metrics every 15 s, where the processor is busy.
    """

    activities_per_second: int
    leads: int
    pairs: int
    microseconds_on: float
    microseconds_off: float
    share: float
    lower_quarter: float
    upper_quarter: float
    clock_share: float
    export_milliseconds: float
    export_share: float
    servers: str
    machine: Machine


def paired(stretches: Sequence[Stretch]) -> list[float]:
    """Return by which share each stretch with metrics costs more a record than the one without that follows it.

    Example:
        >>> paired([Stretch(True, 100, 0.0103, 0.0), Stretch(False, 200, 0.02, 0.0)])
        [0.03]
    """
    pairs = zip(stretches[::2], stretches[1::2], strict=False)
    return [round((on.cpu_seconds / on.records) / (off.cpu_seconds / off.records) - 1, 6) for on, off in pairs]


async def measured(plan: LoadPlan, rate: float, folder: Path) -> Result:
    """Let a worker live on a load of so many activities a second."""
    machine, path, port = Machine.here(), folder / "stretches.jsonl", free_port()
    async with installed(folder) as (site, line):
        command = (sys.executable, "-m", "benchmarks.switched_worker", str(path), str(STRETCH_SECONDS))
        environment = {**line.environment, "LEADSTREAM_METRICS_PORT": str(port)}
        child = Child("switched worker", command, folder / "worker.log", environment)
        child.start(lambda: True, 5.0)
        try:
            begun_at = time.monotonic()
            await Sender(line.settings.kafka_bootstrap, line.settings.topic_prefix).send_at(plan, rate)
            held = plan.activities / (time.monotonic() - begun_at)
            for _ in range(EXPORTS):
                await asyncio.to_thread(_export, port)
        finally:
            child.kill()
        servers = await site.versions()
    found = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    stretches = [Stretch(**line) for line in found if "is_on" in line][2 * WARM_PAIRS :]
    export_seconds = median(line["export_seconds"] for line in found if "export_seconds" in line)
    return _result(round(held), plan.leads, stretches, export_seconds, servers, machine)


def _export(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("GET", "/metrics")
        connection.getresponse().read()
    finally:
        connection.close()


def _result(
    held: int, leads: int, stretches: Sequence[Stretch], export_seconds: float, servers: str, machine: Machine
) -> Result:
    shares = paired(stretches)
    on, off = ([one for one in stretches if one.is_on is is_on] for is_on in (True, False))
    costs = [sum(one.cpu_seconds for one in some) / sum(one.records for one in some) * 1e6 for some in (on, off)]
    within = sum(one.within_seconds for one in on) / sum(one.cpu_seconds for one in on)
    return Result(
        held,
        leads,
        len(shares),
        round(costs[0], 1),
        round(costs[1], 1),
        round(median(shares), 4),
        round(percentile(shares, 0.25), 4),
        round(percentile(shares, 0.75), 4),
        round(within, 4),
        round(export_seconds * 1e3, 1),
        round(export_seconds / EXPORT_INTERVAL_SECONDS, 4),
        servers,
        machine,
    )


def main() -> None:
    """Measure once and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--rate", type=float, default=2_000, help="activities a second")
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    plan = LoadPlan(SEED, round(given.rate * given.seconds), given.leads, PARTITIONS)
    with tempfile.TemporaryDirectory(prefix="leadstream-overhead-") as folder:
        result = asyncio.run(measured(plan, given.rate, Path(folder)))
    note("overhead", result)
    print(
        f"metrics at {result.activities_per_second}/s: {result.microseconds_on} us an activity with, "
        f"{result.microseconds_off} us without; {result.share:+.1%} ({result.lower_quarter:+.1%} to "
        f"{result.upper_quarter:+.1%}) of {result.pairs} pairs, {result.clock_share:.1%} by the clock, and "
        f"{result.export_share:.2%} for exporting them"
    )


if __name__ == "__main__":
    main()
