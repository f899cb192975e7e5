"""The peer that is written in Java: compiled by Maven when it is first asked for, and how it is started."""

import shutil
from pathlib import Path

from benchmarks.peers.contest import TOPIC_NAMES
from streams.sandbox import maven
from streams.sandbox.process import SandboxError
from tests.servers.apache_kafka import CACHE

FOLDER = Path(__file__).with_name("kafka_streams")
GOALS = (
    *("compiler:compile", "dependency:copy-dependencies"),
    *("-Doutput={output}", "-DoutputDirectory={output}/libs"),
)
TOOLS = ("java", "mvn")
QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"


def streams_command() -> tuple[str, ...]:
    """Return what starts Kafka Streams on a contest.

    Raises:
        SandboxError: If Java or Maven is missing, or it cannot be compiled.
    """
    return (*_java(), "leadstream.peer.StreamsPeer", *TOPIC_NAMES)


def plain_command() -> tuple[str, ...]:
    """Return what starts its scoring alone, which reads activities as lines and writes stage changes as lines.

    Raises:
        SandboxError: If Java or Maven is missing, or it cannot be compiled.
    """
    return (*_java(), "leadstream.peer.PlainPeer")


def _java() -> tuple[str, ...]:
    """Return the start of a command; the machine's settings are Java's own defaults."""
    if missing := [name for name in TOOLS if shutil.which(name) is None]:
        raise SandboxError(f"Kafka Streams needs {' and '.join(missing)} on the PATH")
    sources = sorted(FOLDER.rglob("*.java"))
    made = maven.filled("the peer of Kafka Streams", CACHE / "kafka-streams", FOLDER / "pom.xml", GOALS, sources)
    return ("java", QUIET, "-cp", f"{made / 'classes'}:{made / 'libs'}/*")
