"""The page on checking has every code of a finding, with what the code's table says of it, and no other."""

import re

from streams.cli.exit_codes import ExitCode
from streams.scorecards.codes import DOUBTS, MISTAKES
from tests.command_line import Command
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "checking.md"


def rows(heading: str) -> dict[str, str]:
    """Return the codes of a section's table, each with what stands beside it."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE))


def test_every_kind_of_doubt_is_on_the_page() -> None:
    """In the words of the code's table."""
    assert rows("Kinds of doubts") == dict(DOUBTS)


def test_every_kind_of_mistake_is_on_the_page() -> None:
    """In the words of the code's table."""
    assert rows("Kinds of mistakes") == dict(MISTAKES)


def test_the_exit_codes_are_those_of_the_page(leadstream: Command, folder: object) -> None:
    """A file of doubts is usable, and fails where it is asked to."""
    (block,) = (block for block in blocks(PAGE) if block.name == "doubtful.yaml")
    (ROOT.__class__(str(folder)) / "doubtful.yaml").write_text(block.text, encoding="utf-8")

    assert leadstream("scorecard", "check", "doubtful.yaml").code == ExitCode.OK
    assert leadstream("scorecard", "check", "--strict", "doubtful.yaml").code == ExitCode.FINDING
