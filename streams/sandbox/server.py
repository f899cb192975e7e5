"""What all servers of the sandbox have in common: one process, perhaps a folder that goes with it, an end."""

import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from streams.sandbox.process import Child, SandboxError, free_port


class Server(ABC):
    """A server on a port of this machine; a context manager.

    Args:
        port: Port to listen on; None chooses a free one.
        directory: Folder for its data and log; None makes a temporary one, which goes when it stops.
    """

    title: ClassVar[str]
    """What messages call it."""

    def __init__(self, port: int | None = None, directory: Path | None = None) -> None:
        self.port = port if port is not None else free_port()
        self._directory = directory
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """The process, for its log and for signals.

        Raises:
            SandboxError: If it was never started.
        """
        if self._child is None:
            msg = f"{self.title} was not started; call start() or use it as a context manager"
            raise SandboxError(msg)
        return self._child

    @abstractmethod
    def start(self) -> None:
        """Start it and return when it serves.

        Raises:
            SandboxError: If the program is missing, the port is taken or it does not come up.
        """

    def kill(self) -> None:
        """SIGKILL it, as a crash would."""
        if self._child is not None:
            self._child.kill()

    def restart(self) -> None:
        """Kill it and start it again on the same port and data.

        Raises:
            SandboxError: If it does not come up.
        """
        self.kill()
        self.start()

    def stop(self) -> None:
        """End it and remove its temporary folder."""
        # Killed, not asked: nobody wants what it would still write, and an orderly stop may take seconds.
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

    def _folder(self) -> Path:
        if self._directory is not None:
            self._directory.mkdir(parents=True, exist_ok=True)
            return self._directory.resolve()
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="leadstream-server-")
        return Path(self._temporary.name)
