"""A challenger's way by command: it challenges, is shown, withdrawn or promoted; what cannot be is refused."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.audit_record import AuditRecord
from schemas.contract import rfc3339
from schemas.scorecard_activation import ScorecardActivation
from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from streams.publisher.fake import FakePublisher
from streams.publisher.kafka import KafkaPublisher
from streams.scorecards import releasing
from streams.scorecards.loading import load
from streams.scorecards.registry import Registry
from streams.scorecards.releasing import KnownScorecards
from streams.translation.translate import milliseconds
from tests.builders.activations import Stored
from tests.command_line import Command


@dataclass
class Topic:
    """The topics that the commands write to. ``passed_ms``: how long ago everything was stored."""

    publisher: FakePublisher = field(default_factory=FakePublisher)
    passed_ms: int = 0

    async def known(self, _settings: object) -> KnownScorecards:
        """Read the topic of scorecards."""
        registry, offsets = Registry(load(example_scorecard())), dict[bytes, int]()
        for offset, message in enumerate(self.publisher.of("scorecards")):
            registry.take(Stored(offset, time.time_ns() // 1_000_000 - self.passed_ms, message.value))
            offsets[message.key or b""] = offset
        return KnownScorecards(registry, offsets)

    @property
    def said(self) -> list[str]:
        """What was published, by its type."""
        values = (message.value or b"" for message in self.publisher.of("scorecards"))
        return [ScorecardActivation.model_validate_json(value).type for value in values]

    @property
    def audited(self) -> list[str]:
        """What the audit log says was done."""
        values = (message.value or b"" for message in self.publisher.of("audit-log"))
        return [AuditRecord.model_validate_json(value).action.value for value in values]


@pytest.fixture
def topic(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic of scorecards that is empty: the installation's file, the example, is in force."""
    assert leadstream  # which takes the settings of others away first
    monkeypatch.setenv("LEADSTREAM_SCORECARD", str(example_scorecard()))
    made = Topic()
    monkeypatch.setattr(releasing, "known_scorecards", made.known)
    monkeypatch.setattr(KafkaPublisher, "from_settings", lambda _settings: made.publisher)
    return made


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The example, in which marketing's stage is entered later, as a version of its own."""
    path = tmp_path / "stricter.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("enter_at: 40", "enter_at: 50")
    path.write_text(text.replace("version: 2026-11", "version: 2026-12"), encoding="utf-8")
    return path


def test_a_challenger_comes_is_shown_and_goes(leadstream: Command, topic: Topic, stricter: Path) -> None:
    """Each step leaves its record in the audit log before it is taken."""
    came = json.loads(leadstream("scorecard", "challenge", str(stricter), "--yes", "--json").out)
    assert (came["version"], came["challenges"], came["counted_from_then_on"]) == ("2026-12", "2026-11", [])
    assert "then 2026-12 challenges from" in leadstream("scorecard", "show").out

    topic.passed_ms = 60_000
    shown = json.loads(leadstream("scorecard", "show", "--json").out)
    assert (shown["version"], shown["challenger"]["version"], shown["next"]) == ("2026-11", "2026-12", [])
    assert "challenged by" in leadstream("scorecard", "show").out

    gone = json.loads(leadstream("scorecard", "withdraw", "--yes", "--json").out)
    assert (gone["version"], gone["is_withdrawn"]) == ("2026-12", True)
    assert json.loads(leadstream("scorecard", "show", "--json").out)["challenger"] is None
    history = [json.loads(line) for line in leadstream("scorecard", "show", "--history", "--json").out.splitlines()]
    assert [one["role"] for one in history] == ["challenger", "withdrawn"]
    assert topic.said == ["scorecard_challenge", "scorecard_withdrawal"]
    assert topic.audited == ["scorecard_challenged", "scorecard_withdrawn"]


def test_a_challenger_is_promoted(leadstream: Command, topic: Topic, stricter: Path) -> None:
    """It comes into force, and challenges nobody then."""
    leadstream("scorecard", "challenge", str(stricter), "--yes")
    topic.passed_ms = 60_000

    told = json.loads(leadstream("scorecard", "promote", "--yes", "--json", "--backfill").out)

    assert (told["version"], told["replaces"]) == ("2026-12", "2026-11")
    shown = json.loads(leadstream("scorecard", "show", "--json").out)
    assert (shown["version"], shown["challenger"]) == ("2026-12", None)
    assert topic.audited == ["scorecard_challenged", "scorecard_promoted"]
    last = json.loads(leadstream("scorecard", "show", "--history", "--json").out.splitlines()[-1])
    assert (last["role"], last["is_backfilled"]) == ("champion", True)


def test_what_is_counted_from_then_on_is_said(leadstream: Command, topic: Topic, stricter: Path) -> None:
    """A signal that nobody counted yet, as after a release."""
    text = stricter.read_text(encoding="utf-8")
    path = stricter.with_name("another.yaml")
    path.write_text(text.replace("half_life: 7d", "half_life: 1d"), encoding="utf-8")

    ended = leadstream("scorecard", "challenge", str(path), "--yes")

    assert ended.code == ExitCode.OK
    assert "counted from then on" in ended.err
    assert topic.said == ["scorecard_challenge"]


def test_what_cannot_challenge_is_refused(leadstream: Command, topic: Topic, stricter: Path) -> None:
    """The version in force, another content of it, a signal of two meanings; and nobody who can be asked."""
    same = leadstream("scorecard", "challenge", str(example_scorecard()), "--yes")
    text = stricter.read_text(encoding="utf-8")
    other = stricter.with_name("other.yaml")
    other.write_text(text.replace("2026-12", "2026-11"), encoding="utf-8")
    taken = leadstream("scorecard", "challenge", str(other), "--yes")
    unasked = leadstream("scorecard", "challenge", str(stricter))

    assert (same.code, "is in force itself" in same.err) == (ExitCode.FINDING, True)
    assert (taken.code, "another content" in taken.err) == (ExitCode.FINDING, True)
    assert unasked.code == ExitCode.USAGE
    assert topic.said == []


@pytest.mark.parametrize("command", ["withdraw", "promote", "compare"])
def test_without_a_challenger_there_is_nothing_to_do(leadstream: Command, topic: Topic, command: str) -> None:
    """And the way to one is told."""
    ended = leadstream("scorecard", command, *(() if command == "compare" else ("--yes",)))

    assert (ended.code, "scorecard challenge FILE" in ended.err) == (ExitCode.NOT_FOUND, True)
    assert topic.said == []


def test_who_is_withdrawn_before_it_challenges_never_does(leadstream: Command, topic: Topic, stricter: Path) -> None:
    """Nor an hour later, when its challenge would have begun."""
    begins_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    leadstream("scorecard", "challenge", str(stricter), "--at", rfc3339(begins_at), "--yes")
    told = leadstream("scorecard", "withdraw", "--yes", "--json")

    reign = asyncio.run(topic.known(None)).registry.reign_at(milliseconds(begins_at + timedelta(hours=1)))

    assert json.loads(told.out)["active_at"] == rfc3339(begins_at)
    assert reign.challenger is None
