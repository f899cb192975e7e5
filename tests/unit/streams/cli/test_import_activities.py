"""Past years are imported from the command line: seen first, then sent, past what is wrong with some rows."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from schemas.inputs import line_adapter
from streams.cli.exit_codes import ExitCode
from streams.importing.activities.lock import locked
from tests.command_line import Command

MAPPING = """\
name: crm-2024
format: csv
lead_id: {column: Contact}
type: {column: What, values: {Opened: email_open, Visit: page_view}, leave_out: [Sent]}
occurred_at: {column: When, zone: Europe/Paris}
fields: {url: {column: Page}}
"""
EXPORT = """\
Contact,What,When,Page
17,Visit,2024-03-01 10:00,/pricing
17,Opened,2024-03-01T10:00:00Z,
18,Sent,2024-03-01 10:00,
18,Visit,01/03/2024,/pricing
18,Visit,2024-03-01 10:00
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an export and its mapping."""
    (tmp_path / "crm.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "crm.csv").write_text(EXPORT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_target_it_is_only_shown(leadstream: Command, folder: Path) -> None:
    """What would come out, what is wrong, what is doubtful; and nothing is sent or written."""
    ended = leadstream("import", "activities", "crm.csv", "-m", "crm.yaml")

    assert ended.code == ExitCode.OK
    assert "5 rows: 2 activities of 1 lead" in ended.out
    assert "1 left out: 'Sent'" in ended.out
    assert "mixed times: 1 times name their zone, 1 do not" in ended.out
    assert 'crm.csv:5: occurred_at "01/03/2024": it is no time as rfc3339 writes it' in ended.out
    assert "crm.csv:6: row: it has 3 cells, and the file 4 columns" in ended.out
    assert '"url":"/pricing"' in ended.out
    assert "nothing was sent" in ended.err
    assert sorted(path.name for path in folder.iterdir()) == ["crm.csv", "crm.yaml"]


def test_refused_rows_can_be_mended_and_imported(leadstream: Command, folder: Path) -> None:
    """They are kept byte for byte under the first row, and what is wrong with each stands beside."""
    told = json.loads(
        leadstream("import", "activities", "crm.csv", "-m", "crm.yaml", "--refused", "bad.csv", "--json").out
    )

    assert (told["activities"], told["refused"], told["to"]) == (2, 2, None)
    assert told["refusals"][0] | {"fix": ""} == {
        "file": "crm.csv",
        "line": 5,
        "part": "occurred_at",
        "value": "01/03/2024",
        "rule": "it is no time as rfc3339 writes it",
        "fix": "",
    }
    bad = folder / "bad.csv"
    assert bad.read_text(encoding="utf-8").splitlines() == [EXPORT.splitlines()[number] for number in (0, 4, 5)]
    assert len((folder / "bad.csv.reasons.txt").read_text(encoding="utf-8").splitlines()) == 2
    bad.write_text(bad.read_text("utf-8").replace("01/03/2024", "2024-03-01 11:00").replace("10:00\n", "10:00,/\n"))
    assert "2 rows: 2 activities" in leadstream("import", "activities", "bad.csv", "-m", "crm.yaml").out


def test_a_file_is_imported_once(leadstream: Command, folder: Path) -> None:
    """The whole import is refused a second time, unless it is asked for; another content is another import."""
    first = leadstream("import", "activities", "crm.csv", "-m", "crm.yaml", "--to", "out.ndjson")
    second = leadstream("import", "activities", "crm.csv", "-m", "crm.yaml", "--to", "out.ndjson")
    again = leadstream("import", "activities", "crm.csv", "-m", "crm.yaml", "--to", "out.ndjson", "--again")

    assert [first.code, second.code, again.code] == [ExitCode.OK, ExitCode.FINDING, ExitCode.OK]
    assert "is whole in out.ndjson" in second.err
    assert len([line_adapter().validate_json(line) for line in (folder / "out.ndjson").read_bytes().splitlines()]) == 2


def test_two_runs_at_once_are_locked_out(leadstream: Command, folder: Path) -> None:
    """The second is told, brings nothing, and can be made once the first has ended; a dry run needs no lock."""
    arguments = ("import", "activities", "crm.csv", "-m", "crm.yaml")
    into = ("--to", "out.ndjson")
    assert leadstream(*arguments, *into).code == ExitCode.OK
    (progress,) = (folder / ".leadstream" / "imports").glob("*.json")
    with locked(progress):
        second, dry = leadstream(*arguments, *into, "--again"), leadstream(*arguments)

    assert (second.code, dry.code) == (ExitCode.FINDING, ExitCode.OK)
    assert "runs the same import; wait until it ends" in second.err
    assert leadstream(*arguments, *into, "--again").code == ExitCode.OK


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("absent.csv", "-m", "crm.yaml"), ExitCode.NOT_FOUND, "absent.csv: No such file"),
        (("absent.csv", "-m", "crm.yaml", "--to", "x"), ExitCode.NOT_FOUND, "absent.csv: No such file"),
        (("crm.csv", "-m", "absent.yaml"), ExitCode.NOT_FOUND, "absent.yaml:1: mapping: it cannot be read"),
        (("crm.csv", "-m", "crm.csv"), ExitCode.FINDING, "crm.csv:"),
        (("crm.yaml", "-m", "crm.yaml"), ExitCode.FINDING, 'it has no column "Contact"'),
        (("crm.csv",), ExitCode.FINDING, "no row could be used"),
        (("-", "-m", "crm.yaml", "--to", "out.ndjson"), ExitCode.USAGE, "save it in a file first"),
        (("crm.csv", "crm.csv", "-m", "crm.yaml", "--to", "x"), ExitCode.USAGE, "name each once"),
        (("crm.csv", "-m", "crm.yaml", "--to", "no/folder/x"), ExitCode.USAGE, "there is no folder"),
        (("crm.csv", "-m", "crm.yaml", "--refused", "no/folder/x"), ExitCode.USAGE, "there is no folder"),
        (("crm.csv", "-m", "crm.yaml", "--rate", "-1"), ExitCode.USAGE, "--rate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_told(
    leadstream: Command, folder: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """Each thing that cannot be done ends with its code, and says what to do instead."""
    ended = leadstream("import", "activities", *arguments)

    assert (ended.code, told in ended.err) == (code, True), ended.err
    assert (folder / "crm.csv").read_text(encoding="utf-8") == EXPORT


def test_a_killed_import_goes_on(folder: Path, leadstream: Command) -> None:
    """SIGKILL in the middle: the next run finishes the file, and it holds each activity once."""
    rows = 10_000
    lines = (f"{number},Visit,2024-03-01 10:00,/p/{number}\n" for number in range(rows))
    (folder / "crm.csv").write_text("Contact,What,When,Page\n" + "".join(lines), encoding="utf-8")
    arguments = ("import", "activities", "crm.csv", "-m", "crm.yaml", "--to", "out.ndjson")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADSTREAM_")}
    process = subprocess.Popen([sys.executable, "-m", "streams.cli", *arguments], env=environment)
    partial = folder / "out.ndjson.partial"
    give_up_at = time.monotonic() + 120
    while not (partial.exists() and partial.stat().st_size) and time.monotonic() < give_up_at:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    assert not (folder / "out.ndjson").exists()

    ended = leadstream(*arguments)

    assert ended.code == ExitCode.OK
    found = [line_adapter().validate_json(line).lead_id for line in (folder / "out.ndjson").read_bytes().splitlines()]
    assert found == [str(number) for number in range(rows)]
