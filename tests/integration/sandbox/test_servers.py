"""The servers as a whole: both brokers and Redis come up, answer, survive what they must, and are gone afterwards."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.sandbox.broker import EmbeddedBroker, serves_kafka
from streams.sandbox.process import Child, SandboxError, free_port, is_port_free
from streams.sandbox.redis import RedisOptions, RedisServer, redis_executable, serves_redis, wheel_executable
from tests.servers.fixtures import Broker

WAIT_SECONDS_MAX = 30.0
PASSWORD = "open-sesame"  # noqa: S105 - of a server that lives for one test


def is_alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_broker_serves_where_it_says(broker: Broker) -> None:
    """Both kinds answer a metadata request once started."""
    assert serves_kafka(broker.port)
    assert broker.bootstrap == f"127.0.0.1:{broker.port}"


def test_a_stopped_broker_is_gone() -> None:
    """Leaving the context ends the process and frees the port."""
    with EmbeddedBroker() as broker:
        pid = broker.child.pid
    assert pid is not None
    assert not is_alive(pid)
    assert is_port_free(broker.port)


@pytest.mark.parametrize("program", [redis_executable(), wheel_executable()], ids=["found", "wheel"])
def test_redis_keeps_its_data_over_a_kill(program: Path) -> None:
    """A SIGKILL loses nothing that was flushed; port and data are the same after it."""
    options = RedisOptions(durability="always", password=PASSWORD)
    with RedisServer(options=options, executable=program) as server:
        port = server.port
        ask(server, "SET lead-ada 42")
        server.restart()
        assert server.port == port
        assert b"42" in ask(server, "GET lead-ada")
        assert b"noeviction" in ask(server, "CONFIG GET maxmemory-policy")


def ask(server: RedisServer, command: str) -> bytes:
    """Send one command in Redis' inline form and return the raw answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"AUTH {server.options.password}\r\n{command}\r\nPING\r\n".encode())
        answer = b""
        while not answer.endswith(b"+PONG\r\n"):
            answer += connection.recv(4096)
    return answer


def test_redis_is_not_ready_for_a_wrong_password() -> None:
    """Readiness is an answer to PING, not an open port."""
    with RedisServer(options=RedisOptions(durability="none", password=PASSWORD)) as server:
        assert serves_redis(server.port, PASSWORD)
        assert not serves_redis(server.port, PASSWORD[:-1])
        assert not serves_redis(server.port)


def test_a_taken_port_is_named() -> None:
    """The refusal names the port and the way out, and leaves the other server alone."""
    with RedisServer(options=RedisOptions(durability="none")) as server:
        with pytest.raises(SandboxError, match=rf"port {server.port}.*is taken.*give another port"):
            EmbeddedBroker(port=server.port).start()
        assert serves_redis(server.port)


def test_a_child_that_dies_shows_its_log(tmp_path: Path) -> None:
    """Who reads the error need not look for the log."""
    child = Child("the parrot", (sys.executable, "-c", "print('I am no more'); raise SystemExit(3)"), tmp_path / "log")
    with pytest.raises(SandboxError, match=r"the parrot ended before it served \(exit status 3\)[\s\S]*I am no more"):
        child.start(lambda: False, 10)


def test_a_child_that_never_serves_is_killed(tmp_path: Path) -> None:
    """The wait is bounded, and what did not come up does not stay."""
    child = Child("the sleeper", ("sleep", "60"), tmp_path / "log")
    pids = []

    def remember() -> bool:
        pids.append(child.pid)
        return False

    with pytest.raises(SandboxError, match=r"the sleeper did not serve within 0.1 s"):
        child.start(remember, 0.1)
    assert not is_alive(pids[0] or 0)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    """The error says what is missing."""
    with pytest.raises(SandboxError, match=r"no-such-server: No such file.*install it"):
        Child("the ghost", ("no-such-server",), tmp_path / "log").start(lambda: True, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    """SIGKILL, after which no handler of ours runs, takes the server with it; also one that a thread started."""
    program = (
        "import threading, time\n"
        "from streams.sandbox.redis import RedisServer, RedisOptions\n"
        "server = RedisServer(options=RedisOptions(durability='none'))\n"
        "starter = threading.Thread(target=server.start)\n"
        "starter.start(); starter.join()\n"
        "time.sleep(0.2)\n"
        "print(server.child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    try:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
    finally:
        parent.kill()
        parent.communicate()
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} outlived its parent"
        time.sleep(0.02)


def test_a_free_port_is_below_the_ephemeral_range() -> None:
    """A client that knocks at a killed server can never be given the server's port as its own."""
    assert 15_000 <= free_port() < 32_000
