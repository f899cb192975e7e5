"""What watches a stack: the files of `deploy`, with the addresses of this machine."""

import json
from pathlib import Path

import pytest
import yaml

from streams.deploy_files import shipped
from streams.sandbox.monitors import Monitors, Watched

WATCHED = Watched(worker_ports=[19464, 19465], redis_url="redis://127.0.0.1:16379/0")


@pytest.fixture
def monitors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Monitors:
    """Monitors on a machine that has none of their programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return Monitors(WATCHED, are_ports_free=True, cache=tmp_path / "cache")


def configured(monitors: Monitors, folder: Path) -> dict[str, list[str]]:
    """Return what Prometheus reads, by job."""
    monitors._set_up_prometheus(folder, 19090)
    told = json.loads((folder / "prometheus.yml").read_text(encoding="utf-8"))
    (rules,) = told["rule_files"]
    assert list(Path(rules).parent.glob(Path(rules).name))
    found = {job["job_name"]: job["static_configs"][0]["targets"] for job in told["scrape_configs"]}
    return found | {"alerting": told["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]}


def test_prometheus_reads_what_runs_here(monitors: Monitors, tmp_path: Path) -> None:
    """All workers, and of the others those that serve."""
    workers = ["127.0.0.1:19464", "127.0.0.1:19465"]
    alone = {"leadstream": workers, "prometheus": ["127.0.0.1:19090"], "alerting": []}
    assert configured(monitors, tmp_path) == alone

    monitors.addresses |= {"redis-exporter": "http://127.0.0.1:1", "alertmanager": "http://127.0.0.1:2"}

    assert set(configured(monitors, tmp_path)) == {*alone, "redis"}
    assert len(configured(monitors, tmp_path)["alerting"]) == 1


def test_the_rest_of_its_configuration_is_what_is_deployed(monitors: Monitors, tmp_path: Path) -> None:
    """How often it reads, above all: rules and dashboards go by it."""
    monitors._set_up_prometheus(tmp_path, 19090)
    told = json.loads((tmp_path / "prometheus.yml").read_text(encoding="utf-8"))

    assert (
        told["global"]
        == yaml.safe_load((shipped("prometheus") / "prometheus.yml").read_text(encoding="utf-8"))["global"]
    )


def test_grafana_finds_this_prometheus_and_the_dashboards(monitors: Monitors, tmp_path: Path) -> None:
    """What is provisioned names no service of the compose file."""
    _, environment = monitors._set_up_grafana(tmp_path, 13000)
    files = list(Path(environment["GF_PATHS_PROVISIONING"]).glob("*/*.yaml"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)

    assert len(files) == 2
    assert f"http://127.0.0.1:{monitors._ports['prometheus']}" in text
    assert str(shipped("grafana") / "dashboards") in text
    assert "prometheus:9090" not in text


def test_what_cannot_be_had_is_named_and_left_out(monitors: Monitors) -> None:
    """Nothing of it is there: nothing runs, and each has its reason and its way out."""
    with monitors:
        monitors.start()

    assert monitors.addresses == {}
    assert monitors.supervisors == []
    assert set(monitors.missing) == {"prometheus", "alertmanager", "redis-exporter", "grafana"}
    assert all("on the PATH" in reason for reason in monitors.missing.values())
