"""Prometheus' rules: they name what there is, each alert is tried and explained, and promtool agrees."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from streams.configuration.settings import PREFIX, Settings
from streams.monitoring.metrics import Metrics
from streams.monitoring.punctuality import SECONDS_BUCKETS
from streams.sandbox.programs import AMTOOL, PROMTOOL
from tests.command_line import command_line
from tests.deploy.rules import (
    CASE_FILES,
    OF_OTHERS,
    PROMETHEUS,
    ROOT,
    RULE_FILES,
    Alert,
    alerts,
    exported,
    expressions,
    metrics_in,
    read,
    recorded,
    told_of,
)
from tests.servers.prometheus import tool

RUNBOOKS = ROOT / "docs" / "runbooks"
ALERTMANAGER = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
ALERTS = alerts()
PAGES = tuple(sorted(RUNBOOKS.glob("*.md")))


def named(alert: Alert) -> str:
    """Return an alert's name, as a test id."""
    return alert.name


@pytest.mark.parametrize(("name", "expression"), expressions())
def test_a_rule_names_only_metrics_that_there_are(name: str, expression: str) -> None:
    """A metric that was renamed cannot leave an alert behind that never fires."""
    assert metrics_in(expression) - exported() - recorded() - OF_OTHERS == set(), name


def test_bounds_that_rules_go_by_are_bounds_of_histograms() -> None:
    """Prometheus answers nothing, and says nothing, to a bucket that there is not."""
    bounds = {bound for _, text in expressions() for bound in re.findall(r'le="([^"]+)"', text)}

    assert bounds == {"2.0", "30.0"}
    assert {float(bound) for bound in bounds} <= set(SECONDS_BUCKETS)


@pytest.mark.parametrize("alert", ALERTS, ids=named)
def test_an_alert_says_what_is_wrong_and_where_to_read_on(alert: Alert) -> None:
    """It wakes somebody or it waits; it has a summary, a description, and a page that is there."""
    assert alert.severity in {"page", "ticket"}
    assert set(alert.annotations) == {"summary", "description", "runbook"}
    assert alert.annotations["runbook"] == f"docs/runbooks/{alert.name}.md"
    page = (ROOT / alert.annotations["runbook"]).read_text(encoding="utf-8")
    assert page.startswith(f"# {alert.name}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == ["Look", "Do", "Over when"]


def test_every_page_is_of_an_alert_and_the_index_has_them_all() -> None:
    """No page is left over, and the index says whether somebody is woken."""
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")

    assert {page.stem for page in PAGES} == {alert.name for alert in ALERTS} | {"README"}
    assert [
        alert.name for alert in ALERTS if f"| [{alert.name}]({alert.name}.md) | {alert.severity} |" not in index
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_only_what_there_is(page: Path) -> None:
    """Settings, metrics, other pages and their sections: whoever follows finds them at three in the morning."""
    text = page.read_text(encoding="utf-8")
    settings = {PREFIX + name.upper() for name in Settings.model_fields}

    assert set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", text)) <= settings
    assert set(re.findall(r"`((?:leadstream|process)_\w+)`", text)) <= told_of()
    for target, section in re.findall(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)", text):
        other = (page.parent / target).resolve()
        assert other.exists(), target
        if section:
            assert section in anchors(other), section


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_on_a_page_exists(
    page: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its options: nobody has to look up at night what a command is called now."""
    leadstream = command_line(capfdbinary, monkeypatch)
    text = " ".join(page.read_text(encoding="utf-8").split())
    typed = re.findall(r"`leadstream ([^`]+)`", text)

    assert [one for one in typed if leadstream(*one.split(), "--help").code] == []


def anchors(page: Path) -> set[str]:
    """Return the sections of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("alert", ALERTS, ids=named)
def test_an_alert_is_tried_silent_firing_and_resolved(alert: Alert) -> None:
    """In this order, on one timeline, with what it says."""
    cases = [case for case in read(PROMETHEUS / "tests" / f"{alert.file}.yaml")["tests"] if case["name"] == alert.name]

    assert cases
    for case in cases:
        tried = [one for one in case["alert_rule_test"] if one["alertname"] == alert.name]
        assert [bool(one.get("exp_alerts")) for one in tried] == [False, True, False]
        assert all(one["exp_annotations"]["summary"] for one in tried[1]["exp_alerts"])


def test_the_alertmanager_knows_every_alert_that_it_holds_back() -> None:
    """A rule of inhibition with a name that there is not would do nothing."""
    matchers = [
        matcher
        for rule in read(ALERTMANAGER)["inhibit_rules"]
        for side in ("source_matchers", "target_matchers")
        for matcher in rule[side]
    ]
    names = {name for matcher in matchers for name in re.split(r"\|", re.findall(r'"(.+)"', matcher)[0])}

    assert names <= {alert.name for alert in ALERTS}


def promtool(*arguments: object, folder: Path = PROMETHEUS) -> subprocess.CompletedProcess[str]:
    """Run promtool in a folder."""
    command = [str(tool(PROMTOOL)), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.integration
def test_promtool_takes_the_configuration_and_the_rules() -> None:
    """Prometheus will start with them."""
    done = promtool("check", "config", "prometheus.yml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("rules found") == len(RULE_FILES)


@pytest.mark.integration
def test_promtool_sees_every_alert_fire_and_resolve() -> None:
    """Each case of every file holds."""
    done = promtool("test", "rules", *CASE_FILES)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(RULE_FILES) == len(CASE_FILES)


@pytest.mark.integration
def test_promtool_would_see_a_rule_that_never_fires(tmp_path: Path) -> None:
    """The cases can fail: a threshold that nothing reaches is found."""
    for name in ("rules", "tests"):
        shutil.copytree(PROMETHEUS / name, tmp_path / name)
    rules = tmp_path / "rules" / "workers.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("_seconds > 15", "_seconds > 1500"), encoding="utf-8")

    done = promtool("test", "rules", "tests/workers.yaml", folder=tmp_path)

    assert done.returncode != 0
    assert "alertname: Stalled" in done.stdout + done.stderr


@pytest.mark.integration
def test_promtool_finds_nothing_wrong_with_the_metrics() -> None:
    """Names, units and help texts are as Prometheus' own conventions want them."""
    exposition = Metrics(lambda: 0.0).exposition()
    command = [str(tool(PROMTOOL)), "check", "metrics"]
    done = subprocess.run(command, input=exposition, capture_output=True, timeout=60, check=False)

    assert done.stdout + done.stderr == b""
    assert done.returncode == 0


@pytest.mark.integration
def test_amtool_takes_the_alertmanagers_configuration() -> None:
    """The Alertmanager will start with it."""
    command = [str(tool(AMTOOL)), "check-config", str(ALERTMANAGER)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
