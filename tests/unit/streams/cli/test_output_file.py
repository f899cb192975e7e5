"""No command writes over what it reads, or where nothing can be written; both are said before anything is touched."""

import json
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from tests.command_line import Command

EXAMPLE = Path("deploy", "scorecards", "software_company.yaml")
HISTORY = json.dumps(
    {
        "type": "page_view",
        "id": "1",
        "lead_id": "ada",
        "occurred_at": "2026-05-01T10:00:00Z",
        "url": "https://example.com/pricing",
    }
)
CASES = """\
now: 2026-10-03 14:07
cases:
  prices:
    did:
      - {page_view: /pricing, at: 1h before}
    expect: {score: 9}
"""
LOG = '192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /pricing HTTP/1.1" 200 2326 "-" "Mozilla/5.0"\n'

OVERWRITING = [
    ("import", "access-log", "access.log", "--output", "access.log"),
    ("import", "activities", "history.ndjson", "--to", "history.ndjson"),
    ("import", "activities", "history.ndjson", "--to", "./history.ndjson"),
    ("import", "activities", "history.ndjson", "--to", "linked.ndjson"),
    ("import", "activities", "history.ndjson", "--refused", "history.ndjson"),
    ("import", "activities", "history.ndjson", "--to", "out.ndjson", "--refused", "out.ndjson"),
    ("import", "activities", "rows.reasons.txt", "--refused", "rows"),
    ("scorecard", "simulate", "card.yaml", "--history", "history.ndjson", "--html", "card.yaml"),
    ("scorecard", "simulate", "card.yaml", "--history", "history.ndjson", "--html", "history.ndjson"),
    ("scorecard", "diff", "card.yaml", "other.yaml", "--html", "other.yaml"),
    ("scorecard", "diff", "card.yaml", "other.yaml", "--history", "history.ndjson", "--html", "history.ndjson"),
    ("scorecard", "test", "card.cases.yaml", "--junit", "card.cases.yaml"),
    ("scorecard", "test", "card.cases.yaml", "--junit", "card.yaml"),
    ("score", "history.svg", "--explain", "ada", "--picture", "history.svg"),
]
NOWHERE = [
    ("import", "access-log", "access.log", "--output", "nowhere/out"),
    ("import", "activities", "history.ndjson", "--to", "nowhere/out"),
    ("import", "activities", "history.ndjson", "--refused", "nowhere/out"),
    ("scorecard", "simulate", "card.yaml", "--history", "history.ndjson", "--html", "nowhere/out"),
    ("scorecard", "diff", "card.yaml", "other.yaml", "--html", "nowhere/out"),
    ("scorecard", "test", "card.cases.yaml", "--junit", "nowhere/out"),
    ("score", "history.svg", "--explain", "ada", "--picture", "nowhere/out.svg"),
    ("dead-letters", "export", "--output", "nowhere/out"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all that commands read; they are run in it."""
    card = EXAMPLE.read_text(encoding="utf-8")
    for name, text in {
        "access.log": LOG,
        "history.ndjson": HISTORY,
        "history.svg": HISTORY,
        "rows.reasons.txt": HISTORY,
        "card.yaml": card,
        "other.yaml": card.replace("2026-11", "2026-12", 1),
        "card.cases.yaml": CASES,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "linked.ndjson").symlink_to(tmp_path / "history.ndjson")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", OVERWRITING, ids=" ".join)
def test_what_a_command_reads_is_not_written_over(leadstream: Command, folder: Path, words: tuple[str, ...]) -> None:
    """A slip of the keyboard would cost a scorecard, or an export that nobody has twice."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    ended = leadstream(*words)

    assert (ended.code, "would be overwritten; name another file" in " ".join(ended.err.split())) == (
        ExitCode.USAGE,
        True,
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("words", NOWHERE, ids=" ".join)
def test_a_folder_that_is_not_there_is_named(leadstream: Command, folder: Path, words: tuple[str, ...]) -> None:
    """With the option, before any work is done."""
    ended = leadstream(*words)

    assert ended.code == ExitCode.USAGE
    assert f"{words[-2]} {words[-1]}: there is no folder nowhere; make it" in " ".join(ended.err.split())
    assert not (folder / "nowhere").exists()


def test_a_folder_is_no_file(leadstream: Command, folder: Path) -> None:
    """It is said as that."""
    (folder / "page").mkdir()

    ended = leadstream("scorecard", "diff", "card.yaml", "other.yaml", "--html", "page")

    assert (ended.code, "--html page: it is a folder; name a file" in ended.err) == (ExitCode.USAGE, True)
