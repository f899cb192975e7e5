"""Rules between settings.

Each is a row of a table: when it is broken, and what to say of it, with the way out. No words hold a secret.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from streams.configuration.settings import Settings

REDIS_SCHEMES = ("redis", "rediss", "unix")

SECRET_FIELDS = frozenset({"kafka_password", "redis_url", "redis_sentinel_password", "visitor_salt"})

PUBLISH_OVERHEAD_BYTES = 16 * 1024
"""What a dead letter adds to the record that it holds: headers, key and framing."""


class Rule(NamedTuple):
    """One rule between settings: the field that is blamed, when it ``is_broken``, and the words with the way out.

    In the words ``{field}`` stands for a field's value and ``{FIELD}`` for its variable with its value.
    """

    field: str
    is_broken: Callable[["Settings"], bool]
    words: str


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its name or address alone (nothing is resolved).

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("[::1]"), is_loopback("kafka.example")
        (True, True, False)
    """
    name = host.strip("[]").lower()
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def kafka_hosts(bootstrap: str) -> tuple[str, ...]:
    """Return the hosts of a list of ``host:port``, not empty.

    Example:
        >>> kafka_hosts("127.0.0.1:9092,kafka-2.example:9092")
        ('127.0.0.1', 'kafka-2.example')
    """
    return tuple(server.rpartition(":")[0] for server in bootstrap.split(","))


def redis_address(url: str) -> str:
    """Return where a Redis URL points, without user and password: for logs and messages.

    Example:
        >>> redis_address("rediss://leadstream:secret@redis.example:6380/2")
        'rediss://redis.example:6380/2'
    """
    try:
        parts = urlsplit(url)
        place = (
            parts.path
            if parts.scheme == "unix"
            else f"{parts.hostname or 'localhost'}:{parts.port or 6379}{parts.path}"
        )
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{place}"


def _redis_is_unreadable(settings: "Settings") -> bool:
    url = settings.redis_url.get_secret_value()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return True
    if parts.scheme not in REDIS_SCHEMES:
        return True
    return parts.scheme != "unix" and (not parts.hostname or port == 0)


def _redis_is_in_the_open(settings: "Settings") -> bool:
    if _redis_is_unreadable(settings):
        return False
    parts = urlsplit(settings.redis_url.get_secret_value())
    named = settings.redis_cluster or settings.redis_sentinels
    hosts = kafka_hosts(named) if named else (parts.hostname or "",)
    is_away = not all(is_loopback(host) for host in hosts)
    return parts.scheme == "redis" and is_away and not settings.allow_plaintext


def _redis_is_no_cluster_url(settings: "Settings") -> bool:
    if not settings.redis_cluster or _redis_is_unreadable(settings):
        return False
    parts = urlsplit(settings.redis_url.get_secret_value())
    return parts.scheme == "unix" or parts.path not in ("", "/", "/0")


def _redis_is_no_sentinel_url(settings: "Settings") -> bool:
    if not settings.redis_sentinels or _redis_is_unreadable(settings):
        return False
    return urlsplit(settings.redis_url.get_secret_value()).scheme == "unix"


def _has_port_beyond(servers: str) -> bool:
    return any(not 0 < int(server.rpartition(":")[2]) <= 65_535 for server in servers.split(",") if server)


def _kafka_is_in_the_open(settings: "Settings") -> bool:
    is_plain = settings.kafka_security_protocol in ("PLAINTEXT", "SASL_PLAINTEXT")
    is_away = not all(is_loopback(host) for host in kafka_hosts(settings.kafka_bootstrap))
    return is_plain and is_away and not settings.allow_plaintext


def _uses_sasl(settings: "Settings") -> bool:
    return settings.kafka_security_protocol.startswith("SASL")


def _uses_tls(settings: "Settings") -> bool:
    return settings.kafka_security_protocol.endswith("SSL")


