"""Scorecards brought into force by command, with a worker at work: published, refused, rolled back, shown."""

import asyncio
import json
from pathlib import Path

from schemas.audit_record import AuditRecord
from schemas.contract import rfc3339
from schemas.scorecard_activation import ScorecardActivation
from streams.cli.exit_codes import ExitCode
from streams.configuration.settings import load_settings
from streams.example import example_scorecard
from streams.kafka.reader import read_to_end
from streams.publisher.door import Message
from streams.publisher.kafka import KafkaPublisher
from streams.sandbox.process import Child
from streams.translation.translate import instant
from tests.builders.records import NOW
from tests.command_line import Command
from tests.integration.cli.access_log import written_log
from tests.integration.cli.test_commands import until
from tests.servers.fixtures import ONCE_ON_KAFKA


def changed(folder: Path, version: str, *others: tuple[str, str]) -> Path:
    """Write the example under another version, changed."""
    text = example_scorecard().read_text(encoding="utf-8").replace("2026-11", version, 1)
    for old, new in others:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{version}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


async def stored(value: bytes) -> None:
    """Put a record on the topic of scorecards that no command would put there."""
    publisher = KafkaPublisher.from_settings(load_settings())
    await publisher.publish([Message(load_settings().topic_prefix + "scorecards", 0, b"by hand", value)])
    await publisher.close()


async def audited() -> list[AuditRecord]:
    """Return what the audit log says."""
    return [
        AuditRecord.model_validate_json(record.value or b"")
        async for record in read_to_end(load_settings(), "audit-log")
    ]


@ONCE_ON_KAFKA
def test_a_scorecard_is_published_refused_and_rolled_back(leadstream: Command, worker: Child, tmp_path: Path) -> None:
    """What is in force follows the commands; bad versions change nothing; each change has its audit record."""
    log = written_log(tmp_path, address="192.0.2.7", requests=6)
    lead_id = json.loads(leadstream("import", "access-log", str(log)).out.splitlines()[0])["lead_id"]
    assert leadstream("import", "access-log", str(log), "--shift-to-now", "--produce").code == ExitCode.OK
    assert "nothing was published" in leadstream("scorecard", "show").out

    first, second = changed(tmp_path, "2026-12"), changed(tmp_path, "2027-01", ("half_life: 7d", "half_life: 8d"))
    told = json.loads(leadstream("scorecard", "publish", str(first), "--yes", "--json", "--note", "as it is").out)
    assert (told["version"], told["replaces"]) == ("2026-12", "2026-11")
    other = changed(tmp_path, "2026-12", ("half_life: 7d", "half_life: 9d"))
    refused = leadstream("scorecard", "publish", str(other), "--yes")
    assert (refused.code, "another content" in refused.err) == (ExitCode.FINDING, True)
    asyncio.run(stored(b"{"))
    bad = ScorecardActivation(
        version="2030-01", text="version: 2030-01\n", published_at=instant(NOW), published_by="by hand"
    )
    asyncio.run(stored(bad.model_dump_json().encode()))

    shown = until(
        lambda: leadstream("lead", "show", lead_id, "--json"),
        lambda ended: ended.code == ExitCode.OK and json.loads(ended.out)["judged_by"] == "2026-12",
    )
    assert json.loads(shown.out)["scorecard_version"] == "2026-12"
    assert json.loads(leadstream("scorecard", "show", "--json").out)["version"] == "2026-12"

    leadstream("scorecard", "publish", str(second), "--yes", "--by", "Ada")
    assert json.loads(leadstream("scorecard", "show", "--json").out)["next"][0]["version"] == "2027-01"
    back = json.loads(leadstream("scorecard", "rollback", "2026-12", "--yes", "--json").out)
    assert (back["version"], back["replaces"]) == ("2026-12", "2027-01")
    assert leadstream("scorecard", "show", "2026-12").out == changed(tmp_path, "2026-12").read_text(encoding="utf-8")
    history = [json.loads(line) for line in leadstream("scorecard", "show", "--history", "--json").out.splitlines()]
    assert [line.get("refused", line["version"]) for line in history] == [
        *("2026-12", "2027-01", "2026-12"),
        *("unreadable", "scorecard"),
    ]
    assert "refused: scorecard" in leadstream("scorecard", "show", "--history").out

    records = asyncio.run(audited())
    assert [(record.action.value, record.subject) for record in records] == [
        ("scorecard_published", "2026-12"),
        ("scorecard_published", "2027-01"),
        ("scorecard_rolled_back", "2026-12"),
    ]
    assert records[1].actor == "Ada"
    assert rfc3339(records[0].at) <= rfc3339(records[1].at)


def test_what_cannot_be_done_is_told(leadstream: Command, environment: dict[str, str], tmp_path: Path) -> None:
    """Nothing to go back to, no such version, nobody to ask, the same once more."""
    leadstream("topics", "create")
    file = str(changed(tmp_path, "2026-12"))

    assert leadstream("scorecard", "rollback", "--yes").code == ExitCode.NOT_FOUND
    assert leadstream("scorecard", "rollback", "2026-11", "--yes").code == ExitCode.NOT_FOUND
    assert leadstream("scorecard", "show", "2026-12").code == ExitCode.NOT_FOUND
    assert leadstream("scorecard", "publish", file).code == ExitCode.USAGE
    assert leadstream("scorecard", "publish", file, "--yes").code == ExitCode.OK
    again = leadstream("scorecard", "publish", file, "--yes")
    assert (again.code, "already" in again.err) == (ExitCode.FINDING, True)
    assert len(asyncio.run(audited())) == 1
