"""A child server process: started with its log in a file, awaited until it serves, killed without fail.

Rules: a child never outlives this process, however this process ends. Waiting is polling with a bound. Every failure
says what happened, shows the end of the log and names the way out. It knows nothing of what the child serves.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

POLL_SECONDS = 0.02
STOP_SECONDS_MAX = 10.0
LOG_TAIL_LINES = 12

# Below the ephemeral ranges of Linux (32768) and macOS (49152): a client that keeps connecting to a killed server could
# otherwise be given that very port as its own end, and the server could not come back.
PORTS = range(15_000, 32_000)
PORT_TRIES_MAX = 50

# The guard reads a pipe whose other end only this process holds. A line dismisses it; the pipe's end without one means
# that this process is gone, so the guard kills the child's process group. (Linux' PR_SET_PDEATHSIG would fire when the
# *thread* ends that started the child, and macOS has none.)
GUARD = 'read -r _ || kill -9 "-$1"'


class SandboxError(Exception):
    """A sandbox server cannot run; the message says why and what to do."""


def is_port_free(port: int) -> bool:
    """Return whether nothing listens on a port of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Choose a free port below the ephemeral range, at random so that parallel runs rarely meet.

    Raises:
        SandboxError: If none of the tried ports is free.
    """
    for port in random.sample(PORTS, PORT_TRIES_MAX):
        if is_port_free(port):
            return port
    tried = f"{PORT_TRIES_MAX} ports tried in {PORTS.start}-{PORTS.stop - 1}"
    msg = f"none of {tried} is free; stop what listens there, or give a port"
    raise SandboxError(msg)


def require_port(port: int, name: str) -> None:
    """Refuse a port that is taken.

    Raises:
        SandboxError: If something listens on the port.
    """
    if not is_port_free(port):
        msg = f"port {port}, asked for by {name}, is taken; stop what listens there or give another port"
        raise SandboxError(msg)


class Child:
    """One child process with its log file.

    Args:
        name: What messages call it, such as ``"the embedded broker"``.
        command: Program and arguments.
        log_path: File that takes its output; a restart appends.
        environment: Variables set for it beside this process' own.
    """

    def __init__(
        self, name: str, command: Sequence[str], log_path: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.command = tuple(command)
        self.log_path = log_path
        self.environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs, else None."""
        return self._process.pid if self._process is not None and self.is_running else None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs and before it was started."""
        return None if self._process is None else self._process.poll()

    def start(self, is_ready: Callable[[], bool], ready_seconds_max: float) -> None:
        """Start it and return once ``is_ready`` says so.

        Args:
            is_ready: Asked again and again; must return quickly, True once the server serves.
            ready_seconds_max: Bound of the wait.

        Raises:
            SandboxError: If it cannot be executed, ends, or is not ready in time; it does not run then.
        """
        if self.is_running:
            return
        # The guard of one that ended by itself: let go, it would kill whatever has its process group's number by then.
        _dismiss(self._guard)
        self._guard = None
        self._spawn()
        try:
            self._wait(is_ready, ready_seconds_max)
        except BaseException:
            self.kill()
            raise

    def require_running(self) -> None:
        """Require that it still runs.

        Raises:
            SandboxError: If it ended.
        """
        if not self.is_running:
            raise SandboxError(self._failure("ended, and all that it held is gone; start anew"))

    def kill(self) -> None:
        """SIGKILL it and its own children, and reap it. Harmless when it does not run."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end (SIGTERM), and kill it when it has not after a bounded wait."""
        self._end(signal.SIGTERM)

    def send(self, signal_number: signal.Signals) -> None:
        """Send a signal to the process alone, such as SIGSTOP and SIGCONT in tests."""
        if self._process is not None and self.is_running:
            self._process.send_signal(signal_number)

    def log_tail(self, lines_max: int = LOG_TAIL_LINES) -> str:
        """Return the last lines of its log."""
        try:
            text = self.log_path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines_max:])

    def _spawn(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            try:
                # A session of its own: Ctrl-C in the terminal reaches this process only, which then stops its
                # children in order.
                self._process = subprocess.Popen(  # noqa: S603 - our own server, no shell, no text of a user's
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.environment},
                    start_new_session=True,
                )
            except OSError as error:
                msg = f"{self.name} cannot be started: {self.command[0]}: {error.strerror}; install it or give its path"
                raise SandboxError(msg) from error
        self._guard = subprocess.Popen(  # noqa: S603 - a constant text and a number
            ("/bin/sh", "-c", GUARD, "guard", str(self._process.pid)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _wait(self, is_ready: Callable[[], bool], ready_seconds_max: float) -> None:
        deadline = time.monotonic() + ready_seconds_max
        while not is_ready():
            if not self.is_running:
                raise SandboxError(self._failure("ended before it served"))
            if time.monotonic() > deadline:
                raise SandboxError(self._failure(f"did not serve within {ready_seconds_max:g} s"))
            time.sleep(POLL_SECONDS)

    def _failure(self, what: str) -> str:
        status = self._process.poll() if self._process is not None else None
        ended = "" if status is None else f" (exit status {status})"
        return f"{self.name} {what}{ended}; its log {self.log_path} ends with:\n{self.log_tail() or '(nothing)'}"

    def _end(self, signal_number: signal.Signals) -> None:
        process, self._process = self._process, None
        guard, self._guard = self._guard, None
        if process is None:
            return
        # Dismissed before the child is reaped: until then nobody else can have its process id.
        _dismiss(guard)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal_number)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _dismiss(guard: subprocess.Popen[bytes] | None) -> None:
    if guard is None or guard.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):
        guard.stdin.write(b"\n")
        guard.stdin.flush()
    with contextlib.suppress(BrokenPipeError):
        guard.stdin.close()
    guard.wait()
