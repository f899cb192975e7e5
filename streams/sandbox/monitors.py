"""Prometheus, the Alertmanager, Redis' exporter and Grafana beside a stack, as docker-compose.yml starts them.

They get the files of `deploy`, with the addresses of this machine in place of the services' names. What this machine
does not have is named and left out; the others go on without it.
"""

import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from streams.deploy_files import shipped
from streams.sandbox.process import Child, SandboxError, free_port, is_port_free
from streams.sandbox.programs import ALERTMANAGER, GRAFANA, PROMETHEUS, REDIS_EXPORTER, Program, command, user_cache
from streams.sandbox.supervision import Supervisor

HOST = "127.0.0.1"
READY_SECONDS_MAX = 30.0
PROBE_SECONDS_MAX = 2.0
GRAFANA_HOME = Path("/usr/share/grafana")


@dataclass(frozen=True, slots=True)
class Watched:
    """What is to be watched: the ports of the workers' metrics, and Redis' URL."""

    worker_ports: Sequence[int]
    redis_url: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One server: its program, its port in docker-compose.yml, and a path that it answers once it serves."""

    program: Program
    port: int
    ready_path: str


PARTS = {
    "redis-exporter": _Part(REDIS_EXPORTER, 9121, "/"),
    "alertmanager": _Part(ALERTMANAGER, 9093, "/-/ready"),
    "prometheus": _Part(PROMETHEUS, 9090, "/-/ready"),
    "grafana": _Part(GRAFANA, 3000, "/api/health"),
}
"""In the order in which they start."""


class Monitors:
    """The servers; a context manager that ends them all.

    Args:
        watched: What they watch.
        are_ports_free: Take free ports in place of the usual ones. A usual one that is taken is replaced in any case.
        cache: Where programs are kept; None: with the user's others.

    ``addresses`` names those that serve, ``missing`` those that do not, each with the reason and the way out.
    """

    def __init__(self, watched: Watched, *, are_ports_free: bool, cache: Path | None = None) -> None:
        self.addresses: dict[str, str] = {}
        self.missing: dict[str, str] = {}
        self.supervisors: list[Supervisor] = []
        self._watched = watched
        self._cache = cache or user_cache()
        self._closing = ExitStack()
        self._ports = {
            name: free_port() if are_ports_free or not is_port_free(part.port) else part.port
            for name, part in PARTS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.close()

    def start(self) -> None:
        """Start what this machine has; returns when all of that serves, after a few seconds."""
        try:
            for name in PARTS:
                try:
                    self._start(name)
                except (SandboxError, FileNotFoundError) as error:
                    self.missing[name] = str(error)
        except BaseException:
            self._closing.close()
            raise

    def _start(self, name: str) -> None:
        """Start one of them.

        Raises:
            SandboxError: If there is no program, or it does not come up.
        """
        part, port = PARTS[name], self._ports[name]
        program = command(part.program, self._cache)
        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix=f"leadstream-{name}-")))
        arguments, environment = getattr(self, f"_set_up_{name.replace('-', '_')}")(folder, port)
        child = Child(part.program.title, (*program, *arguments), folder / f"{name}.log", environment)
        supervisor = Supervisor(child)
        self._closing.callback(supervisor.stop)
        child.start(lambda: _answers(port, part.ready_path), READY_SECONDS_MAX)
        self.supervisors.append(supervisor)
        self.addresses[name] = f"http://{HOST}:{port}"

    def _set_up_redis_exporter(self, _folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        return [], {
            "REDIS_ADDR": self._watched.redis_url,
            "REDIS_EXPORTER_WEB_LISTEN_ADDRESS": f"{HOST}:{port}",
        }

    def _set_up_alertmanager(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        return [
            f"--config.file={shipped('alertmanager') / 'alertmanager.yml'}",
            f"--storage.path={folder / 'data'}",
            "--cluster.listen-address=",
            f"--web.listen-address={HOST}:{port}",
        ], {}

    def _set_up_prometheus(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        settings = folder / "prometheus.yml"
        told = yaml.safe_load((shipped("prometheus") / "prometheus.yml").read_text(encoding="utf-8"))
        # JSON is YAML.
        settings.write_text(json.dumps(self._addressed(told, port)), encoding="utf-8")
        return [
            f"--config.file={settings}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
        ], {}

    def _addressed(self, told: dict[str, Any], port: int) -> dict[str, Any]:
        """Return Prometheus' configuration with the addresses of this machine, less what does not run here."""
        targets = {
            "leadstream": [f"{HOST}:{worker_port}" for worker_port in self._watched.worker_ports],
            "redis": self._target("redis-exporter"),
            "prometheus": [f"{HOST}:{port}"],
        }
        jobs = [{**job, "static_configs": [{"targets": targets[job["job_name"]]}]} for job in told["scrape_configs"]]
        return {
            **told,
            "rule_files": [str(shipped("prometheus") / rules) for rules in told["rule_files"]],
            "scrape_configs": [job for job in jobs if targets[job["job_name"]]],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": self._target("alertmanager")}]}]},
        }

    def _target(self, name: str) -> list[str]:
        """Return the address of one of them as Prometheus has it; none while it does not serve."""
        return [f"{HOST}:{self._ports[name]}"] if name in self.addresses else []

    def _set_up_grafana(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        provisioning = folder / "provisioning"
        shutil.copytree(shipped("grafana") / "provisioning", provisioning)
        here: Mapping[str, str] = {
            "http://prometheus:9090": f"http://{HOST}:{self._ports['prometheus']}",
            "/etc/leadstream/dashboards": str(shipped("grafana") / "dashboards"),
        }
        for file in provisioning.glob("*/*.yaml"):
            text = file.read_text(encoding="utf-8")
            for there, address in here.items():
                text = text.replace(there, address)
            file.write_text(text, encoding="utf-8")
        return ["server", "--homepath", str(GRAFANA_HOME)], {
            "GF_PATHS_PROVISIONING": str(provisioning),
            "GF_PATHS_DATA": str(folder / "data"),
            "GF_PATHS_LOGS": str(folder / "logs"),
            "GF_SERVER_HTTP_ADDR": HOST,
            "GF_SERVER_HTTP_PORT": str(port),
            "GF_AUTH_ANONYMOUS_ENABLED": "true",
            "GF_AUTH_ANONYMOUS_ORG_ROLE": "Viewer",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
            "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
            "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": str(shipped("grafana") / "dashboards" / "overview.json"),
        }


def _answers(port: int, path: str) -> bool:
    """Return whether a server on this machine answers a path with success."""
    try:
        # A constant address on this machine: nothing of it is anybody's input.
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=PROBE_SECONDS_MAX) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
