"""Rules between settings: each is broken once, and says what to change."""

import os
from pathlib import Path

import pytest

from streams.configuration.settings import PREFIX, SettingsRefused, load_settings
from streams.configuration.settings_rules import RULES, is_loopback, kafka_hosts, redis_address

SASL = {"kafka_sasl_mechanism": "SCRAM-SHA-512", "kafka_username": "worker", "kafka_password": "secret-word"}

BROKEN: list[tuple[str, dict[str, object], str]] = [
    ("redis_url", {"redis_url": "http://redis.example"}, "is not a Redis address"),
    ("redis_url", {"redis_url": "redis://redis.example:6379/0"}, "use rediss://"),
    ("redis_cluster", {"redis_cluster": "127.0.0.1:7000", "redis_sentinels": "127.0.0.1:7001"}, "are two ways"),
    ("redis_cluster", {"redis_cluster": "127.0.0.1:7000", "redis_url": "redis://localhost/2"}, "database 0 only"),
    ("redis_cluster", {"redis_cluster": "127.0.0.1:70000"}, "give 1 to 65535"),
    ("redis_sentinels", {"redis_sentinels": "127.0.0.1:0"}, "give 1 to 65535"),
    ("redis_sentinels", {"redis_sentinels": "127.0.0.1:7000", "redis_url": "unix:///run/redis.sock"}, "is reached by"),
    ("kafka_bootstrap", {"kafka_bootstrap": "127.0.0.1:9092,kafka.example:9092"}, "use SSL or SASL_SSL"),
    ("kafka_security_protocol", {"kafka_security_protocol": "SASL_SSL", "kafka_username": "worker"}, "needs a user"),
    ("kafka_security_protocol", SASL, "would ignore the user"),
    ("kafka_security_protocol", {"kafka_ca_file": Path(__file__)}, "would ignore the TLS files"),
    (
        "kafka_certificate_file",
        {"kafka_security_protocol": "SSL", "kafka_certificate_file": Path(__file__)},
        "set LEADSTREAM_KAFKA_KEY_FILE too",
    ),
    ("heartbeat_seconds", {"heartbeat_seconds": 3}, "LEADSTREAM_SESSION_TIMEOUT_SECONDS=6.0"),
    ("redis_timeout_seconds", {"redis_timeout_seconds": 6}, "LEADSTREAM_SESSION_TIMEOUT_SECONDS=6.0"),
    (
        "retry_seconds_max",
        {"retry_seconds_max": 1, "kafka_timeout_seconds": 0.5},
        "LEADSTREAM_REDIS_TIMEOUT_SECONDS=2.0",
    ),
    ("retry_seconds_max", {"retry_seconds_max": 3}, "LEADSTREAM_KAFKA_TIMEOUT_SECONDS=5.0"),
    ("stall_seconds_max", {"stall_seconds_max": 4}, "LEADSTREAM_KAFKA_TIMEOUT_SECONDS=5.0"),
    ("record_bytes_max", {"record_bytes_max": 2**20, "batch_bytes_max": 2**19}, "LEADSTREAM_BATCH_BYTES_MAX=524288"),
    ("batch_bytes_max", {"batch_bytes_max": 2**23, "buffer_bytes_max": 2**22}, "LEADSTREAM_BUFFER_BYTES_MAX=4194304"),
    ("outbox_bytes_max", {"outbox_bytes_max": 2**22}, "so that a batch of dead letters fits"),
    ("output_bytes_max", {"record_bytes_max": 2**21}, "so that a dead letter holds its record whole"),
    ("journal_age_seconds", {"journal_age_seconds": 60}, "the repeat of a late activity counts twice"),
]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any setting."""
    for name in tuple(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(("field", "values", "words"), BROKEN)
def test_a_broken_rule_names_the_variable_and_the_way_out(field: str, values: dict[str, object], words: str) -> None:
    """One line, that begins with the variable to change."""
    with pytest.raises(SettingsRefused) as caught:
        load_settings(**values)

    (problem,) = caught.value.problems
    assert problem.startswith(f"LEADSTREAM_{field.upper()}: ")
    assert words in problem


def test_every_rule_is_tested() -> None:
    """The table above breaks each rule."""
    assert len(BROKEN) == len(RULES)
    assert sorted(field for field, _, _ in BROKEN) == sorted(rule.field for rule in RULES)


@pytest.mark.parametrize("field", ["redis_cluster", "redis_sentinels"])
def test_servers_beside_the_url_must_not_be_in_the_open_either(field: str) -> None:
    """Its host is not used then: those that are named count."""
    away = {field: "127.0.0.1:7000,redis.example:7000"}

    with pytest.raises(SettingsRefused, match="use rediss://"):
        load_settings(**away)
    load_settings(**away, redis_url="rediss://redis.example")
    load_settings(redis_url="redis://redis.example", **{field: "127.0.0.1:7000,[::1]:7001"})


@pytest.mark.parametrize(
    "values",
    [
        {"kafka_bootstrap": "kafka.example:9092", "kafka_security_protocol": "SSL"},
        {"kafka_bootstrap": "kafka.example:9092", "kafka_security_protocol": "SASL_SSL", **SASL},
        {"kafka_bootstrap": "kafka.example:9092", "allow_plaintext": True},
        {"kafka_security_protocol": "SASL_PLAINTEXT", **SASL},
        {"redis_url": "rediss://worker:p%40ss@redis.example:6380/0"},
        {"redis_url": "redis://redis.example/0", "allow_plaintext": True},
        {"redis_url": "redis://[::1]:6379/0"},
        {"redis_url": "unix:///run/redis/redis.sock"},
        {"heartbeat_seconds": 2.0},
        {"journal_age_seconds": 86_400, "lateness_max_seconds": 86_400},
    ],
)
def test_what_keeps_the_rules_is_accepted(values: dict[str, object]) -> None:
    """TLS off this machine, plaintext on it or when asked for, and the limits themselves."""
    load_settings(**values)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("kafka", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that is refused
        ("", False),
    ],
)
def test_this_machine_is_told_by_its_names(host: str, is_here: bool) -> None:
    """Names and addresses alone decide; nothing is resolved."""
    assert is_loopback(host) is is_here


def test_hosts_of_a_list_may_be_ipv6() -> None:
    """The port is what follows the last colon."""
    assert kafka_hosts("[::1]:9092,kafka-2.example:9093") == ("[::1]", "kafka-2.example")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://worker:secret@redis.example:6380/2", "redis://redis.example:6380/2"),
        ("rediss://redis.example", "rediss://redis.example:6379"),
        ("unix://worker:secret@/run/redis.sock", "unix:///run/redis.sock"),
        ("redis://worker:secret@[::1", "an address that cannot be read"),
    ],
)
def test_an_address_is_shown_without_its_user(url: str, address: str) -> None:
    """Logs say where, never with which password."""
    assert redis_address(url) == address
