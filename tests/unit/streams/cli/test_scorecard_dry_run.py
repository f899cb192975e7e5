"""A release is shown before it is made: what would change, and for whom; a dry run publishes nothing."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from streams.publisher.kafka import KafkaPublisher
from streams.scorecards import releasing
from streams.scorecards.loading import load
from streams.scorecards.registry import Registry
from streams.scorecards.releasing import KnownScorecards
from tests.command_line import Command

VISITS = "".join(
    f'{{"type": "form_fill", "id": "{form}", "lead_id": "lead-ada", "occurred_at": "2026-11-02T09:00:00Z",'
    f' "form_id": "{form}"}}\n'
    for form in ("demo", "whitepaper")
)


@pytest.fixture(autouse=True)
def topic(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic of scorecards that is empty: the installation's file, the example, is in force. Nothing may be sent."""
    assert leadstream  # which takes the settings of others away first
    monkeypatch.setenv("LEADSTREAM_SCORECARD", str(example_scorecard()))

    async def known(_settings: object) -> KnownScorecards:
        return KnownScorecards(Registry(load(example_scorecard())), {})

    def sending(_settings: object) -> NoReturn:
        raise AssertionError("something is sent")

    monkeypatch.setattr(releasing, "known_scorecards", known)
    monkeypatch.setattr(KafkaPublisher, "from_settings", sending)


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The example, in which marketing's stage is entered later, as a version of its own."""
    path = tmp_path / "stricter.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("enter_at: 40", "enter_at: 50")
    path.write_text(text.replace("version: 2026-11", "version: 2026-12"), encoding="utf-8")
    return path


def test_a_dry_run_tells_what_would_change(leadstream: Command, stricter: Path) -> None:
    """From what is in force to the file; nothing is published, and that is said."""
    ended = leadstream("scorecard", "publish", str(stricter), "--dry-run")

    assert ended.code == ExitCode.OK
    assert "score product, stage mql: enter_at 40 -> 50" in ended.out
    assert "2026-11 -> 2026-12: 1 change" in ended.err
    assert "nothing was published" in ended.err


def test_a_dry_run_over_a_history_tells_for_whom(leadstream: Command, stricter: Path, tmp_path: Path) -> None:
    """As text and for machines."""
    visits = tmp_path / "visits.ndjson"
    visits.write_text(VISITS, encoding="utf-8")
    arguments = ("scorecard", "publish", str(stricter), "--dry-run", "--history", str(visits))

    text, document = leadstream(*arguments), leadstream(*arguments, "--json")

    assert "lead-ada  [product]  mql -> lead  45.0 -> 45.0  the ladder" in text.out
    told = json.loads(document.out)
    assert (told["is_published"], told["version"], told["replaces"]) == (False, "2026-12", "2026-11")
    assert told["leads"]["differing"] == 1


def test_a_dry_run_refuses_what_publishing_would(leadstream: Command, stricter: Path) -> None:
    """Another content under a known version."""
    stricter.write_text(stricter.read_text(encoding="utf-8").replace("2026-12", "2026-11"), encoding="utf-8")

    ended = leadstream("scorecard", "publish", str(stricter), "--dry-run")

    assert ended.code == ExitCode.FINDING
    assert "a version of its own" in ended.err


def test_who_is_asked_sees_what_changes_first(
    leadstream: Command, stricter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And publishes nothing with a no."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)

    ended = leadstream("scorecard", "publish", str(stricter))

    assert ended.code == ExitCode.INTERRUPTED
    assert "stage mql: enter_at 40 -> 50" in ended.out
    assert "nothing was published" in ended.err


def test_in_a_pipe_yes_has_to_be_said(leadstream: Command, stricter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can be asked there; nothing is shown, as nothing is decided."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)

    ended = leadstream("scorecard", "publish", str(stricter))

    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert "give --yes" in ended.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--topics",), "give --dry-run too"),
        (("--history", "visits.ndjson"), "give --dry-run too"),
        (("--dry-run", "--topics", "--history", "visits.ndjson"), "either --history FILE or --topics"),
    ],
)
def test_options_that_make_no_sense_are_told(leadstream: Command, options: tuple[str, ...], told: str) -> None:
    """Before anything is read."""
    ended = leadstream("scorecard", "publish", "absent.yaml", *options)

    assert ended.code == ExitCode.USAGE
    assert told in ended.err
