"""A new signal on real servers: counted from what Kafka retains, then live, with a worker killed where the two meet."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streams.lead.lead import Lead
from streams.scorecards.loading import load, signal_name
from tests.integration.line.conftest import DATA, Install
from tests.integration.line.test_imported_history import leadstream
from tests.line.activities import record
from tests.line.comparison import Told, first_of_each, told_changes
from tests.line.installation import AHEAD_MS, Installation, now_ms
from tests.line.topics import Produced
from tests.line.worker_process import WorkerProcess
from tests.servers.fixtures import ONCE_ON_KAFKA

SECOND = DATA / "slow_2.yaml"
SIGNAL = "demo_requested"
LEADS = 120
PAUSE_SECONDS = 0.005


@ONCE_ON_KAFKA
async def test_a_new_signal_counts_from_the_past_and_then_live(install: Install, tmp_path: Path) -> None:
    """Each demo counts once, before the activation and after it, though a worker dies."""
    line = install(scorecard=without_demos(tmp_path), session_timeout_seconds=6.0)
    await line.create_topics()
    begun_at = now_ms() - 2_000
    await line.produce([asked(number, begun_at, "first") for number in range(LEADS)])
    await line.produce([asked(number, begun_at, "first") for number in range(0, LEADS, 9)])  # sent twice
    worker = line.started()
    await line.settled()
    assert cells_of_demos(await line.leads()) == {}

    told = json.loads(leadstream(line, "scorecard", "publish", str(SECOND), "--backfill", "--dry-run", "--json"))
    assert told["backfill"]["new_signals"] == [SIGNAL]
    assert told["backfill"]["retained"]["form-fills"]["records"] == LEADS + len(range(0, LEADS, 9))
    leadstream(line, "scorecard", "publish", str(SECOND), "--backfill", "--yes")
    await traffic_until_it_is_read(line, worker)
    worker.kill()
    heir = line.started()
    await line.produce([asked(number, stamp_of(line), "last") for number in range(0, LEADS, 7)])
    await line.settled()
    await line.until(lambda: is_judged_by_the_second(line), 60.0, "every partition judged anew")
    await line.settled()
    await heir.terminate()
    left_open = [words for words in ("Unclosed", "never retrieved") if words in worker.log() + heir.log()]
    assert left_open == []
    assert heir.log().count("backfill_ended") + worker.log().count("backfill_ended") >= line.settings.partitions

    assert cells_of_demos(await line.leads()) == await counted_by_hand(line)
    changes = first_of_each(await told_so_far(line))
    by_scorecard = Counter(one.move.lead_id for one in changes if isinstance(one.move.cause, str))
    assert by_scorecard == Counter(f"lead-{number}" for number in range(LEADS)), "one change each, by its demo"


def without_demos(folder: Path) -> Path:
    """Write the first scorecard, which does not count demos."""
    text = SECOND.read_text(encoding="utf-8").replace("version: slow-2", "version: slow-0")
    path = folder / "slow_0.yaml"
    lines = [line for line in text.splitlines() if "demo" not in line]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def asked(number: int, stamp: int, what: str) -> Produced:
    """Return a request for a demo."""
    return record("form-fills", f"lead-{number}", stamp, stamp, id=f"{what}-{number}", form_id="demo")


def stamp_of(line: Installation) -> int:
    """Return the stamp of what is produced now."""
    return now_ms() if line.is_apache else now_ms() + AHEAD_MS


async def traffic_until_it_is_read(line: Installation, worker: WorkerProcess) -> None:
    """Go on producing until the worker reads what is left of the past, at the activation."""

    async def traffic() -> None:
        place = 0
        while True:
            place += 1
            # Shielded: what the broker has is waited for afterwards, so it has to be counted.
            demos = [asked((place * 31 + number) % LEADS, stamp_of(line), f"t{place}") for number in range(20)]
            await asyncio.shield(line.produce(demos))
            await asyncio.sleep(0.1)

    async def is_one_reading() -> bool:
        await asyncio.sleep(PAUSE_SECONDS)
        return "backfill_began partition=" in worker.log()

    producing = asyncio.create_task(traffic())
    try:
        await line.until(is_one_reading, 60.0, "the past is read at the activation")
    finally:
        producing.cancel()
        await asyncio.gather(producing, return_exceptions=True)


async def is_judged_by_the_second(line: Installation) -> bool:
    """Tell whether all tables were judged by an activation of the second scorecard."""
    names = {fact.scorecard for fact in (await line.facts()).values()}
    return len(names) == 1 and names.pop().startswith(load(SECOND).fingerprint)


def cells_of_demos(leads: dict[str, Lead]) -> dict[tuple[str, int], tuple[int, int]]:
    """Return the counters of demos, by lead and bucket: how many, and the sum of their milliseconds in it."""
    return {
        (lead_id, key.bucket): (cell.count, cell.offset_ms)
        for lead_id, lead in leads.items()
        for key, cell in lead.state.cells.items()
        if signal_name(key.signal) == SIGNAL
    }


async def counted_by_hand(line: Installation) -> dict[tuple[str, int], tuple[int, int]]:
    """Count the demos that are on the topic, each id once, without the code of the line."""
    (width_ms,) = {one.width_ms for one in load(SECOND).scorecard.signals.values() if signal_name(one.name) == SIGNAL}
    said = [json.loads(one.value or b"null") for one in await line.read("form-fills")]
    counts: dict[tuple[str, int], tuple[int, int]] = {}
    for lead_id, occurred_at in {one["id"]: (one["lead_id"], one["occurred_at"]) for one in said}.values():
        at_ms = (datetime.fromisoformat(occurred_at) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        bucket, offset_ms = divmod(at_ms, width_ms)
        count, sum_ms = counts.get((lead_id, bucket), (0, 0))
        counts[lead_id, bucket] = (count + 1, sum_ms + offset_ms)
    return counts


async def told_so_far(line: Installation) -> list[Told]:
    """Return all stage changes, repeats too."""
    records = await line.read("stage-changes")
    return told_changes((record.value for record in records), topic_prefix=line.settings.topic_prefix)
