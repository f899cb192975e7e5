"""Apache Kafka 4.1 on this machine: Java, and jars that Maven copies once; broker and controller in one process.

It stamps append times and compacts and forgets like production. Its data go with it.
"""

import os
import shutil
import subprocess
from pathlib import Path

from streams.sandbox import maven
from streams.sandbox.broker import serves_kafka
from streams.sandbox.process import Child, SandboxError, free_port, require_port
from streams.sandbox.programs import user_cache
from streams.sandbox.server import Server

POM = Path(__file__).parent / "kafka.pom.xml"
FORMAT_SECONDS_MAX = 60.0
READY_SECONDS_MAX = 60.0
NAME = "Apache Kafka"
# Any 16 bytes in URL-safe base64; one cluster a data folder, so a constant will do.
CLUSTER_ID = "bGVhZHN0cmVhbS10ZXN0cw"
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def missing_tools() -> tuple[str, ...]:
    """Return which of the programs that it needs are not on the PATH."""
    wanted = ("java",) if os.environ.get("KAFKA_HOME") else ("java", "mvn")
    return tuple(name for name in wanted if shutil.which(name) is None)


def libraries(cache: Path) -> Path:
    """Return the folder of jars: of the Kafka in KAFKA_HOME, else one that Maven filled when it was first asked for.

    Raises:
        SandboxError: If they cannot be had.
    """
    if (home := os.environ.get("KAFKA_HOME")) is not None:
        if not (jars := Path(home) / "libs").is_dir():
            raise SandboxError(f"KAFKA_HOME={home} has no folder libs; set it to an unpacked {NAME}, or unset it")
        return jars
    goals = ("dependency:copy-dependencies", "-DoutputDirectory={output}")
    return maven.filled(f"the jars of {NAME}", cache / "kafka", POM, goals)


class ApacheKafka(Server):
    """A broker on a port of this machine; a context manager.

    After ``kill`` it can be started again, on the same port and data.

    Args:
        port: Where it listens; None chooses a free one.
        cache: Where the jars are kept; None: with the user's other programs.
    """

    title = NAME

    def __init__(self, port: int | None = None, *, cache: Path | None = None) -> None:
        super().__init__(port)
        self._controller_port = free_port()
        self._cache = cache

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as ``host:port``."""
        return f"127.0.0.1:{self.port}"

    def properties(self, folder: Path) -> dict[str, str]:
        """Return its configuration; data go into a folder."""
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(folder / "data"),
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "log.message.timestamp.type": "LogAppendTime",
            "auto.create.topics.enable": "false",
        }

    def start(self) -> None:
        """Start it and return when it serves, after some 5 s.

        Raises:
            SandboxError: If Java or the jars cannot be had, a port is taken or it does not come up.
        """
        if self._child is not None and self._child.is_running:
            return
        if missing := missing_tools():
            raise SandboxError(f"{NAME} needs {' and '.join(missing)} on the PATH")
        require_port(self.port, NAME)
        class_path = f"{libraries(self._cache or user_cache())}/*"
        settings = self._formatted(class_path)
        command = (*JAVA, "-cp", class_path, "kafka.Kafka", str(settings))
        self._child = Child(NAME, command, settings.parent / "kafka.log")
        self._child.start(lambda: serves_kafka(self.port), READY_SECONDS_MAX)

    def _formatted(self, class_path: str) -> Path:
        """Return the file of its configuration; its folder is formatted when it is made."""
        folder = self._folder()
        settings = folder / "server.properties"
        if settings.is_file():
            return settings
        lines = (f"{name}={value}\n" for name, value in self.properties(folder).items())
        settings.write_text("".join(lines), encoding="utf-8")
        tool = ("-cp", class_path, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(settings))
        done = _run((*JAVA, *tool), FORMAT_SECONDS_MAX)
        if done.returncode != 0:
            msg = f"{NAME} cannot format its folder:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            raise SandboxError(msg)
        return settings


def _run(command: tuple[str, ...], seconds_max: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - constant programs, and folders of ours
        command, capture_output=True, text=True, timeout=seconds_max, check=False
    )
