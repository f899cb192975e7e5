"""A worker that cannot work says why and ends at once: each reason by name, with the way out and an exit code."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.topics import TOPICS
from streams.cli.exit_codes import ExitCode
from streams.kafka.topic_admin import create_topics
from streams.sandbox.process import free_port
from streams.sandbox.redis import RedisOptions, RedisServer
from tests.integration.line.conftest import Install
from tests.line.installation import Installation
from tests.servers.fixtures import Broker

ENDED_SECONDS_MAX = 45.0


async def require_refused(line: Installation, code: ExitCode, *words: str, **environment: str) -> None:
    """Start a worker, and require that it ends by itself with a code and says some words, without a traceback."""
    worker = line.worker(**environment)
    worker.start()
    assert await worker.ended(ENDED_SECONDS_MAX) == code, worker.log()
    said = " ".join(worker.log().split())
    assert [word for word in words if word not in said] == [], said
    assert "Traceback" not in said
    assert worker.owned_count() == 0


async def create(line: Installation, *others: NewTopic) -> None:
    """Create all topics as they should be, but for some others."""
    admin = AIOKafkaAdminClient(bootstrap_servers=line.settings.kafka_bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics(list(others))
        assert [error[1] for error in answer.topic_errors] == [0] * len(others)
    finally:
        await admin.close()
    await create_topics(line.settings)


def new_topic(line: Installation, name: str, *, partitions: int = 4, **configs: str) -> NewTopic:
    """Return a topic that differs from the plan."""
    planned = {"cleanup.policy": TOPICS[name].cleanup_policy, "message.timestamp.type": "LogAppendTime"}
    named = {key.replace("_", "."): value for key, value in configs.items()}
    return NewTopic(line.settings.topic_prefix + name, partitions, 1, topic_configs={**planned, **named})


async def test_topics_that_are_missing(install: Install) -> None:
    """Without topics a worker names each, and the command that makes them."""
    line = install()
    await require_refused(line, ExitCode.FINDING, f"{line.settings.topic_prefix}page-views", "leadstream topics create")


async def test_another_number_of_partitions(install: Install) -> None:
    """Topics with another number of partitions than the settings say are refused: keys would go astray."""
    line = install()
    await line.create_topics()
    words = ("page-views", "4 partitions, but LEADSTREAM_PARTITIONS=3")
    await require_refused(line, ExitCode.FINDING, *words, LEADSTREAM_PARTITIONS="3")


async def test_one_topic_with_more_partitions(install_on_kafka: Install) -> None:
    """One topic that was given more partitions than the others is named."""
    line = install_on_kafka()
    await create(line, new_topic(line, "form-fills", partitions=6))
    await require_refused(line, ExitCode.FINDING, "form-fills: 6 partitions, but LEADSTREAM_PARTITIONS=4")


async def test_a_wrong_cleanup_policy(install_on_kafka: Install) -> None:
    """An input that Kafka compacts would lose activities: refused, with the command that changes it."""
    line = install_on_kafka()
    await create(line, new_topic(line, "page-views", cleanup_policy="compact"))
    words = ("page-views: cleanup.policy is compact", "kafka-configs --alter")
    await require_refused(line, ExitCode.FINDING, *words)


async def test_times_set_by_producers(install_on_kafka: Install) -> None:
    """An input whose times producers set is refused, unless that is allowed."""
    line = install_on_kafka()
    await create(line, new_topic(line, "page-views", message_timestamp_type="CreateTime"))
    words = ("page-views: message.timestamp.type is CreateTime", "LEADSTREAM_ALLOW_CREATE_TIME=true")
    await require_refused(line, ExitCode.FINDING, *words)


async def test_times_of_an_unknown_kind(embedded_broker: Broker, redis_server: RedisServer, tmp_path: Path) -> None:
    """A broker that does not say who sets an input's times is refused, unless that is allowed."""
    given = {"kafka_bootstrap": embedded_broker.bootstrap, "redis_url": redis_server.url, "topic_prefix": "stamps-"}
    scorecard = Path(__file__).parents[2] / "data" / "quick.yaml"
    with Installation(tmp_path, is_apache=False, scorecard=scorecard, **given) as line:
        await create(line, NewTopic("stamps-page-views", 4, 1))
        words = ("stamps-page-views", "message.timestamp.type", "LogAppendTime")
        await require_refused(line, ExitCode.FINDING, *words, LEADSTREAM_ALLOW_CREATE_TIME="false")


