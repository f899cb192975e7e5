"""Dead letters whole: refused, looked at, mended and sent again, each counted once, every record accounted for."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from schemas.dead_letter import DeadLetterHeaders
from schemas.topics import INPUT_TOPICS
from streams.kafka.partitioner import partition_of
from streams.kafka.reader import read_to_end
from streams.translation.translate import fingerprint
from tests.builders.batches import NOT_UTF8, raw_builder
from tests.integration.line.conftest import Install
from tests.line.activities import crowd, record
from tests.line.comparison import outcomes_by_catalogue, require_all_as_recomputed
from tests.line.conservation import Balance, balance
from tests.line.garbage import GOOD, garbage
from tests.line.installation import Installation, now_ms
from tests.line.topics import read
from tests.line.worker_process import WorkerProcess
from tests.oracles.line import TICKS, Rules
from tests.servers.fixtures import ONCE_ON_KAFKA

Counts = tuple[Counter[tuple[str, str]], Mapping[str, float]]
"""What a worker counted: outcomes by topic, and all its metrics."""
LATE_LEADS = 6
SPOILT = ("page-views", "form-fills")
"""Topics that get garbage of every kind, one late record of each among it."""
DAY_MS = 86_400_000
COMMAND_SECONDS_MAX = 60


def leadstream(line: Installation, *words: str, code: int = 0) -> str:
    """Run a command of an installation and return what it told."""
    command = [sys.executable, "-m", "streams.cli", "dead-letters", *words]
    environment = {**line.environment, "COLUMNS": "200", "HOME": str(line.folder)}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX, check=False
    )
    assert ended.returncode == code, f"{words}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ended.stdout + (ended.stderr if code else "")


def told(line: Installation, *words: str) -> dict[str, Any]:
    """Run a command and return the one object that it told."""
    said: dict[str, Any] = json.loads(leadstream(line, *words, "--json"))
    return said


def _without_ticks(outcomes: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {key: count for key, count in outcomes.items() if key[0] != TICKS}


async def count_replays(line: Installation) -> None:
    """Let the installation know of the records that a command put on the topics."""
    line.ends.clear()
    for one in await line.read(*(topic for topic in INPUT_TOPICS if topic in GOOD)):
        line.ends[one.topic, one.partition] += 1


async def accounted_for(line: Installation, workers: list[Counts]) -> Balance:
    """Require that topics, tables and what the workers counted agree exactly.

    But for ticks: an owner goes on sending them until it ends, after it was last asked what it counted.
    """
    prefix = line.settings.topic_prefix
    topics = [topic for topic in INPUT_TOPICS if topic != TICKS]
    watermarks = {
        (topic.removeprefix(prefix), number): offset
        for number, facts in (await line.facts()).items()
        for topic, offset in facts.watermarks.items()
        if topic != f"{prefix}{TICKS}"
    }
    letters = await line.read("dead-letters")
    found = balance(await line.read(*topics), letters, watermarks, topic_prefix=prefix)
    outcomes: Counter[tuple[str, str]] = Counter()
    received: Counter[str] = Counter()
    for counted, metrics in workers:
        outcomes.update(_without_ticks(counted))
        for topic in topics:
            received[topic] += round(metrics[f'leadstream_records_received_total{{topic="{prefix}{topic}"}}'])
    found.require_exact(outcomes, received)
    return found


async def finished(line: Installation, worker: WorkerProcess) -> Counts:
    """Let a worker handle all there is, and end it; returns what it counted."""
    await line.settled()
    metrics = worker.metrics()
    outcomes = outcomes_by_catalogue(worker.outcomes(metrics), line.settings.topic_prefix)
    await worker.terminate()
    return outcomes, metrics


@ONCE_ON_KAFKA
async def test_refused_records_are_replayed_once_their_cause_is_mended(install: Install, tmp_path: Path) -> None:
    """Listed, counted, kept in a file; applied exactly once by a replay, and by no second one; all accounted for."""
    line = install()
    await line.create_topics()
    at = now_ms() - 10_000
    good = crowd(8, leads=12, activities=150, from_at=at - 20_000, to_at=at)
    bad = [one for topic in SPOILT for one in garbage(topic, lead_id="lead-0", at=at)]
    late = [
        record(topic, f"lead-{number}", at - (8 + number) * DAY_MS, at, id=f"late-{topic}-{number}", **GOOD[topic])
        for number in range(LATE_LEADS)
        for topic in GOOD
    ]
    await line.produce([*good, *bad, *late])
    workers = [await finished(line, line.started())]
    expected, _ = await require_all_as_recomputed(line, line.scorecard)
    reasons = Counter(expected.refused.values())

    stats = await asyncio.to_thread(told, line, "stats")
    assert (stats["letters"], stats["by_reason"]) == (reasons.total(), dict(reasons))
    listed = leadstream(line, "list", "--reason", "too_late", "--topic", "email-opens", "--json").splitlines()
    opens = f"{line.settings.topic_prefix}email-opens"
    assert [json.loads(one)["source_topic"] for one in listed] == [opens] * LATE_LEADS
    assert json.loads(leadstream(line, "show", json.loads(listed[0])["id"], "--json"))["key"].startswith("lead-")
    kept = tmp_path / "late.ndjson"
    leadstream(line, "export", "--reason", "too_late", "--output", str(kept))
    assert len(kept.read_text(encoding="utf-8").splitlines()) == reasons["too_late"]
    assert told(line, "replay", "--reason", "too_late", "--dry-run")["would_replay"] == reasons["too_late"]

    mended = line.changed(lateness_max_seconds=30 * 86_400, journal_age_seconds=30 * 86_400)
    rules = Rules(journal_age_ms=30 * DAY_MS, mended=frozenset({"too_late"}))
    worker = mended.started()
    done = told(mended, "replay", "--from", str(kept), "--yes", "--rate", "1000")
    assert done == {"replayed": reasons["too_late"], "left_out": {}}
    assert told(mended, "replay", "--reason", "too_late", "--yes")["replayed"] == 0
    assert told(mended, "replay", "--reason", "too_late", "--all", "--yes")["replayed"] == reasons["too_late"]
    assert told(mended, "drop", "--reason", "future", "--yes", "--why", "a test")["dropped"] == reasons["future"]
    assert told(mended, "replay", "--reason", "schema", "--limit", "5", "--yes")["replayed"] == 5
    await count_replays(mended)
    workers.append(await finished(mended, worker))

    expected, _ = await require_all_as_recomputed(mended, mended.scorecard, rules=rules)
    again, metrics = workers[1]
    repeats = {topic: again[topic, "repeat"] for topic in GOOD if topic != "lead-profiles"}
    # An older profile changes nothing the first time either.
    assert repeats == {topic: LATE_LEADS + (topic in SPOILT) for topic in repeats}
    assert _without_ticks(workers[0][0] + again) == _without_ticks(expected.outcomes)
    assert metrics["leadstream_replays_received_total"] == 2 * reasons["too_late"] + 5
    assert (await accounted_for(mended, workers)).refused.total() == reasons.total() + 5
    left = told(mended, "stats")["by_reason"]
    assert "too_late" not in left
    assert "future" not in left
    assert left["schema"] == reasons["schema"]  # five fewer, and five that were refused again


@ONCE_ON_KAFKA
async def test_what_is_refused_for_ever_is_not_replayed_for_ever(install: Install) -> None:
    """Three tries; each refusal keeps the first one's instants and counts; then it says so."""
    line = install()
    await line.create_topics()
    at = now_ms() - 10_000
    bad = next(garbage("page-views", lead_id="lead-0", at=at))
    await line.produce([bad])
    worker = line.started()
    await line.settled()
    for count in range(1, 4):
        assert told(line, "replay", "--yes")["replayed"] == 1
        await count_replays(line)
        await line.handled(1 + count)
        await line.settled()
    left_out = told(line, "replay", "--yes")["left_out"]
    assert left_out["replayed 3 times before: mend the cause, or drop it"] == 1
    assert sum(left_out.values()) == 4
    await worker.terminate()

    letters = [DeadLetterHeaders.from_headers(one.headers) for one in await line.read("dead-letters")]
    assert sorted(one.replay_count for one in letters) == [0, 1, 2, 3]
    assert len({(one.first_failed_at, one.source_timestamp_ms) for one in letters}) == 1
    notes = [
        json.loads(one.value or b"")
        for one in await read(line.settings.kafka_bootstrap, line.settings.topic_prefix, ["audit-log"], 1)
    ]
    assert [note["detail"]["step"] for note in notes] == ["begun", "done"] * 3


