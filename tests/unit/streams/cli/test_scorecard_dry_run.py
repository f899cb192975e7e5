"""A release is shown before it is made: what would change, and for whom; a dry run publishes nothing."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from streams.cli import scorecard_backfill
from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from streams.kafka.begins import Stretch
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


@pytest.fixture
def doubtful(stricter: Path) -> Path:
    """The same, with a signal that can never match."""
    text = stricter.read_text(encoding="utf-8")
    changed = text.replace("form_id: whitepaper", "form_id: 42")
    assert changed != text
    stricter.write_text(changed, encoding="utf-8")
    return stricter


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


NEW_SIGNAL = """signals:
  podcast_heard:
    activity: podcast_heard
"""
RETAINED = {"page-views": Stretch(1_200, 1_793_527_200_000), "custom-activities": Stretch(1, None)}


@pytest.fixture
def wider(stricter: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a signal that was never counted; Kafka retains some records."""

    async def retained(_settings: object) -> dict[str, Stretch]:
        return RETAINED

    monkeypatch.setattr(scorecard_backfill, "_retained", retained)
    text = stricter.read_text(encoding="utf-8").replace("signals:\n", NEW_SIGNAL, 1)
    valued = "            podcast: {signal: podcast_heard, points: 5, decay: {half_life: 30d}}\n"
    stricter.write_text(text.replace("          criteria:\n", "          criteria:\n" + valued, 1), encoding="utf-8")
    return stricter


@pytest.mark.parametrize(
    ("options", "told"),
    [((), "counted from the activation on; with --backfill"), (("--backfill",), "--backfill: counted from what Kafka")],
)
def test_a_dry_run_tells_from_when_on_new_signals_count(
    leadstream: Command, wider: Path, options: tuple[str, ...], told: str
) -> None:
    """With a backfill and without, and what of the past is retained."""
    ended = leadstream("scorecard", "publish", str(wider), "--dry-run", *options)
    document = json.loads(leadstream("scorecard", "publish", str(wider), "--dry-run", "--json", *options).out)

    assert "1 signal was not counted so far: podcast_heard" in ended.out
    assert told in ended.out
    assert "retained: page-views since 2026-11-01T10:00:00.000Z, 1,200 records" in ended.out
    assert "retained: custom-activities, 1 record\n" in ended.out
    assert document["backfill"] == {
        "new_signals": ["podcast_heard"],
        "is_backfilled": bool(options),
        "retained": {
            "page-views": {"records": 1_200, "since": "2026-11-01T10:00:00.000Z"},
            "custom-activities": {"records": 1, "since": None},
        },
    }


def test_who_is_asked_sees_what_was_never_counted(
    leadstream: Command, wider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the answer; a dry run tells more."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)

    ended = leadstream("scorecard", "publish", str(wider))

    assert "1 signal was not counted so far: podcast_heard" in ended.out
    assert "retained" not in ended.out.replace("what Kafka retains", "")


def test_doubts_are_shown_before_anybody_is_asked(
    leadstream: Command, doubtful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a dry run, and for machines."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    arguments = ("scorecard", "publish", str(doubtful))

    asked, dry, document = (leadstream(*arguments, *more) for more in ((), ("--dry-run",), ("--dry-run", "--json")))

    assert [ended.code for ended in (asked, dry, document)] == [ExitCode.INTERRUPTED, ExitCode.OK, ExitCode.OK]
    assert "[signal_never_matches]" in asked.out
    assert "[signal_never_matches]" in dry.out
    assert "1 doubt: it can be published so" in dry.err
    assert [doubt["code"] for doubt in json.loads(document.out)["doubts"]] == ["signal_never_matches"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--strict",), ExitCode.FINDING),
        (("--strict", "--allow", "signal_never_matches"), ExitCode.OK),
        (("--strict", "--allow", "signal_never_match"), ExitCode.USAGE),
    ],
)
def test_a_doubt_can_stand_in_the_way(
    leadstream: Command, doubtful: Path, options: tuple[str, ...], code: ExitCode
) -> None:
    """Where it is asked to, but for the kinds that are meant."""
    ended = leadstream("scorecard", "publish", str(doubtful), "--dry-run", *options)

    assert ended.code == code
    assert ("[signal_never_matches]" in ended.out) == (code == ExitCode.FINDING)


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
