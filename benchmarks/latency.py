"""How soon a stage change can be read: after its activity was stored, and after the instant at which time made it true.

A worker lives on a steady load. A consumer takes each stage change as it comes and compares its own time with the
instant in the message: that of the activity's append under the example scorecard, the computed one under a scorecard
where everything fades within seconds. All is on one machine, so there is one clock.

    python -m benchmarks.latency --rate 2000 --seconds 30
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.kernel import SCORECARD
from benchmarks.line import PARTITIONS, installed
from benchmarks.load import LoadPlan
from benchmarks.results import Machine, note
from benchmarks.sending import Sender
from tests.faults.record import percentile
from tests.line.installation import Installation

SEED = 1
FADING = Path(__file__).parents[1] / "tests" / "data" / "quick.yaml"
LEADS_SHARE = 20
"""Activities for each lead."""
WARM_SECONDS = 5.0
"""What comes earlier is left out: the worker's caches are cold."""
REST_SECONDS = 2.0
BY_TIME = "wake_up"


@dataclass(frozen=True, slots=True)
class Delays:
    """How long changes of one kind took until they could be read, in milliseconds."""

    changes: int
    p50: float
    p99: float
    most: float

    @classmethod
    def of(cls, delays_ms: Sequence[float]) -> "Delays":
        """Sum delays up."""
        shares = (percentile(delays_ms, share) for share in (0.5, 0.99, 1.0))
        p50, p99, most = (round(delay, 1) for delay in shares)
        return cls(len(delays_ms), p50, p99, most)


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured: ``activities_per_second`` was sent, for so many seconds, under one of the scorecards."""

    scorecard: str
    seconds: float
    activities_per_second: int
    by_activity: Delays | None
    by_time: Delays | None
    servers: str
    machine: Machine


@dataclass(slots=True)
class Reader:
    """Reads stage changes as they come. ``delays_ms``: by what caused them, each with when it was read."""

    line: Installation
    delays_ms: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    async def read(self) -> None:
        """Read until cancelled."""
        settings = self.line.settings
        topic = f"{settings.topic_prefix}stage-changes"
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest")
        consumer.assign([TopicPartition(topic, number) for number in range(settings.partitions)])
        await consumer.start()
        try:
            async for record in consumer:
                now = time.time()
                change = json.loads(record.value)
                became_true_at = datetime.fromisoformat(change["changed_at"]).timestamp()
                kind = BY_TIME if change["cause"]["kind"] == BY_TIME else "activity"
                self.delays_ms.setdefault(kind, []).append((now, (now - became_true_at) * 1000))
        finally:
            await consumer.stop()

    def delays(self, kind: str, since: float) -> Delays | None:
        """Return how long the changes of a kind took that were read from an instant on; None if there were none."""
        found = [delay for read_at, delay in self.delays_ms.get(kind, ()) if read_at >= since]
        return Delays.of(found) if found else None


async def measured(rate: float, seconds: float, scorecard: Path, folder: Path) -> Result:
    """Let a worker live on a load for some seconds."""
    machine = Machine.here()
    async with installed(folder, scorecard=scorecard) as (site, line):
        worker = line.started()
        await line.joined(worker)
        reader = Reader(line)
        reading = asyncio.create_task(reader.read())
        activities = round(rate * (WARM_SECONDS + seconds))
        plan = LoadPlan(SEED, activities, max(activities // LEADS_SHARE, 1), PARTITIONS)
        begun_at, since = time.monotonic(), time.time() + WARM_SECONDS
        await Sender(line.settings.kafka_bootstrap, line.settings.topic_prefix).send_at(plan, rate)
        held = activities / (time.monotonic() - begun_at)
        await asyncio.sleep(REST_SECONDS)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        servers = await site.versions()
    found = {kind: reader.delays(kind, since) for kind in ("activity", BY_TIME)}
    return Result(scorecard.stem, seconds, round(held), found["activity"], found[BY_TIME], servers, machine)


def main() -> None:
    """Measure under both scorecards and note it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--rate", type=float, default=2_000)
    parser.add_argument("--fading-rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    for scorecard, rate in ((SCORECARD, given.rate), (FADING, given.fading_rate)):
        with tempfile.TemporaryDirectory(prefix="leadstream-latency-") as folder:
            result = asyncio.run(measured(rate, given.seconds, scorecard, Path(folder)))
        note("latency", result)
        print(
            f"{result.scorecard}: {result.activities_per_second}/s, by activity {result.by_activity}, {result.by_time}"
        )


if __name__ == "__main__":
    main()
