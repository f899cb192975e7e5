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
# What a shell starts in the background ignores Ctrl-C, and under `nohup` that its terminal is closed, and so does all
# that it starts; this listens wherever it runs.
LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from streams.cli.main import run
run()
"""
SECONDS_MAX = 90.0
ANY_PORTS = ("--kafka-port", "0", "--redis-port", "0", "--metrics-port", "0")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("LEADSTREAM_")}


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        (*COMMAND, *arguments), capture_output=True, text=True, env=CLEAN, timeout=SECONDS_MAX, check=False
    )


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the test; killed with all its children if the test fails."""
    command = (sys.executable, "-c", LISTENING, *arguments)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN | environment
    )
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


@pytest.mark.parametrize("words", [("demo", "--keep-running"), ("dev", *ANY_PORTS)], ids=["demo", "dev"])
def test_a_closed_terminal_leaves_nothing_behind(words: tuple[str, ...], tmp_path: Path) -> None:
    """No server goes on, and no tables of leads stay in the folder for temporary files."""
    with running(*words, TMPDIR=str(tmp_path)) as command:
        deadline = time.monotonic() + SECONDS_MAX
        while not list(tmp_path.glob("*/worker.log")) and time.monotonic() < deadline:
            time.sleep(0.05)
        children = psutil.Process(command.pid).children(recursive=True)
        command.send_signal(signal.SIGHUP)
        command.wait(SECONDS_MAX)

    assert len(children) >= 2
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert list(tmp_path.glob("leadstream-*")) == []


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


def test_a_worker_of_dev_that_is_killed_comes_back() -> None:
    """SIGKILL of one of two workers: `dev` says how it ended and starts it again; `status` knows all partitions."""
    with running(
        "dev", "--kafka-port", "0", "--redis-port", "0", "--metrics-port", "0", "--workers", "2", "--json"
    ) as dev:
        assert dev.stdout is not None
        environment = json.loads(dev.stdout.readline())
        until_ready(environment)
        workers = [child for child in psutil.Process(dev.pid).children(recursive=True) if "worker" in child.cmdline()]
        assert len(workers) == 2
        victim = next(one for one in workers if metrics_port(one) == environment["LEADSTREAM_METRICS_PORT"])
        victim.kill()
        psutil.wait_procs([victim], timeout=SECONDS_MAX)
        until_ready(environment)
        seen = subprocess.run(
            (*COMMAND, "status", "--json"),
            capture_output=True,
            text=True,
            env=CLEAN | environment,
            timeout=SECONDS_MAX,
            check=True,
        )
        dev.send_signal(signal.SIGINT)
        _, said = dev.communicate(timeout=SECONDS_MAX)

    partitions = json.loads(seen.stdout)["partitions"]
    assert [one["partition"] for one in partitions] == [0, 1, 2, 3]
    assert {one["state"] for one in partitions} == {"current"}
    assert dev.returncode == ExitCode.OK, said
    assert "the worker ended (exit code -9); it is started again in 0.2 s" in said
    assert "the worker was started again (1)" in said


def metrics_port(process: psutil.Process) -> str:
    """Return on which port a worker serves its metrics."""
    return str(process.environ()["LEADSTREAM_METRICS_PORT"])
