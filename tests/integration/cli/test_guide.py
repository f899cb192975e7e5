"""The marketer's guide: what it does on a line at work is done on one here, in its order, and tells what it shows."""

import json
import re
import shlex
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.sandbox.process import Child
from streams.translation.translate import milliseconds
from tests.command_line import Command, Ended
from tests.docs.pages import LINE, ROOT, Told, blocks, is_told, told
from tests.integration.cli.test_commands import until

GUIDE = ROOT / "docs" / "guide.md"
IN_FORCE = re.compile(r"(?:is in force from|is judged anew by version \S+ at) (\S+)")
LOOKING = frozenset({"status", "lead", "--dry-run"})
"""What a command has that looks at the scorecard in force, or at what became of leads by it."""


def commands_of_the_line(folder: Path) -> list[Told]:
    """Write the guide's files, the last of each name, and return what it has typed on a line.

    With it come the commands before that write a file which a later one reads.
    """
    found: list[Told] = []
    for block in blocks(GUIDE):
        if "." in block.name:
            (folder / block.name).write_text(block.text, encoding="utf-8")
        if block.language == "console":
            found += [one for one in told(block) if block.name == LINE or " --to " in one.command]
    return found


def wait_for(instant: str, leadstream: Command) -> None:
    """Wait, as a reader would, until all leads are judged by what came into force at an instant."""
    at = datetime.fromisoformat(instant)
    in_force = f"@{milliseconds(at)}"
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))

    def is_over(ended: Ended) -> bool:
        partitions = json.loads(ended.out)["partitions"]
        return all(one["scorecard"].endswith(in_force) and one["state"] == "current" for one in partitions)

    looked = until(lambda: leadstream("status", "--json"), is_over)
    assert is_over(looked), looked.out


@pytest.mark.parametrize("broker", ["embedded"], indirect=True)
def test_the_guide_runs_to_its_end(
    leadstream: Command, worker: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published, imported, compared, published again, watched, explained, rolled back: told as the page shows it."""
    monkeypatch.chdir(tmp_path)
    wrong, in_force_at = [], ""
    for one in commands_of_the_line(tmp_path):
        words = shlex.split(one.command)[1:]
        if in_force_at and LOOKING.intersection(words):
            wait_for(in_force_at, leadstream)
            in_force_at = ""
        ended = leadstream(*words)
        if not is_told(one.output, ended.out + ended.err):
            wrong.append(f"docs/guide.md:{one.line}: {one.command}\n{ended.out}{ended.err}")
        if found := IN_FORCE.search(ended.out + ended.err):
            in_force_at = found[1]

    assert wrong == [], "\n".join(wrong)
