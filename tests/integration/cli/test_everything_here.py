"""`leadstream demo` and `leadstream dev`: everything on one machine, started and ended as a person does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from streams.cli.exit_codes import ExitCode
from streams.sandbox.worker_probe import is_ready
from tests.integration.cli.access_log import written_log

COMMAND = (sys.executable, "-m", "streams.cli")
# What a shell starts in the background ignores Ctrl-C, and so does all that it starts; this listens wherever it runs.
LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from streams.cli.main import run
run()
"""
SECONDS_MAX = 90.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("LEADSTREAM_")}


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        (*COMMAND, *arguments), capture_output=True, text=True, env=CLEAN, timeout=SECONDS_MAX, check=False
    )


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the test; killed with all its children if the test fails."""
    command = (sys.executable, "-c", LISTENING, *arguments)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN)
    try:
        yield process
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
        process.communicate()


def until_ready(environment: Mapping[str, str]) -> None:
    """Wait until the worker of a started `dev` is ready."""
    deadline = time.monotonic() + SECONDS_MAX
    while not is_ready(int(environment["LEADSTREAM_METRICS_PORT"])):
        assert time.monotonic() < deadline, "no worker got ready"
        time.sleep(0.1)


def test_the_demo_shows_stage_changes_and_sums_up() -> None:
    """From nothing to a summary: changes with score and reasons, a lead live, leads by stage, where to go next."""
    done = ended("demo", "--leads", "25", "--days", "10")

    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert " subscriber → lead " in done.stdout
    assert "right_size: +10.0" in done.stdout
    assert "grace-live" in done.stdout
    assert " ms after)" in done.stdout
    assert "of 26 leads in" in done.stdout
    assert "Where to go next" in done.stdout


def test_the_demo_scores_a_log(tmp_path: Path) -> None:
    """A log's visitors are scored as leads; one who looks at prices six times becomes one."""
    done = ended("demo", "--access-log", str(written_log(tmp_path, address="192.0.2.7", requests=6)))

    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert "subscriber → lead" in done.stdout
    assert "6 activities and profiles of 1 lead in" in done.stdout


def test_a_missing_log_ends_the_demo() -> None:
    """A file that is not there is named, with its code, and nothing is left running."""
    done = ended("demo", "--access-log", "absent.log")

    assert done.returncode == ExitCode.NOT_FOUND
    assert "absent.log: No such file" in done.stderr


def test_dev_serves_until_told_to_end() -> None:
    """`dev` tells its settings; with them other commands reach its servers; SIGTERM ends all of it."""
    with running("dev", "--kafka-port", "0", "--redis-port", "0", "--metrics-port", "0", "--json") as dev:
        assert dev.stdout is not None
        environment: dict[str, str] = json.loads(dev.stdout.readline())
        until_ready(environment)
        checked = subprocess.run(
            (*COMMAND, "topics", "check"), env=CLEAN | environment, timeout=SECONDS_MAX, check=False
        )
        children = psutil.Process(dev.pid).children(recursive=True)
        dev.send_signal(signal.SIGTERM)
        assert dev.wait(SECONDS_MAX) == ExitCode.OK

    assert checked.returncode == ExitCode.OK
    assert len(children) >= 3
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert (len(gone), alive) == (len(children), [])


def test_dev_starts_a_worker_again() -> None:
    """A worker that dies is told and replaced."""
    with running("dev", "--kafka-port", "0", "--redis-port", "0", "--metrics-port", "0", "--json") as dev:
        assert dev.stdout is not None
        assert dev.stderr is not None
        environment: dict[str, str] = json.loads(dev.stdout.readline())
        until_ready(environment)
        for child in psutil.Process(dev.pid).children():
            if "worker" in child.cmdline():
                child.kill()
        told = ""
        while "was started again" not in told:
            line = dev.stderr.readline()
            assert line, told
            told += line
        until_ready(environment)
        dev.send_signal(signal.SIGINT)
        assert dev.wait(SECONDS_MAX) == ExitCode.OK

    assert "the worker ended" in told


@pytest.mark.parametrize("option", ["--kafka-port", "--redis-port", "--metrics-port"])
def test_a_taken_port_is_named(option: str) -> None:
    """Where something else listens, `dev` says on which port and what to do, and leaves nothing running."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ports = {"--kafka-port": "0", "--redis-port": "0", "--metrics-port": "0"} | {option: port}
        done = ended("dev", *(text for pair in ports.items() for text in pair))

    assert done.returncode == ExitCode.SANDBOX
    assert f"port {port}" in done.stderr
    assert "give another port" in done.stderr
