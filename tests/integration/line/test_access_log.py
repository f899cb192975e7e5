"""A web server's log, scored without servers, on the embedded broker and on Apache Kafka: each as recomputed."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from scorer import JournalBounds, LeadState
from streams.kafka.partitioner import partition_of
from streams.offline import NEVER_MS, OfflineScorer
from streams.partition.fold import FoldRules
from streams.sandbox.broker import EmbeddedBroker
from streams.sandbox.redis import RedisServer
from streams.scorecards.loading import load
from tests.integration.line.conftest import DATA, Install
from tests.line.access_logs import REAL_LOG, made_up_log
from tests.line.comparison import (
    Told,
    first_of_each,
    require_all_as_recomputed,
    require_same_leads,
    require_same_moves,
    told_changes,
)
from tests.line.installation import ROOT, Installation, now_ms
from tests.line.topics import TopicRecord
from tests.oracles.fields import body_of
from tests.oracles.line import Expected, recomputed

PARTITIONS = 4
SITE = DATA / "site.yaml"
CHANGES_MIN = {"real": 500, "made_up": 60}
IMPORT_SECONDS_MAX = 60.0

pytestmark = pytest.mark.parametrize("name", ["real", "made_up"])


@pytest.fixture
def log(name: str, tmp_path: Path) -> Path:
    """Return a log's path."""
    if name == "made_up":
        return made_up_log(tmp_path / "access.log")
    if not REAL_LOG.is_file():
        pytest.skip(f"no {REAL_LOG.relative_to(ROOT.parent)} beside the repository")
    return REAL_LOG


async def imported(log: Path, *options: str, **environment: str) -> None:
    """Run `leadstream import access-log`."""
    command = (sys.executable, "-m", "streams.cli", "import", "access-log", str(log), *options)
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await asyncio.wait_for(process.communicate(), IMPORT_SECONDS_MAX)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()


def as_records(lines: list[bytes]) -> list[TopicRecord]:
    """Return activities as the records that they are on a broker which takes producers' times."""
    ends: Counter[int] = Counter()
    records = []
    for line in lines:
        body = body_of("page-views", line)
        number = partition_of(body["lead_id"].encode(), PARTITIONS)
        records.append(TopicRecord("page-views", number, ends[number], body["at"], body["lead_id"].encode(), line, ()))
        ends[number] += 1
    return records


def scored_offline(lines: list[bytes], until: int) -> tuple[list[Told], dict[str, LeadState]]:
    """Score activities without servers; returns the stage changes and the leads."""
    rules = FoldRules(load(SITE).scorecard, JournalBounds(), NEVER_MS)
    scorer = OfflineScorer(rules, partitions=PARTITIONS, partition_of=partition_of, reasons_max=5)
    messages = [message for line in lines for message in scorer.take(line)]
    messages += scorer.wake_through(until)
    told = told_changes(message.value for message in messages if message.topic == "stage-changes")
    return told, dict(scorer.leads())


def passed(expected: Expected, clock_of: Callable[[int], int]) -> Expected:
    """Let time go on in what was recomputed, by partition."""
    for lead_id, life in expected.lives.items():
        life.pass_time(clock_of(expected.partition_of[lead_id]))
    expected.clocks = {number: clock_of(number) for number in expected.clocks}
    return expected


async def test_without_servers_and_on_the_embedded_broker(
    name: str, log: Path, redis_server: RedisServer, redis_prefix: str, tmp_path: Path
) -> None:
    """Both equal the recomputation, and each other in every stage change down to its id: files score as topics do."""
    scorecard = load(SITE).scorecard
    await imported(log, "--output", str(tmp_path / "views.ndjson"))
    lines = (tmp_path / "views.ndjson").read_bytes().splitlines()
    records = as_records(lines)
    until = now_ms()
    expected = passed(recomputed(records, scorecard), lambda _: until)

    offline, leads = scored_offline(lines, until)

    require_same_moves(offline, expected.moves)
    require_same_leads(leads, expected, scorecard)
    alone = sum(told.move.cause is None for told in offline)
    assert min(alone, len(offline) - alone) > CHANGES_MIN[name] // 3
    assert len(offline) > CHANGES_MIN[name]

    # Ids name topics, so these have no prefix, on a broker of their own.
    with EmbeddedBroker() as broker:
        given = {"kafka_bootstrap": broker.bootstrap, "redis_url": redis_server.url, "redis_prefix": redis_prefix}
        with Installation(tmp_path, is_apache=False, scorecard=SITE, score_interval_seconds=60, **given) as line:
            await line.create_topics()
            await imported(log, "--produce", **line.environment)
            await require_settled(line, len(lines))

            assert await line.read("page-views") == sorted(records, key=lambda one: one.place)
            facts = await line.facts()
            expected = passed(expected, lambda number: facts[number].clock)
            told = told_changes(record.value for record in await line.read("stage-changes"))
            require_same_leads({key: lead.state for key, lead in (await line.leads()).items()}, expected, scorecard)
    by_id = sorted(first_of_each(told), key=lambda one: one.id)
    assert by_id == sorted(offline, key=lambda one: one.id)


async def test_on_apache_kafka(name: str, log: Path, install_on_kafka: Install) -> None:
    """Moved to now, because Kafka stamps what it stores: every lead, cell and stage change as recomputed."""
    line = install_on_kafka(scorecard=SITE, score_interval_seconds=60)
    await line.create_topics()
    await imported(log, "--produce", "--shift-to-now", **line.environment)
    await require_settled(line, len(await line.read("page-views")))

    _, told = await require_all_as_recomputed(line, line.scorecard)

    assert len(first_of_each(told)) > CHANGES_MIN[name] // 5


async def require_settled(line: Installation, count: int) -> None:
    """Let a worker handle what was imported, and stop it."""
    for number in range(PARTITIONS):
        line.ends["page-views", number] = 0
    for record in await line.read("page-views"):
        line.ends["page-views", record.partition] += 1
    assert line.ends.total() == count > 0
    worker = line.started()
    await line.settled()
    await worker.terminate()
