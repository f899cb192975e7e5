"""Grafana's dashboards: they are what the tables say, name what there is, and explain what they show."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from streams.sandbox.programs import PROMTOOL
from tests.deploy.boards import BOARDS, GRAFANA, PANELS, queries
from tests.deploy.rules import OF_OTHERS, ROOT, exported, expressions, metrics_in, read, recorded
from tests.servers.prometheus import tool

PARTS_OF_HISTOGRAMS = ("_bucket", "_count", "_sum")


def test_the_dashboards_are_what_the_tables_say() -> None:
    """Nobody edits the JSON, and nobody forgets to write it."""
    command = (sys.executable, "tools/dashboards.py", "--check")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert set(BOARDS) == {"overview", "workers", "servers"}


def test_a_table_that_changed_is_noticed() -> None:
    """The comparison can fail: another word in a table is another file."""
    plant = """
import dataclasses, dashboards
first, *others = dashboards.BOARDS
dashboards.BOARDS = (dataclasses.replace(first, title="other"), *others)
raise SystemExit(dashboards.main())
"""
    command = (sys.executable, "-c", plant, "--check")
    done = subprocess.run(command, cwd=ROOT / "tools", capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "overview.json" in done.stderr


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_says_what_it_shows_and_in_what_unit(name: str) -> None:
    """A figure without a unit, or a curve that nobody explains, is no help at night."""
    panel = PANELS[name]

    assert panel["title"]
    assert len(panel["description"]) > 5
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"]["uid"] == "${source}"
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    assert all(target["legendFormat"] or panel["type"] == "stat" for target in panel["targets"])


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_a_panel_names_only_metrics_that_there_are(query: str) -> None:
    """A metric that was renamed cannot leave an empty panel behind."""
    assert metrics_in(query) - exported() - recorded() - OF_OTHERS == set()


def test_every_metric_is_on_a_dashboard_or_in_an_alert() -> None:
    """What is exported is looked at; a histogram by any of its parts."""
    named = set[str]().union(*map(metrics_in, [*queries(), *(text for _, text in expressions())]))
    looked_at = {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} | named

    assert {name for name in exported() if not name.endswith(PARTS_OF_HISTOGRAMS)} - looked_at == set()
    assert {name.removesuffix("_bucket") for name in exported() if name.endswith("_bucket")} - looked_at == set()


def test_grafana_finds_its_source_and_its_dashboards() -> None:
    """What is provisioned: one Prometheus, asked as often as it reads, and the folder of dashboards."""
    (source,) = read(GRAFANA / "provisioning" / "datasources" / "prometheus.yaml")["datasources"]
    (provider,) = read(GRAFANA / "provisioning" / "dashboards" / "leadstream.yaml")["providers"]
    interval = read(ROOT / "deploy" / "prometheus" / "prometheus.yml")["global"]["scrape_interval"]

    assert source["type"] == "prometheus"
    assert source["jsonData"]["timeInterval"] == interval
    assert provider["options"]["path"] == "/etc/leadstream/dashboards"


@pytest.mark.integration
def test_prometheus_understands_every_query(tmp_path: Path) -> None:
    """Each is taken for a rule, which promtool reads as Prometheus reads queries."""
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries())]
    file = tmp_path / "queries.json"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    command = (str(tool(PROMTOOL)), "check", "rules", "--lint=none", str(file))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout
