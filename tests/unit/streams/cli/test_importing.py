"""An access log is imported from the command line: activities out, the summary beside them."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.activities import PageView
from schemas.inputs import line_adapter
from streams.cli.exit_codes import ExitCode
from tests.command_line import Command

LINES = """\
192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /pricing HTTP/1.1" 200 2326 "-" "Mozilla/5.0 (X11) Firefox/140.0"
192.0.2.7 - - [17/May/2015:10:05:01 +0000] "GET /logo.png HTTP/1.1" 200 2326 "-" "Mozilla/5.0 (X11) Firefox/140.0"
198.51.100.9 - - [17/May/2015:11:05:03 +0000] "GET / HTTP/1.1" 200 2326 "-" "Googlebot/2.1"
this is no line of a log
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of three requests and a line that is none."""
    path = tmp_path / "access.log"
    path.write_text(LINES, encoding="utf-8")
    return path


def views(text: str) -> list[PageView]:
    """Return the activities of a command's output."""
    return [line_adapter().validate_json(line) for line in text.splitlines()]


def test_activities_come_out_and_the_summary_beside_them(leadstream: Command, log: Path) -> None:
    """Standard output holds activities only; what was counted is on standard error."""
    ended = leadstream("import", "access-log", str(log), "--site", "https://example.com")

    assert ended.code == ExitCode.OK
    assert [view.url for view in views(ended.out)] == [
        "https://example.com/pricing",
        "https://example.com/logo.png",
        "https://example.com/",
    ]
    assert "4 lines: 3 page views of 2 visitors" in ended.err
    assert "1 by crawlers (33%)" in ended.err
    assert "line 4: not a line of the combined format" in ended.err


def test_a_file_is_written_whole(leadstream: Command, log: Path, tmp_path: Path) -> None:
    """With `--output` the activities are in the file, and the summary for machines on standard output."""
    target = tmp_path / "views.ndjson"

    ended = leadstream("import", "access-log", str(log), "-o", str(target), "--json", "--pages-only")

    told = json.loads(ended.out)
    assert len(views(target.read_text(encoding="utf-8"))) == told["page_views"] == 2
    assert told["left_out"] == {"asset": 1}
    assert told["unread_lines"] == [{"line": 4, "reason": "not a line of the combined format"}]
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_a_log_is_moved_to_now(leadstream: Command, log: Path) -> None:
    """The newest line happened now, the others as long before it as ever."""
    before = datetime.now(UTC)

    ended = leadstream("import", "access-log", str(log), "--shift-to-now")

    pricing, _, newest = views(ended.out)
    assert before - timedelta(seconds=1) <= newest.occurred_at <= datetime.now(UTC)
    assert newest.occurred_at - pricing.occurred_at == timedelta(hours=1)


def test_a_salt_makes_other_visitors(leadstream: Command, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a secret salt the ids are others, and the salt is nowhere to be seen."""
    plain = views(leadstream("import", "access-log", str(log)).out)
    monkeypatch.setenv("LEADSTREAM_VISITOR_SALT", "a-secret-salt")
    ended = leadstream("import", "access-log", str(log))

    assert {view.lead_id for view in plain}.isdisjoint({view.lead_id for view in views(ended.out)})
    assert "a-secret-salt" not in ended.out + ended.err


def test_no_address_comes_through(leadstream: Command, log: Path) -> None:
    """Neither address nor user agent is in anything that comes out."""
    ended = leadstream("import", "access-log", str(log))

    for personal in ("192.0.2.7", "198.51.100.9", "Firefox", "Googlebot"):
        assert personal not in ended.out + ended.err


def test_compressed_logs_are_read(leadstream: Command, log: Path, tmp_path: Path) -> None:
    """A rotated log is read as it is."""
    packed = tmp_path / "access.log.1.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))

    assert leadstream("import", "access-log", str(packed)).out == leadstream("import", "access-log", str(log)).out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("absent.log",), ExitCode.NOT_FOUND, "absent.log: No such file"),
        (("absent.log", "--shift-to-now"), ExitCode.NOT_FOUND, "absent.log"),
        (("-", "--shift-to-now"), ExitCode.USAGE, "save it in a file first"),
        (("absent.log", "--site", "example.com"), ExitCode.USAGE, "https://example.com"),
        (("absent.log", "-o", "out.ndjson", "--produce"), ExitCode.USAGE, "give one of them"),
        (("absent.log", "-o", "no/such/folder/out.ndjson"), ExitCode.USAGE, "there is no folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_told(
    leadstream: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    """Each thing that cannot be done ends with its code, and says what to do instead."""
    monkeypatch.chdir(tmp_path)

    ended = leadstream("import", "access-log", *arguments)

    assert ended.code == code
    assert told in ended.err
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_file_is_refused(leadstream: Command, log: Path, tmp_path: Path) -> None:
    """A file in which no line parses ends it with a sentence and a code, and what was written before stays."""
    log.write_text("name,age\nAda,36\n", encoding="utf-8")
    target = tmp_path / "views.ndjson"
    target.write_text("of an earlier run", encoding="utf-8")

    ended = leadstream("import", "access-log", str(log), "-o", str(target))

    assert ended.code == ExitCode.FINDING
    assert "line 1: not a line of the combined format" in ended.err
    assert "no line of it is of the combined log format" in ended.err
    assert target.read_text(encoding="utf-8") == "of an earlier run"


def test_an_empty_log_is_told(leadstream: Command, log: Path) -> None:
    """A log that was rotated a moment ago is no mistake, but it is said that it is empty."""
    log.write_text("", encoding="utf-8")

    ended = leadstream("import", "access-log", str(log))

    assert ended.code == ExitCode.OK
    assert f"{log} is empty" in ended.err


def test_help_says_how_far_repeats_are_known(leadstream: Command) -> None:
    """Importing twice counts once only within each visitor's journal, and the help says so."""
    assert "LEADSTREAM_JOURNAL_ENTRIES_MAX" in leadstream("import", "access-log", "--help").out
