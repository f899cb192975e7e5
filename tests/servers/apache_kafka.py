"""Apache Kafka for tests: one broker, or one of several; promises about time are proven on it.

It is the one of `streams.sandbox.apache_kafka` with jars in .cache/leadstream, and quicker to notice and to compact.
"""

from dataclasses import dataclass
from pathlib import Path

from streams.sandbox import apache_kafka
from streams.sandbox.apache_kafka import missing_tools
from streams.sandbox.process import free_port

__all__ = ["ApacheKafka", "Membership", "libraries", "missing_tools"]

CACHE = Path(__file__).parents[2] / ".cache" / "leadstream"


def libraries() -> Path:
    """Return the folder of jars.

    Raises:
        SandboxError: If they cannot be had.
    """
    return apache_kafka.libraries(CACHE)


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


class ApacheKafka(apache_kafka.ApacheKafka):
    """A broker of tests.

    Args:
        port: Where it listens; None chooses a free one.
        membership: Which one of several it is; None for one alone.
        proxy_port: Where a proxy listens before ``proxied_port``; clients that come that way are kept to it.
    """

    def __init__(
        self, port: int | None = None, *, membership: Membership | None = None, proxy_port: int | None = None
    ) -> None:
        super().__init__(port, cache=CACHE)
        self.proxied_port = free_port()
        self._proxy_port = proxy_port
        self._membership = membership or Membership(1, (free_port(),))

    def properties(self, folder: Path) -> dict[str, str]:
        """See `streams.sandbox.apache_kafka.ApacheKafka.properties`."""
        controller_port = self._membership.controller_ports[self._membership.number - 1]
        listeners = f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller_port}"
        values = {
            **super().properties(folder),
            **self._membership.properties(),
            "listeners": listeners,
            # A broker that is gone is noticed, and one that is back leads again, within a test's patience.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "leader.imbalance.check.interval.seconds": "3",
            # Compaction can be watched in seconds.
            "log.cleaner.backoff.ms": "200",
            "log.retention.check.interval.ms": "1000",
        }
        if self._proxy_port is not None:
            advertised = f"PLAINTEXT://127.0.0.1:{self.port},PROXIED://127.0.0.1:{self._proxy_port}"
            names = ("PLAINTEXT", "CONTROLLER", "PROXIED")
            values["listeners"] = f"{listeners},PROXIED://127.0.0.1:{self.proxied_port}"
            values["advertised.listeners"] = advertised
            values["listener.security.protocol.map"] = ",".join(f"{name}:PLAINTEXT" for name in names)
        return values