def _sasl_values(settings: "Settings") -> tuple[object, ...]:
    return settings.kafka_sasl_mechanism, settings.kafka_username, settings.kafka_password


def _tls_values(settings: "Settings") -> tuple[object, ...]:
    return settings.kafka_ca_file, settings.kafka_certificate_file, settings.kafka_key_file


RULES: tuple[Rule, ...] = (
    Rule(
        "redis_url",
        _redis_is_unreadable,
        "is not a Redis address; give redis://host:port/database, rediss:// for TLS, or unix:///path (in a password, "
        "signs such as "
        "@ and / are written %40 and %2F)",
    ),
    Rule(
        "redis_url",
        _redis_is_in_the_open,
        "Redis ({redis_url}, or what is named beside it) is not on this machine and not encrypted; use rediss://, or "
        "set LEADSTREAM_ALLOW_PLAINTEXT=true if the network may read leads' data",
    ),
    Rule(
        "redis_cluster",
        lambda settings: bool(settings.redis_cluster and settings.redis_sentinels),
        "a cluster and sentinels are two ways to hold the tables; unset this or LEADSTREAM_REDIS_SENTINELS",
    ),
    Rule(
        "redis_cluster",
        _redis_is_no_cluster_url,
        "a cluster is reached by redis:// or rediss:// and has database 0 only; correct LEADSTREAM_REDIS_URL",
    ),
    Rule(
        "redis_cluster",
        lambda settings: _has_port_beyond(settings.redis_cluster),
        "{redis_cluster} names a port that there is not; give 1 to 65535",
    ),
    Rule(
        "redis_sentinels",
        _redis_is_no_sentinel_url,
        "a primary that sentinels name is reached by redis:// or rediss://; correct LEADSTREAM_REDIS_URL",
    ),
    Rule(
        "redis_sentinels",
        lambda settings: _has_port_beyond(settings.redis_sentinels),
        "{redis_sentinels} names a port that there is not; give 1 to 65535",
    ),
    Rule(
        "kafka_bootstrap",
        _kafka_is_in_the_open,
        "{kafka_bootstrap} is not on this machine and {KAFKA_SECURITY_PROTOCOL} does not encrypt; use SSL or "
        "SASL_SSL, or set "
        "LEADSTREAM_ALLOW_PLAINTEXT=true if the network may read leads' data",
    ),
    Rule(
        "kafka_security_protocol",
        lambda settings: _uses_sasl(settings) and None in _sasl_values(settings),
        "{kafka_security_protocol} needs a user; set LEADSTREAM_KAFKA_SASL_MECHANISM, LEADSTREAM_KAFKA_USERNAME and "
        "LEADSTREAM_KAFKA_PASSWORD",
    ),
    Rule(
        "kafka_security_protocol",
        lambda settings: not _uses_sasl(settings) and any(value is not None for value in _sasl_values(settings)),
        "{kafka_security_protocol} would ignore the user that is set; use SASL_SSL, or unset "
        "LEADSTREAM_KAFKA_SASL_MECHANISM, "
        "LEADSTREAM_KAFKA_USERNAME and LEADSTREAM_KAFKA_PASSWORD",
    ),
    Rule(
        "kafka_security_protocol",
        lambda settings: not _uses_tls(settings) and any(value is not None for value in _tls_values(settings)),
        "{kafka_security_protocol} would ignore the TLS files that are set; use SSL or SASL_SSL, or unset "
        "LEADSTREAM_KAFKA_CA_FILE, "
        "LEADSTREAM_KAFKA_CERTIFICATE_FILE and LEADSTREAM_KAFKA_KEY_FILE",
    ),
    Rule(
        "kafka_certificate_file",
        lambda settings: (settings.kafka_certificate_file is None) != (settings.kafka_key_file is None),
        "a certificate and its key go together; set LEADSTREAM_KAFKA_KEY_FILE too, or neither",
    ),
    Rule(
        # A third leaves room for two lost heartbeats: Kafka's own advice.
        "heartbeat_seconds",
        lambda settings: settings.heartbeat_seconds * 3 > settings.session_timeout_seconds,
        "{heartbeat_seconds} is more than a third of {SESSION_TIMEOUT_SECONDS}; lower the first or raise the second",
    ),
    Rule(
        # A call that outlasts the session would keep a worker waiting for Redis while others own its partitions.
        "redis_timeout_seconds",
        lambda settings: settings.redis_timeout_seconds >= settings.session_timeout_seconds,
        "{redis_timeout_seconds} is not below {SESSION_TIMEOUT_SECONDS}; lower it, so that a worker notices a lost "
        "Redis before "
        "Kafka gives the worker up",
    ),
    Rule(
        "retry_seconds_max",
        lambda settings: settings.retry_seconds_max <= settings.redis_timeout_seconds,
        "{retry_seconds_max} is not above {REDIS_TIMEOUT_SECONDS}; raise it, so that a call can be repeated at all",
    ),
    Rule(
        "retry_seconds_max",
        lambda settings: settings.retry_seconds_max <= settings.kafka_timeout_seconds,
        "{retry_seconds_max} is not above {KAFKA_TIMEOUT_SECONDS}; raise it, so that outputs can be published again",
    ),
    Rule(
        # A call that fails in its own time is no standstill.
        "stall_seconds_max",
        lambda settings: (
            settings.stall_seconds_max <= max(settings.redis_timeout_seconds, settings.kafka_timeout_seconds)
        ),
        "{stall_seconds_max} is not above {REDIS_TIMEOUT_SECONDS} and {KAFKA_TIMEOUT_SECONDS}; raise it, or a single "
        "slow call looks like a standstill",
    ),
    Rule(
        "record_bytes_max",
        lambda settings: settings.record_bytes_max > settings.batch_bytes_max,
        "{record_bytes_max} is above {BATCH_BYTES_MAX}, which must hold at least one record; lower the first or "
        "raise the second",
    ),
    Rule(
        "batch_bytes_max",
        lambda settings: settings.batch_bytes_max > settings.buffer_bytes_max,
        "{batch_bytes_max} is above {BUFFER_BYTES_MAX}, which must hold at least one batch; lower the first or raise "
        "the second",
    ),
    Rule(
        # A batch of nothing but refused records goes to the outbox whole.
        "outbox_bytes_max",
        lambda settings: settings.outbox_bytes_max < 2 * settings.batch_bytes_max,
        "{outbox_bytes_max} is below twice {BATCH_BYTES_MAX}; raise it, so that a batch of dead letters fits",
    ),
    Rule(
        "output_bytes_max",
        lambda settings: settings.output_bytes_max < settings.record_bytes_max + PUBLISH_OVERHEAD_BYTES,
        f"{{output_bytes_max}} is below {{RECORD_BYTES_MAX}} and {PUBLISH_OVERHEAD_BYTES} for headers; raise it, so "
        f"that a dead letter "
        "holds its record whole",
    ),
    Rule(
        "journal_age_seconds",
        lambda settings: settings.journal_age_seconds < settings.lateness_max_seconds,
        "{journal_age_seconds} is below {LATENESS_MAX_SECONDS}; raise it, or the repeat of a late activity counts "
        "twice",
    ),
)


def broken_rules(settings: "Settings", prefix: str) -> tuple[str, ...]:
    """Return what to say of each rule that the settings break; empty if they keep all."""
    return tuple(_said(rule, settings, prefix) for rule in RULES if rule.is_broken(settings))


def _said(rule: Rule, settings: "Settings", prefix: str) -> str:
    values = {field: value for field, value in settings if not isinstance(value, SecretStr)}
    values["redis_url"] = redis_address(settings.redis_url.get_secret_value())
    variables = {field.upper(): f"{prefix}{field.upper()}={value}" for field, value in values.items()}
    return f"{prefix}{rule.field.upper()}: {rule.words.format(**values, **variables)}"
