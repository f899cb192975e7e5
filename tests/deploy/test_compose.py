"""The compose file and the image: valid, pinned, confined, without secrets, and in step with everything beside them."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas.topics import TOPICS
from streams.configuration.settings import PREFIX, Settings
from streams.configuration.settings_work import WorkSettings
from tests.deploy.rules import ROOT, read

FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
COMPOSE = read(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
WORKERS = sorted(name for name in OURS if name.startswith("worker-"))
STEPS = re.sub(r"\\\n", " ", DOCKERFILE.read_text(encoding="utf-8")).splitlines()
OWN_BYTES = 120_000_000
"""What a worker takes for itself, as docs/sizing.md has it."""
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def run(tool: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment."""
    command = [str(Path(sys.executable).parent / tool), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def steps(kind: str) -> list[str]:
    """Return what follows a word of the Dockerfile, each time that it begins a step."""
    return [line.removeprefix(f"{kind} ") for line in STEPS if line.startswith(f"{kind} ")]


def test_the_compose_file_holds_to_its_schema() -> None:
    """By the schema of the Compose specification."""
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_word_that_compose_does_not_know_is_noticed(tmp_path: Path) -> None:
    """The check can fail."""
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("mem_limit:", "memory_limit:"), encoding="utf-8")

    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong)

    assert done.returncode == 1
    assert "memory_limit" in done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    """Nor does the shell's linter in its commands."""
    done = run("hadolint", DOCKERFILE)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_and_all_hold_together(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker would start with them: names, bounds, and the rules between them."""
    environment = SERVICES[name]["environment"]
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    assert {variable.removeprefix(PREFIX).lower() for variable in environment} <= set(Settings.model_fields)
    settings = Settings()
    assert settings.kafka_bootstrap == "kafka:9092"
    assert settings.stop_seconds_max < float(SERVICES[WORKERS[0]]["stop_grace_period"].removesuffix("s"))


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned_to_one_version(name: str) -> None:
    """No tag that moves; ours is the project's version."""
    image = SERVICES[name]["image"]

    assert re.fullmatch(r"[a-z0-9_/-]+:v?\d+\.\d+\.\d+(-[a-z]+)?", image)
    assert name not in OURS or image == f"leadstream:{VERSION}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_has_to(name: str) -> None:
    """Nobody is root, or can become it; files are read-only, but for Kafka, whose image writes its configuration."""
    service = SERVICES[name]
    user = service.get("user") or steps("USER")[-1]

    assert int(user.split(":")[0]) > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only", False) is (name != "kafka")
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    """What people and producers look at, on the loopback address; nothing else."""
    published = SERVICES[name].get("ports", [])

    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in published)
    assert bool(published) is (name in {"kafka", "prometheus", "alertmanager", "grafana"})


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    """There is none to keep."""
    values = SERVICES[name].get("environment", {})

    assert [key for key in values if re.search(r"PASSWORD|SECRET|TOKEN|SALT|PRIVATE", key)] == []
    assert [value for value in values.values() if re.search(r"://[^/]*@", value)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    """A file of this project, read-only; or a volume that is declared."""
    for mounted in SERVICES[name].get("volumes", []):
        source = mounted.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).exists(), source
            assert mounted.endswith(":ro"), mounted
        else:
            assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come_to_pass(name: str) -> None:
    """It waits for services that there are, and for their health or their end only where they have one."""
    waited = SERVICES[name].get("depends_on", [])

    assert set(waited) <= set(SERVICES)
    for other, wait in waited.items() if isinstance(waited, dict) else ():
        service = SERVICES[other]
        assert wait["condition"] != "service_healthy" or "test" in service["healthcheck"]
        assert wait["condition"] != "service_completed_successfully" or service["restart"] == "no"


def test_a_worker_with_all_partitions_fits_its_memory() -> None:
    """The other one is down, and there is a backlog: the sum of docs/sizing.md, by what the file sets."""
    given = SERVICES[WORKERS[0]]["environment"]
    given = {name.removeprefix(PREFIX).lower(): said for name, said in given.items()}
    work = WorkSettings(**{name: int(said) for name, said in given.items() if name.endswith("_bytes_max")})
    inputs = sum(topic.direction in ("in", "internal") for topic in TOPICS.values())
    each = work.buffer_bytes_max + work.batch_bytes_max + work.outbox_bytes_max + 3 * inputs * work.fetch_bytes_max
    held = OWN_BYTES + work.cache_bytes_max + int(given["partitions"]) * each + 6 * work.batch_bytes_max

    assert {SERVICES[name]["mem_limit"] for name in WORKERS} == {"2560m"}
    assert 1.2 * held < 2560 * 1024**2


def test_redis_and_kafka_are_set_as_tables_and_topics_need_them() -> None:
    """Redis throws nothing away and writes what it has; Kafka's clock stamps the records."""
    redis, kafka = " ".join(SERVICES["redis"]["command"]), SERVICES["kafka"]["environment"]

    assert "--maxmemory-policy noeviction" in redis
    assert "--appendonly yes --appendfsync everysec" in redis
    assert kafka["KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE"] == "LogAppendTime"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert SERVICES["topics"]["command"] == ["topics", "create"]


def test_prometheus_and_grafana_look_where_the_services_are() -> None:
    """Every worker is read; rules, alerts and dashboards find each other by their services' names."""
    prometheus = read(ROOT / "deploy" / "prometheus" / "prometheus.yml")
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in prometheus["scrape_configs"]}
    (source,) = read(ROOT / "deploy" / "grafana" / "provisioning" / "datasources" / "prometheus.yaml")["datasources"]
    (provider,) = read(ROOT / "deploy" / "grafana" / "provisioning" / "dashboards" / "leadstream.yaml")["providers"]

    assert targets["leadstream"] == [f"{name}:9464" for name in WORKERS]
    assert [job.split(":")[0] for job in targets["redis"]] == ["redis-exporter"]
    assert prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] == ["alertmanager:9093"]
    assert source["url"] == "http://prometheus:9090"
    assert any(mounted.split(":")[1] == provider["options"]["path"] for mounted in SERVICES["grafana"]["volumes"])


def test_the_image_is_made_of_pinned_parts() -> None:
    """Stages of one exact version, one with a compiler; packages by hashes or built here, nothing beside them."""
    assert len({image.split()[0].replace("-slim", "") for image in steps("FROM")}) == 1
    assert re.match(r"python:3\.\d+\.\d+-slim-\w+", steps("FROM")[-1])
    installs = [part for step in steps("RUN") for part in step.split("&&") if re.search(r"pip (install|wheel)", part)]
    assert installs
    assert all("--no-deps" in part for part in installs)
    assert all("--require-hashes" in part for part in installs if " -r " in part)


def test_the_image_takes_what_is_there_and_nothing_else() -> None:
    """What is copied exists and is let in; the last stage is not root and says how it does."""
    ignored = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {source for step in steps("COPY") if not step.startswith("--from") for source in step.split()[:-1]}

    assert "*" in ignored
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
    assert steps("USER") == ["10001:10001"]
    assert "/live" in " ".join(STEPS)
    assert steps("ENTRYPOINT") == ['["leadstream"]']