async def test_a_record_that_no_client_can_read_is_told_and_can_be_replayed(install: Install) -> None:
    """The name of a header is not UTF-8: it is a dead letter in its place, in the same commit, and its value counts."""
    line = install()
    await line.create_topics()
    settings, at = line.settings, now_ms()
    views = [record("page-views", "lead-ada", at, at, id=f"view-{number}", **GOOD["page-views"]) for number in range(3)]
    number = partition_of(b"lead-ada", settings.partitions)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, enable_idempotence=False)
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = raw_builder()
        for view, name in zip(views, ("trace", NOT_UTF8, "trace"), strict=True):
            batch.append(key=view.key, value=view.value, timestamp=at, headers=[(name, b"7")])
        await (await producer.send_batch(batch, settings.topic_prefix + "page-views", partition=number))
    finally:
        await producer.stop()
    line.ends["page-views", number] = 3
    worker = line.started()
    await line.settled()

    [letter] = await line.read("dead-letters")
    said = DeadLetterHeaders.from_headers(letter.headers)
    assert (said.reason, said.source_offset, said.is_stub) == ("unreadable", 1, False)
    assert (letter.key, letter.value) == (b"lead-ada", views[1].value)
    assert told(line, "replay", "--yes") == {"replayed": 1, "left_out": {}}
    line.ends["page-views", number] = 4
    await line.settled()
    await worker.terminate()

    journal = {entry.fingerprint for entry in (await line.leads())["lead-ada"].state.journal}
    assert journal == {fingerprint(f"view-{number}") for number in range(3)}
    found = [one async for one in read_to_end(settings, "page-views") if one.partition == number]
    assert [(one.offset, one.has_headers) for one in found] == [(0, True), (1, False), (2, True), (3, True)]
