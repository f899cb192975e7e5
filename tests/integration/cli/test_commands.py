"""Every command that asks Kafka or Redis, against both brokers: what it tells, and how it ends."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.topics import TOPICS
from streams.cli.exit_codes import ExitCode
from streams.configuration.settings import load_settings
from streams.publisher.door import Message
from streams.publisher.kafka import KafkaPublisher
from streams.sandbox.process import Child, free_port
from streams.sandbox.worker_probe import handled_records
from tests.command_line import Command, Ended
from tests.integration.cli.access_log import written_log

WAIT_SECONDS_MAX = 30.0
ADA = "192.0.2.7"


def until(ask: Callable[[], Ended], is_so: Callable[[Ended], bool]) -> Ended:
    """Ask again and again, for a bounded time, until an answer is right; returns the last answer."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not is_so(answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


async def produce_without_a_url(lead_ids: Sequence[str]) -> None:
    """Send page views that break their contract."""
    settings = load_settings()
    publisher = KafkaPublisher.from_settings(settings)
    bodies = {lead_id: json.dumps({"lead_id": lead_id, "title": "prices"}).encode() for lead_id in lead_ids}
    topic = settings.topic_prefix + "page-views"
    await publisher.publish([Message(topic, 0, lead_id.encode(), body) for lead_id, body in bodies.items()])
    await publisher.close()


def test_topics_are_made_once_and_found_right(leadstream: Command, topic_prefix: str) -> None:
    """What is missing is made, what is there is left alone, and a check then finds nothing wrong."""
    before = leadstream("topics", "check")
    first, second = (json.loads(leadstream("topics", "create", "--json").out) for _ in range(2))
    after = leadstream("topics", "check", "--json")

    names = {topic_prefix + name for name in TOPICS}
    assert before.code == ExitCode.FINDING
    assert set(first["created"]) == set(second["existing"]) == names
    assert second["created"] == []
    assert (after.code, json.loads(after.out)["findings"]) == (ExitCode.OK, [])


