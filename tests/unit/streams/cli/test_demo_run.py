"""The demo looks at a log before it starts anything, and says what it makes of it."""

from pathlib import Path

import pytest

from streams.cli.demo_run import VISITOR_WIDTH, looked_through, told_of
from streams.cli.exit_codes import ExitCode
from streams.cli.stage_lines import LEAD_WIDTH
from streams.importing.visitors import visitor_id
from tests.command_line import Command

PAGE = '192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /pricing HTTP/1.1" 200 2326 "-" "Mozilla/5.0 Firefox/140.0"\n'
IMAGE = PAGE.replace("/pricing", "/logo.png")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("name,age\nAda,36\n", "no line of it is of the combined log format (line 1: not a line"),
        (IMAGE, "--all-requests"),
    ],
)
def test_a_log_without_a_page_starts_nothing(
    leadstream: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, told: str
) -> None:
    """Before any server is started it ends with what is wrong with the file."""

    def started(*_: object, **__: object) -> None:
        raise AssertionError("servers were started")

    monkeypatch.setattr("streams.cli.demo_run.Stack", started)
    path = tmp_path / "access.log"
    path.write_text(content, encoding="utf-8")

    ended = leadstream("demo", "--access-log", str(path))

    assert ended.code == ExitCode.FINDING
    assert told in ended.err


def test_images_are_left_out_and_bad_lines_told(tmp_path: Path) -> None:
    """What counts, what was left out and what did not parse is said, each in a line."""
    path = tmp_path / "access.log"
    path.write_text(PAGE + IMAGE + "no request\n", encoding="utf-8")

    assert list(told_of(looked_through(path, is_pages_only=True))) == [
        "3 lines: 1 page view of 1 visitor",
        "left out (--all-requests takes them in): asset 1",
        "1 line did not parse, first line 3: not a line of the combined format",
    ]
    assert looked_through(path, is_pages_only=False).page_views == 2


def test_a_visitor_is_shown_whole() -> None:
    """The demo's column is as wide as a visitor's id, so that it can be pasted."""
    assert len(visitor_id("192.0.2.7", None)) == VISITOR_WIDTH > LEAD_WIDTH
