"""`leadstream scorecard simulate`: text, JSON and a page say the same; wrong use and bad lines are named."""

import json
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from tests.builders.histories import demo_lines, written
from tests.command_line import Command

SIMULATE = ("scorecard", "simulate", str(example_scorecard()))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a file of what a few leads did."""
    return written(tmp_path, demo_lines(seed=8, leads=12, days=14))


def test_text_json_and_page_say_the_same(leadstream: Command, history: Path, tmp_path: Path) -> None:
    """One document stands behind all three; the page carries all that it needs."""
    page = tmp_path / "page.html"
    plain = leadstream(*SIMULATE, "--history", str(history), "--html", str(page))
    told = json.loads(leadstream(*SIMULATE, "--history", str(history), "--json").out)

    assert plain.code == ExitCode.OK, plain.err
    assert f"{told['stage_changes']:,} stage changes" in plain.out
    assert told["leads"] == 12
    assert sum(one["leads_at_end"] for one in told["scores"]["product"]["stages"]) == 12
    assert "never gave points" in plain.out
    html = page.read_text(encoding="utf-8")
    assert "Criteria that never gave points" in html
    assert told["changes_listed"][-1]["lead"] in html
    assert "http://" not in html.replace("http://www.w3.org/", "")


def test_outcomes_tell_what_stages_are_worth(leadstream: Command, history: Path, tmp_path: Path) -> None:
    """A table of precision, recall and lift; bad rows are named and end it with code 1."""
    lead_id = json.loads(demo_lines(seed=8, leads=12, days=14)[0])["lead_id"]
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text(f"lead_id,outcome,occurred_at\n{lead_id},won,2026-11-22\n{lead_id},wonn,2026-11-22\n")
    page = tmp_path / "page.html"
    given = ("--history", str(history), "--outcomes", str(outcomes), "--rest-lost", "--html", str(page))
    ended = leadstream(*SIMULATE, *given)

    assert ended.code == ExitCode.FINDING
    assert "held against outcomes: 12 leads, 8.3% of them won" in ended.out
    assert "reached     won  lost  precision  95% within" in ended.out
    assert "95% from" in page.read_text(encoding="utf-8")
    assert 'line 3: outcome wonn: did you mean "won"?' in ended.err


def test_leads_need_no_names(leadstream: Command, history: Path, tmp_path: Path) -> None:
    """With --no-lead-ids no id of a lead is in what is told, nor in the page."""
    page = tmp_path / "page.html"
    ended = leadstream(*SIMULATE, "--history", str(history), "--no-lead-ids", "--json", "--html", str(page))
    lead_ids = {json.loads(line)["lead_id"] for line in history.read_bytes().splitlines()}

    assert not [lead_id for lead_id in lead_ids if lead_id in ended.out + page.read_text(encoding="utf-8")]
    assert json.loads(ended.out)["changes_listed"][0]["lead"].startswith("lead-")


def test_bad_lines_are_named(leadstream: Command, history: Path) -> None:
    """A line that is no activity ends it with code 1, and the rest is played."""
    history.write_bytes(b"{\n" + history.read_bytes())
    ended = leadstream(*SIMULATE, "--history", str(history))

    assert ended.code == ExitCode.FINDING
    assert "line 1: " in ended.err
    assert "of 12 leads" in ended.out


def test_an_empty_history_is_told_as_such(leadstream: Command, tmp_path: Path) -> None:
    """Nothing happened: zeros, no fault, also as a page."""
    empty, page = tmp_path / "empty.ndjson", tmp_path / "page.html"
    empty.write_bytes(b"")
    ended = leadstream(*SIMULATE, "--history", str(empty), "--html", str(page))

    assert ended.code == ExitCode.OK, ended.err
    assert "empty.ndjson: nothing is there to play" in ended.out.replace("\n", " ")
    assert "0 records of 0 leads" in ended.out
    assert "1970-01-01" not in ended.out + page.read_text(encoding="utf-8")
    assert page.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--history FILE or --topics"),
        (("--history", "x", "--topics"), "--history FILE or --topics"),
        (("--history", "x", "--won", "signed"), "--outcomes FILE"),
        (("--history", "x", "--outcomes", "x"), "is the history itself"),
        (("--history", "x", "--from", "yesterday"), "RFC 3339"),
        (("--history", "x", "--from", "2026-11-22T00:00:00Z", "--until", "2026-11-21T00:00:00Z"), "turn them round"),
    ],
)
def test_wrong_use_is_named(leadstream: Command, options: tuple[str, ...], said: str) -> None:
    """What makes no sense together is refused before anything is read."""
    ended = leadstream(*SIMULATE, *options)

    assert ended.code == ExitCode.USAGE
    assert said in ended.err


def test_missing_files_are_named(leadstream: Command, history: Path, tmp_path: Path) -> None:
    """A history, a scorecard or outcomes that are not there end it with their code."""
    absent = str(tmp_path / "absent")

    assert leadstream(*SIMULATE, "--history", absent).code == ExitCode.NOT_FOUND
    assert leadstream("scorecard", "simulate", absent, "--history", str(history)).code == ExitCode.NOT_FOUND
    assert leadstream(*SIMULATE, "--history", str(history), "--outcomes", absent).code == ExitCode.NOT_FOUND
