"""What ARCHITECTURE.md points at is there."""

import re
from pathlib import Path

import pytest

from streams.table.door import CommitAnswer
from tests.docs.pages import PAGES, ROOT, blocks, named

ARCHITECTURE = ROOT / "ARCHITECTURE.md"
OF_THE_PROJECT = re.compile(r"`((?:schemas|scorer|streams|tests|tools|deploy|docs)/[\w./-]*)`")

IN_WORDS = {f"streams/{name}/" for name in ("transport", "scorecards", "importing", "sandbox", "demo", "cli")}
"""Folders of which the tree says what they are for, and not which modules they have."""


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_that_is_named_exists(page: Path) -> None:
    """Whoever follows a path from a page finds a file or a folder."""
    paths = OF_THE_PROJECT.findall(page.read_text(encoding="utf-8"))

    assert [path for path in paths if not (ROOT / path).exists()] == []


def tree() -> dict[str, set[str]]:
    """Return the page's tree: the words beside each folder."""
    (block,) = (block for block in blocks(ARCHITECTURE) if block.text.startswith("schemas/"))
    found: dict[str, set[str]] = {}
    package = ""
    for line in block.text.splitlines():
        if match := re.match(r"( *)([\w./]+/) +(.+)", line):
            package = match[2] if not match[1] else package
            folder = match[2] if not match[1] else package + match[2]
            found[folder] = set(re.findall(r"\w+", match[3]))
    return found


def test_the_tree_names_every_module() -> None:
    """Beside each folder stand its modules; a new one cannot be forgotten."""
    listed = {
        folder: words
        for folder, words in tree().items()
        if folder.count("/") > 1 and folder not in IN_WORDS and (ROOT / folder).is_dir()
    }
    wrong = {
        folder: missing
        for folder, words in listed.items()
        if (missing := {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"} - words)
    }

    assert "streams/table/" in listed
    assert wrong == {}


def test_every_answer_of_a_commit_is_explained() -> None:
    """The table of answers is the table in the code."""
    page = ARCHITECTURE.read_text(encoding="utf-8")

    assert [answer.value for answer in CommitAnswer if f"| `{answer.value}` |" not in page] == []
