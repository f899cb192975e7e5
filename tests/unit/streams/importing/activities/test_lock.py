"""Two runs of one import at once would bring it twice: the second is told so, and a killed one locks nobody out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.importing.activities.lock import ImportRunning, locked
from streams.importing.lines import FileUnreadable

HOLDER = """
import sys, pathlib
from streams.importing.activities.lock import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_locked_out_until_the_first_ends(tmp_path: Path) -> None:
    """It is told who runs, and what to do; afterwards the way is free."""
    progress = tmp_path / "imports" / "crm-1.json"
    told = f"process {os.getpid()} on .*wait until it ends"
    with locked(progress), pytest.raises(ImportRunning, match=told), locked(progress):
        raise AssertionError("both run")

    with locked(progress):
        assert not progress.exists()


def test_another_import_is_not_locked_out(tmp_path: Path) -> None:
    """Nor the same one into another target."""
    with locked(tmp_path / "crm-1.json"), locked(tmp_path / "crm-2.json"):
        pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    """SIGKILL: the operating system frees it."""
    progress = tmp_path / "crm-1.json"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(progress)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ImportRunning, match=f"process {holder.pid} on"), locked(progress):
            raise AssertionError("both run")
        holder.kill()
    assert progress.with_name("crm-1.json.lock").exists()

    with locked(progress):
        pass


def test_where_it_cannot_be_kept_is_told(tmp_path: Path) -> None:
    """With the option that names another folder."""
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    with pytest.raises(FileUnreadable, match="--progress-folder"), locked(tmp_path / "file" / "crm-1.json"):
        raise AssertionError("it runs without a lock")
