"""The image, as far as it can be tried without Docker: what is copied makes a whole program; its health check works."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from streams.monitoring.health import HealthServer
from tests.deploy.rules import ROOT
from tests.deploy.test_compose import STEPS, steps

BUILD = "import sys, hatchling.build as build; print(build.build_wheel(sys.argv[1]))"
SECONDS_MAX = 60


def run(command: Sequence[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command elsewhere, with nothing of this checkout on the path."""
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=folder, env=alone | environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds that is built in the image: of copies of what the build stage copies, and nothing else."""
    source, wheels = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for step in (step for step in steps("COPY") if not step.startswith("--from")):
        *names, target = step.split()
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place = source / target / Path(name).name
                place.parent.mkdir(exist_ok=True)
                shutil.copy(ROOT / name, place)
    done = run((sys.executable, "-c", BUILD, str(wheels)), source)
    assert done.returncode == 0, done.stderr
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(wheels / "installed")
    return wheels / "installed"


def test_what_is_copied_makes_a_whole_program(installed: Path) -> None:
    """Every file of the packages is in it, scripts and data too; and it starts where there is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "schemas", "scorer", "streams"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    missing = [name for name in listed.stdout.split() if (ROOT / name).is_file() and not (installed / name).is_file()]
    done = run((sys.executable, "-P", "-m", "streams.cli", "version"), installed.parent, PYTHONPATH=str(installed))

    assert listed.stdout
    assert missing == []
    assert done.returncode == 0, done.stderr


def test_what_is_deployed_is_in_it(installed: Path) -> None:
    """`leadstream dev --full` and the example scorecard need these files where there is no checkout."""
    say = "from streams.deploy_files import shipped; print(shipped('prometheus'))"
    done = run((sys.executable, "-P", "-c", say), installed.parent, PYTHONPATH=str(installed))

    assert done.stdout.startswith(str(installed)), done.stderr
    for name in ("prometheus/prometheus.yml", "alertmanager/alertmanager.yml", "grafana/dashboards/overview.json"):
        assert (installed / "streams" / "shipped" / name).is_file()


@pytest.mark.parametrize("is_standing_still", [False, True], ids=["alive", "at a standstill"])
async def test_the_health_check_sees_whether_a_worker_lives(is_standing_still: bool, tmp_path: Path) -> None:
    """The command of the image, on the answers of a worker: it fails where Docker is to call it unhealthy."""
    (check,) = (re.search(r"HEALTHCHECK.*?CMD (\[.*\])$", line) for line in STEPS if line.startswith("HEALTHCHECK"))
    assert check is not None
    program, *arguments = json.loads(check[1])
    server = HealthServer(
        host="127.0.0.1",
        port=0,
        missing=list,
        has_started=lambda: True,
        standstill=lambda: "no batch for a while" if is_standing_still else None,
        exposition=bytes,
        monotonic=lambda: 0.0,
    )
    async with server:
        command, port = (sys.executable, *arguments), str(server.port)
        done = await asyncio.to_thread(run, command, tmp_path, LEADSTREAM_METRICS_PORT=port)

    assert program == "python"
    assert (done.returncode != 0) is is_standing_still, done.stderr
