"""A whole line, as `leadstream dev --full` starts it, watched by a real Prometheus while it works.

Every query of every panel finds something, every rule is evaluated, all that a worker exports is known and there. One
of two workers hangs from early on: that raises its alert, and the Alertmanager knows of it until the worker goes on.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from streams.sandbox.programs import ALERTMANAGER, PROMETHEUS, REDIS_EXPORTER
from streams.sandbox.worker_probe import is_ready
from tests.deploy.boards import queries
from tests.deploy.rules import OF_OTHERS, ROOT, exported, expressions, recorded
from tests.line.activities import crowd
from tests.line.topics import produce
from tests.servers.fixtures import require_apache_kafka
from tests.servers.prometheus import CACHE, Monitoring, tool

SCORECARD = ROOT / "tests" / "data" / "quick.yaml"
SECONDS_MAX = 90.0
POLL_SECONDS = 0.5
CROWD = 150
RATE_INTERVAL = "20s"
"""As Grafana has it where Prometheus reads every 5 s: four readings."""

EMPTY = {
    "leadstream_replay_records": "no table is rebuilt in a line at ease",
    "leadstream_sweep_leads": "no scorecard came into force",
}
"""Metrics without any series here, each with the reason why its panels and rules find nothing."""
FOLLOWS = {"WorkerDown", "FenceRejections", "FreshnessBurnFast", "FreshnessBurn", "FreshnessBurnSlow"}
"""What the hanging worker may raise: itself, and what waits in its partitions until another takes them over."""
WORDS_OF_PROMETHEUS = re.compile(r"up|scrape_\w+|ALERTS\w*")


@dataclass
class Line:
    """The line: who watches it, and one of its two workers, which is suspended."""

    hanging: psutil.Process
    monitoring: Monitoring


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line under load, with a challenger; skips where Prometheus, or what goes with it, cannot be had."""
    require_apache_kafka()
    for program in (PROMETHEUS, ALERTMANAGER, REDIS_EXPORTER):
        tool(program)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEADSTREAM_")}
    command = [sys.executable, "-m", "streams.cli", "dev", "--full", "--json", "--scorecard", str(SCORECARD)]
    command += ["--kafka-port", "0", "--redis-port", "0", "--metrics-port", "0"]
    environment = {**clean, "XDG_CACHE_HOME": str(CACHE.parent), "LEADSTREAM_SESSION_TIMEOUT_SECONDS": "10"}
    dev = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    is_over = threading.Event()
    try:
        assert dev.stdout is not None
        told: dict[str, Any] = json.loads(dev.stdout.readline())
        addresses = told["addresses"]
        if missing := {"prometheus", "alertmanager", "redis-exporter"} - set(addresses):
            pytest.skip(f"{told['missing'][missing.pop()]}")
        workers = [one for one in psutil.Process(dev.pid).children(recursive=True) if one.cmdline()[-1:] == ["worker"]]
        ports = [int(one.environ()["LEADSTREAM_METRICS_PORT"]) for one in workers]
        until(lambda: all(map(is_ready, ports)), "both workers are ready")
        load = threading.Thread(target=keep_busy, args=(told["environment"]["LEADSTREAM_KAFKA_BOOTSTRAP"], is_over))
        load.start()
        challenge(tmp_path_factory.mktemp("challenger") / SCORECARD.name, environment | told["environment"])
        # Now: while its alert comes, the others find what they look for.
        workers[-1].suspend()
        yield Line(workers[-1], Monitoring(addresses["prometheus"], addresses["alertmanager"]))
        workers[-1].resume()
        is_over.set()
        load.join()
        dev.send_signal(signal.SIGTERM)
        assert dev.wait(SECONDS_MAX) == 0
    finally:
        is_over.set()
        if dev.poll() is None:
            for child in psutil.Process(dev.pid).children(recursive=True):
                child.kill()
            dev.kill()
        dev.communicate()


def challenge(file: Path, environment: Mapping[str, str]) -> None:
    """Let the scorecard challenge itself under another version, so that there is something to see of a challenger."""
    file.write_text(re.sub(r"(?m)^version: .*$", "version: another", SCORECARD.read_text()))
    command = [sys.executable, "-m", "streams.cli", "scorecard", "challenge", str(file), "--yes"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=SECONDS_MAX)


def keep_busy(bootstrap: str, is_over: threading.Event) -> None:
    """Put what a crowd does on the topics, again and again."""
    seed = 0
    while not is_over.wait(POLL_SECONDS):
        seed, now = seed + 1, time.time_ns() // 1_000_000
        records = crowd(seed, leads=40, activities=CROWD, from_at=now - 500, to_at=now)
        asyncio.run(produce(bootstrap, "", records))


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, f"not within {SECONDS_MAX:g} s: {what}"
        time.sleep(POLL_SECONDS)


def is_excused(query: str) -> bool:
    """Tell whether a query is about what is not there for a reason."""
    return any(name in query for name in EMPTY)


def test_every_query_of_every_panel_finds_something(line: Line) -> None:
    """A figure for each, but for those that a line at ease has nothing to show for."""
    wanted = {query: panel for query, panel in queries(RATE_INTERVAL).items() if not is_excused(query)}

    def left() -> dict[str, str]:
        nonlocal wanted
        wanted = {query: panel for query, panel in wanted.items() if not line.monitoring.values(query)}
        return wanted

    deadline = time.monotonic() + SECONDS_MAX
    while left() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)

    assert wanted == {}
    assert len(queries()) > 50


def test_every_rule_is_evaluated_and_no_other_alert_is_raised(line: Line) -> None:
    """None has an error; what works wakes nobody. Alerts that are silent for want of data would show below."""
    until(lambda: all(rule["health"] != "unknown" for rule in line.monitoring.rules()), "all rules are evaluated")
    rules = line.monitoring.rules()

    assert [rule["name"] for rule in rules if rule["health"] != "ok"] == []
    assert len(rules) == len(expressions())
    assert {rule["name"] for rule in rules if rule.get("state") == "firing"} <= FOLLOWS


def test_whatever_a_rule_looks_at_is_there(line: Line) -> None:
    """Each series by itself, with its labels: an alert that would fire can."""
    chosen = {
        selector
        for _, expression in expressions()
        for selector in re.findall(r"\b[a-z_]\w*(?::\w+)*(?:\{[^}]*\})?", expression)
        if re.split(r"[{]", selector)[0] in exported() | recorded() | OF_OTHERS
    }

    looked = {one: line.monitoring.values(f"last_over_time({one}[1m])") for one in chosen if not is_excused(one)}

    assert len(looked) > 30
    assert [one for one, values in sorted(looked.items()) if not values] == []


def test_what_workers_export_is_what_the_pages_tell(line: Line) -> None:
    """Nothing more, so every series is on a dashboard or in a rule; nothing less, but for what has a reason."""
    seen = {name for name in line.monitoring.names("leadstream") if not WORDS_OF_PROMETHEUS.fullmatch(name)}

    assert seen - exported() == set()
    assert {name for name in exported() - seen if not is_excused(name)} == set()


def test_a_worker_that_hangs_raises_its_alert_until_it_goes_on(line: Line) -> None:
    """From the fault to the Alertmanager, and back."""
    until(lambda: "WorkerDown" in line.monitoring.told(), "the alert is raised")

    line.hanging.resume()

    until(lambda: "WorkerDown" not in line.monitoring.told(), "the alert is over")