@contextmanager
def evicting_redis() -> Iterator[str]:
    """Run a Redis that throws keys away when it is full."""
    with RedisServer(options=RedisOptions(durability="none", eviction_policy="allkeys-lru")) as server:
        yield server.url


@contextmanager
def replica_redis() -> Iterator[str]:
    """Run a Redis that follows another one."""
    options = RedisOptions(durability="none")
    with RedisServer(options=options) as primary, RedisServer(options=options) as replica:
        with socket.create_connection(("127.0.0.1", replica.port), timeout=5) as connection:
            connection.sendall(f"REPLICAOF 127.0.0.1 {primary.port}\r\n".encode())
            assert connection.recv(64).startswith(b"+OK")
        yield replica.url


@contextmanager
def no_redis() -> Iterator[str]:
    """Run nothing."""
    yield f"redis://127.0.0.1:{free_port()}/0"


@pytest.mark.parametrize(
    ("running", "words"),
    [
        (evicting_redis, ("maxmemory-policy is allkeys-lru", "set maxmemory-policy noeviction")),
        (replica_redis, ("it is a replica", "LEADSTREAM_REDIS_URL")),
        (no_redis, ("Redis at redis://127.0.0.1", "see that it runs")),
    ],
)
async def test_a_redis_that_cannot_hold_tables(
    running: Callable[[], AbstractContextManager[str]], words: tuple[str, ...], tmp_path: Path
) -> None:
    """A Redis that evicts, that cannot be written, or that is not there is told by name; Kafka is not asked."""
    scorecard = Path(__file__).parents[2] / "data" / "quick.yaml"
    with ExitStack() as stack:
        url = stack.enter_context(running())
        given = {"kafka_bootstrap": f"127.0.0.1:{free_port()}", "redis_url": url, "scorecard": scorecard}
        line = stack.enter_context(Installation(tmp_path, is_apache=True, **given))
        await require_refused(line, ExitCode.UNREACHABLE, *words)


async def test_a_kafka_that_is_not_there(redis_server: RedisServer, tmp_path: Path) -> None:
    """A Kafka that does not answer is told by its address."""
    port = free_port()
    scorecard = Path(__file__).parents[2] / "data" / "quick.yaml"
    given = {"kafka_bootstrap": f"127.0.0.1:{port}", "redis_url": redis_server.url, "scorecard": scorecard}
    with Installation(tmp_path, is_apache=True, **given) as line:
        words = (f"Kafka at 127.0.0.1:{port}", "LEADSTREAM_KAFKA_BOOTSTRAP")
        await require_refused(line, ExitCode.UNREACHABLE, *words)


@pytest.mark.parametrize(
    ("environment", "code", "words"),
    [
        (
            {"LEADSTREAM_PARTITIONS": "0"},
            ExitCode.SETTINGS,
            ("LEADSTREAM_PARTITIONS='0'", "greater than or equal to 1"),
        ),
        ({"LEADSTREAM_HEARTBEAT_SECONDS": "5"}, ExitCode.SETTINGS, ("HEARTBEAT_SECONDS", "more than a third")),
        ({"LEADSTREAM_REDIS_URL": "ftp://x:secret@y"}, ExitCode.SETTINGS, ("LEADSTREAM_REDIS_URL", "redis://host")),
        ({"LEADSTREAM_SCORECARD": "/no/such.yaml"}, ExitCode.NOT_FOUND, ("/no/such.yaml", "it cannot be read")),
        ({"LEADSTREAM_SCORECARD": "BAD"}, ExitCode.FINDING, ("bad.yaml", "half_life", "above 0")),
    ],
)
async def test_settings_and_scorecards_that_cannot_be_used(
    environment: dict[str, str], code: ExitCode, words: tuple[str, ...], tmp_path: Path
) -> None:
    """A setting out of its bounds and a scorecard with a mistake are named; no server is asked."""
    quick = Path(__file__).parents[2] / "data" / "quick.yaml"
    bad = tmp_path / "bad.yaml"
    bad.write_text(quick.read_text(encoding="utf-8").replace("half_life: 4s", "half_life: 0s"), encoding="utf-8")
    given = {name: str(bad) if value == "BAD" else value for name, value in environment.items()}
    nowhere = {"kafka_bootstrap": "127.0.0.1:1", "redis_url": "redis://127.0.0.1:1/0"}
    with Installation(tmp_path, is_apache=True, scorecard=quick, **nowhere) as line:
        await require_refused(line, code, *words, **given)
        assert "secret" not in line.workers[0].log()