def test_another_number_of_partitions_is_refused(
    leadstream: Command, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Topics of another partition count are named by a check, and the worker does not start on them."""
    leadstream("topics", "create")
    monkeypatch.setenv("LEADSTREAM_PARTITIONS", "3")

    checked, worker = leadstream("topics", "check"), leadstream("worker")

    assert (checked.code, worker.code) == (ExitCode.FINDING, ExitCode.FINDING)
    assert "page-views" in checked.out
    assert "partitions" in checked.out
    assert "page-views" in worker.err


@pytest.mark.parametrize("count", [1, 6], ids=["fewer", "more"])
@pytest.mark.parametrize("command", [("status",), ("lead", "show", "ada")], ids=" ".join)
def test_nothing_is_looked_for_where_it_is_not(
    leadstream: Command, worker: Child, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], count: int
) -> None:
    """With another number of partitions a lead would be missed, and a backlog: the tables know theirs."""
    until(lambda: leadstream("status"), lambda ended: ended.code == ExitCode.OK)
    monkeypatch.setenv("LEADSTREAM_PARTITIONS", str(count))

    ended = leadstream(*command)

    assert ended.code == ExitCode.UNREACHABLE
    assert f"and LEADSTREAM_PARTITIONS={count}: leads would be looked for where they are not" in " ".join(
        ended.err.split()
    )


def test_partitions_that_kafka_lacks_are_named_at_once(
    leadstream: Command, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any worker made tables, and not as a Kafka that does not answer."""
    leadstream("topics", "create")
    monkeypatch.setenv("LEADSTREAM_PARTITIONS", "9")

    ended = leadstream("status")

    assert ended.code == ExitCode.UNREACHABLE
    assert "and LEADSTREAM_PARTITIONS=9; `leadstream topics check` says" in " ".join(ended.err.split())


def test_a_log_becomes_leads_that_can_be_looked_up(
    leadstream: Command, environment: dict[str, str], worker: Child, tmp_path: Path
) -> None:
    """From a log through Kafka and a worker into the tables: shown, and explained to the last point."""
    log = written_log(tmp_path, address=ADA, requests=6)
    lead_id = json.loads(leadstream("import", "access-log", str(log)).out.splitlines()[0])["lead_id"]
    assert leadstream("import", "access-log", str(log), "--shift-to-now", "--produce").code == ExitCode.OK

    shown = until(
        lambda: leadstream("lead", "show", lead_id, "--json"),
        lambda ended: ended.code == ExitCode.OK and len(json.loads(ended.out)["activities"]) == 6,
    )
    lead = json.loads(shown.out)
    explained = json.loads(leadstream("lead", "explain", lead_id, "--json").out)
    assert lead["scores"]["product"]["stage"] == "lead"
    assert {signal for one in lead["activities"] for signal in one["signals"]} == {"page_viewed", "pricing_viewed"}
    assert sum(line["points"] for line in explained["lines"]) == pytest.approx(explained["score"], abs=1e-9)
    assert explained["stage"] == "lead"


def test_a_lead_is_explained_at_other_instants(leadstream: Command, worker: Child, tmp_path: Path) -> None:
    """In the future score and stage have faded; before it came there was no score, and no stage is told for then."""
    log = written_log(tmp_path, address=ADA, requests=6)
    lead_id = json.loads(leadstream("import", "access-log", str(log)).out.splitlines()[0])["lead_id"]
    leadstream("import", "access-log", str(log), "--shift-to-now", "--produce")
    now = until(lambda: leadstream("lead", "explain", lead_id, "--json"), lambda ended: ended.code == ExitCode.OK)

    in_ten_days = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    last_year = (datetime.now(UTC) - timedelta(days=365)).isoformat()
    later = json.loads(leadstream("lead", "explain", lead_id, "--at", in_ten_days, "--json").out)
    before = json.loads(leadstream("lead", "explain", lead_id, "--at", last_year, "--json").out)
    assert 0 < later["score"] < json.loads(now.out)["score"]
    assert (before["score"], before["is_past"], before["stage"]) == (0, True, None)
    in_half_a_year = (datetime.now(UTC) + timedelta(days=180)).isoformat()
    at_last = json.loads(leadstream("lead", "explain", lead_id, "--at", in_half_a_year, "--json").out)
    assert (at_last["stage"], at_last["stage_now"]) == ("subscriber", "lead")
    for_people = leadstream("lead", "explain", lead_id, "--at", last_year).out
    assert "stage now  lead" in for_people
    for_people = leadstream("lead", "explain", lead_id, "--at", in_ten_days)
    assert "pricing" in for_people.out
    assert f"{later['score']:.2f}" in for_people.out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("lead", "show", "nobody"), ExitCode.NOT_FOUND, "no lead nobody"),
        (("lead", "explain", "nobody", "--at", "noon"), ExitCode.NOT_FOUND, "no lead nobody"),
        (("dead-letters", "show", "7"), ExitCode.USAGE, "PARTITION/OFFSET"),
        (("dead-letters", "show", "0/7"), ExitCode.NOT_FOUND, "no dead letter 0/7"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_not_there_is_told(leadstream: Command, arguments: tuple[str, ...], code: int, told: str) -> None:
    """A lead or dead letter that does not exist ends with its code and says how to find one."""
    leadstream("topics", "create")

    ended = leadstream(*arguments)

    assert ended.code == code
    assert told in ended.err


def test_dead_letters_are_listed_and_shown(leadstream: Command, environment: dict[str, str], worker: Child) -> None:
    """A refused record is listed with its reason but not its content, and shown whole on request."""
    asyncio.run(produce_without_a_url([f"visitor-{site}" for site in range(8)]))
    port = int(environment["LEADSTREAM_METRICS_PORT"])
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while (handled_records(port) or 0) < 8 and time.monotonic() < deadline:
        time.sleep(0.1)

    listed = until(lambda: leadstream("dead-letters", "list", "--json"), lambda ended: bool(ended.out))
    letters = [json.loads(line) for line in listed.out.splitlines()]
    one = json.loads(leadstream("dead-letters", "show", letters[0]["id"], "--json").out)
    assert {letter["reason"] for letter in letters} == {"schema"}
    assert "visitor-" not in listed.out
    assert json.loads(one["value"])["lead_id"] == one["key"]
    assert leadstream("dead-letters", "list", "--reason", "future").out == ""
    for_people = leadstream("dead-letters", "list", "--limit", "1")
    assert "schema" in for_people.out
    assert f"1 of {len(letters)} dead letters" in for_people.err
    assert '"title": "prices"' in leadstream("dead-letters", "show", letters[0]["id"]).out


@pytest.mark.parametrize(
    "arguments",
    [("topics", "create"), ("topics", "check"), ("dead-letters", "list"), ("worker",), ("lead", "show", "ada")],
    ids=" ".join,
)
def test_servers_that_are_not_there_are_named(
    leadstream: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Without Kafka or Redis a command ends soon, with its code, names the server and shows no traceback."""
    port = free_port()
    monkeypatch.setenv("LEADSTREAM_KAFKA_BOOTSTRAP", f"127.0.0.1:{port}")
    monkeypatch.setenv("LEADSTREAM_REDIS_URL", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setenv("LEADSTREAM_KAFKA_TIMEOUT_SECONDS", "1")

    ended = leadstream(*arguments)

    assert ended.code == ExitCode.UNREACHABLE
    assert f"127.0.0.1:{port}" in ended.err
    assert "Traceback" not in ended.err
