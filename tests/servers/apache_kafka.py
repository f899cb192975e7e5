"""Apache Kafka 4.1 (KRaft, broker and controller in one process) from jars that Maven copies once into .cache/kafka.

One broker, or one of several. It stamps append times and compacts and forgets like production; promises about time are
proven on it.
"""

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.sandbox.broker import serves_kafka
from streams.sandbox.process import Child, SandboxError, free_port, require_port

POM = Path(__file__).parent / "kafka" / "pom.xml"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
MAVEN_SECONDS_MAX = 300.0
FORMAT_SECONDS_MAX = 60.0
READY_SECONDS_MAX = 60.0
NAME = "Apache Kafka"
# Any 16 bytes in URL-safe base64; one cluster a data folder, so a constant will do.
CLUSTER_ID = "bGVhZHN0cmVhbS10ZXN0cw"
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def missing_tools() -> tuple[str, ...]:
    """Return which of the programs that it needs are not on the PATH."""
    return tuple(name for name in ("java", "mvn") if shutil.which(name) is None)


def libraries() -> Path:
    """Return the folder of jars, filling it by Maven when this version of the pom was never resolved here.

    Raises:
        SandboxError: If Maven cannot get them.
    """
    folder = CACHE / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        # Copied aside and renamed: a run that was interrupted, or one beside this one, never leaves half a folder.
        aside = Path(temporary) / "libs"
        goal = "dependency:copy-dependencies"
        command = ("mvn", "-q", "-B", "-f", str(POM), goal, f"-DoutputDirectory={aside}")
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAVEN_SECONDS_MAX, check=False)
        if done.returncode != 0:
            msg = f"Maven cannot get the jars of {NAME}; check the network and its settings:\n{done.stdout[-2000:]}"
            raise SandboxError(msg)
        if not folder.is_dir():
            aside.rename(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Membership:
    """Which broker of a cluster it is: its number from 1, and the ports of all controllers by number."""

    number: int
    controller_ports: tuple[int, ...]

    def properties(self) -> dict[str, str]:
        """Return its part of the configuration: everything is on every broker, and one of them may be away."""
        voters = (f"{number}@127.0.0.1:{port}" for number, port in enumerate(self.controller_ports, start=1))
        replicas = str(len(self.controller_ports))
        in_sync_min = str(max(1, len(self.controller_ports) - 1))
        return {
            "node.id": str(self.number),
            "controller.quorum.voters": ",".join(voters),
            "offsets.topic.replication.factor": replicas,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync_min,
            "share.coordinator.state.topic.replication.factor": replicas,
            "share.coordinator.state.topic.min.isr": in_sync_min,
        }


def server_properties(port: int, membership: Membership, folder: Path, proxied: tuple[int, int] | None = None) -> str:
    """Return the broker's configuration file.

    ``proxied``: the ports of a second listener and of the proxy before it, which clients of that listener are sent to.
    """
    controller_port = membership.controller_ports[membership.number - 1]
    values = {
        "process.roles": "broker,controller",
        **membership.properties(),
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(folder / "data"),
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.num.partitions": "4",
        "group.initial.rebalance.delay.ms": "0",
        "log.message.timestamp.type": "LogAppendTime",
        "auto.create.topics.enable": "false",
        # A broker that is gone is noticed, and one that is back leads again, within a test's patience.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "leader.imbalance.check.interval.seconds": "3",
        # Compaction can be watched in seconds.
        "log.cleaner.backoff.ms": "200",
        "log.retention.check.interval.ms": "1000",
    }
    if proxied is not None:
        values["listeners"] += f",PROXIED://127.0.0.1:{proxied[0]}"
        values["advertised.listeners"] = f"PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied[1]}"
        names = ("PLAINTEXT", "CONTROLLER", "PROXIED")
        values["listener.security.protocol.map"] = ",".join(f"{name}:PLAINTEXT" for name in names)
    return "".join(f"{name}={value}\n" for name, value in values.items())


class ApacheKafka:
    """A broker on a port of this machine; a context manager.

    After ``kill`` it can be started again, on the same port and data.

    Args:
        port: Where it listens; None chooses a free one.
        membership: Which one of several it is; None for one alone.
        proxy_port: Where a proxy listens before ``proxied_port``; clients that come that way are kept to it.
    """

    def __init__(
        self, port: int | None = None, *, membership: Membership | None = None, proxy_port: int | None = None
    ) -> None:
        self.port = port if port is not None else free_port()
        self.proxied_port = free_port()
        self._proxy_port = proxy_port
        self._membership = membership or Membership(1, (free_port(),))
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as ``host:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def child(self) -> Child:
        """The process, for its log and for signals."""
        if self._child is None:
            msg = f"{NAME} was not started"
            raise SandboxError(msg)
        return self._child

    def start(self) -> None:
        """Start it and return when it serves, after some 5 s.

        Raises:
            SandboxError: If the jars cannot be had, a port is taken or it does not come up.
        """
        if self._child is not None and self._child.is_running:
            return
        require_port(self.port, NAME)
        class_path = f"{libraries()}/*"
        settings = self._formatted(class_path)
        command = (*JAVA, "-cp", class_path, "kafka.Kafka", str(settings))
        self._child = Child(NAME, command, settings.parent / "kafka.log")
        self._child.start(lambda: serves_kafka(self.port), READY_SECONDS_MAX)

    def kill(self) -> None:
        """SIGKILL it; what is in its logs stays."""
        if self._child is not None:
            self._child.kill()

    def restart(self) -> None:
        """Kill it and start it again on the same port and data."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End it and remove its data."""
        # Killed, not asked: nobody wants what it would still write, and an orderly stop takes seconds.
        self.kill()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _formatted(self, class_path: str) -> Path:
        if self._temporary is not None:
            return Path(self._temporary.name) / "server.properties"
        self._temporary = tempfile.TemporaryDirectory(prefix="leadstream-kafka-")
        folder = Path(self._temporary.name)
        settings = folder / "server.properties"
        proxied = None if self._proxy_port is None else (self.proxied_port, self._proxy_port)
        settings.write_text(server_properties(self.port, self._membership, folder, proxied), encoding="utf-8")
        tool = ("-cp", class_path, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(settings))
        done = subprocess.run((*JAVA, *tool), capture_output=True, text=True, timeout=FORMAT_SECONDS_MAX, check=False)
        if done.returncode != 0:
            msg = f"{NAME} cannot format its folder:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            raise SandboxError(msg)
        return settings
