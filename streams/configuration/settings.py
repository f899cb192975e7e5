"""What an operator can set: one frozen class, read from `LEADSTREAM_` environment variables.

Every field has a unit in its name, a bound, and a description of what changes with it. A default is given only where it
is safe in production. Secrets are never printed: not in a refusal, a representation or a log. Rules between fields
are a table in `streams.configuration.settings_rules`. This module reads no file and opens no connection.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.configuration.settings_refusal import SettingsRefused, refusals, unknown
from streams.configuration.settings_rules import broken_rules

__all__ = ["PREFIX", "Settings", "SettingsRefused", "load_settings", "unknown_variables"]

PREFIX = "LEADSTREAM_"

HOST_AND_PORT = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}"
"""One server as Kafka clients write it: a name or an address, an IPv6 address in brackets, then the port."""
KIB = 1024
MIB = 1024 * KIB
DAY_SECONDS = 86_400

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class Settings(BaseSettings):
    """All settings of every leadstream process.

    Build it with `load_settings`, which turns what is wrong into a `SettingsRefused` that names the variable.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True, env_ignore_empty=True
    )

    # Kafka: where it is and how to speak to it.
    kafka_bootstrap: str = Field(
        default="127.0.0.1:9092",
        pattern=rf"^{HOST_AND_PORT}(,{HOST_AND_PORT})*$",
        max_length=4096,
        description=(
            "Kafka servers to start from, as host:port separated by commas. Two or three are enough to find the rest."
        ),
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How to speak to Kafka. Off this machine use SSL or SASL_SSL."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        default=None, description="How to prove the user to Kafka, with SASL. SCRAM-SHA-512 is safest."
    )
    kafka_username: str | None = Field(default=None, min_length=1, max_length=256, description="Kafka user for SASL.")
    kafka_password: SecretStr | None = Field(
        default=None, min_length=1, max_length=4096, description="Password of the Kafka user."
    )
    kafka_ca_file: FilePath | None = Field(
        default=None, description="PEM file of authorities that sign Kafka's certificate; else the system's are used."
    )
    kafka_certificate_file: FilePath | None = Field(
        default=None, description="PEM file of this client's certificate, for mutual TLS."
    )
    kafka_key_file: FilePath | None = Field(default=None, description="PEM file of the key of that certificate.")
    kafka_timeout_seconds: Seconds = Field(
        default=5.0,
        ge=0.1,
        le=300.0,
        description="How long Kafka may take to acknowledge outputs before they are published again.",
    )
    allow_plaintext: bool = Field(
        default=False,
        description="Allow Kafka or Redis off this machine without TLS. Anyone on the path then reads leads' data.",
    )

    # Redis: the tables.
    redis_url: SecretStr = Field(
        default=SecretStr("redis://127.0.0.1:6379/0"),
        min_length=1,
        max_length=4096,
        description=(
            "Redis or Valkey that holds the tables: redis://, rediss:// (TLS) or unix://, with the ACL user and "
            "password in it, "
            "e.g. rediss://leadstream:secret@redis.example:6379/0?ssl_ca_certs=/etc/ssl/redis.pem."
        ),
    )
    redis_prefix: str = Field(
        default="leadstream",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="First part of every key, so that one Redis can hold several installations.",
    )
    redis_timeout_seconds: Seconds = Field(
        default=2.0,
        ge=0.05,
        le=60.0,
        description="How long one call to Redis may take before it is repeated: below the session timeout.",
    )

    # Topics.
    topic_prefix: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_.-]{0,64}$",
        description="Put before every topic's name, e.g. `marketing.`; empty for none.",
    )
    partitions: int = Field(
        default=8,
        ge=1,
        le=1024,
        description="Partitions of every topic: they bound how many workers share the load, and cannot be changed.",
    )
    replication_factor: int = Field(
        default=1,
        ge=1,
        le=9,
        description="Copies of every topic that `topics create` asks for: 3 in production, 1 on a single broker.",
    )
    allow_create_time: bool = Field(
        default=False,
        description=(
            "Accept input topics whose timestamps are set by producers (CreateTime), as on the embedded broker. Then a "
            "wrong producer's clock can date or delay stage changes, and a replay may decide differently."
        ),
    )

    # Group membership.
    group: str = Field(
        default="leadstream", pattern=r"^[A-Za-z0-9_.-]{1,200}$", description="Consumer group that the workers share."
    )
    instance_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.-]{1,200}$",
        description=(
            "Static membership: a name of this worker that survives its restart (a StatefulSet pod's name), so that "
            "a restart moves no partitions."
        ),
    )
    session_timeout_seconds: Seconds = Field(
        default=6.0,
        ge=1.0,
        le=300.0,
        description="How long Kafka waits for a silent worker before its partitions move to others.",
    )
    heartbeat_seconds: Seconds = Field(
        default=1.5,
        ge=0.1,
        le=60.0,
        description="How often a worker tells Kafka that it lives: at most a third of the session timeout.",
    )
    idempotent_producer: bool = Field(
        default=True,
        description="Let Kafka drop repeats of a sent batch. Off only for brokers that lack it, as the embedded one.",
    )

    # What counts.
    scorecard: Path = Field(default=Path("scorecard.yaml"), description="File of the scorecard that values the leads.")
    lateness_max_seconds: int = Field(
        default=7 * DAY_SECONDS,
        ge=0,
        le=366 * DAY_SECONDS,
        description="An activity that Kafka stored longer than this after it happened goes to the dead letters.",
    )
    future_max_seconds: int = Field(
        default=300,
        ge=0,
        le=DAY_SECONDS,
        description="An activity dated further than this ahead of the time Kafka stored it goes to the dead letters.",
    )
    journal_entries_max: int = Field(
        default=64,
        ge=1,
        le=4096,
        description="Recent activities remembered per lead, by which repeats are recognised. Costs memory in Redis.",
    )
    journal_age_seconds: int = Field(
        default=7 * DAY_SECONDS,
        ge=60,
        le=366 * DAY_SECONDS,
        description="How long a lead's recent activities are remembered: at least the allowed lateness.",
    )
    score_interval_seconds: int = Field(
        default=60,
        ge=1,
        le=DAY_SECONDS,
        description="At most one record per lead and interval on `lead-scores`, unless its stage or grade changes.",
    )
    reasons_max: int = Field(
        default=5, ge=1, le=20, description="Reasons named in a stage change; the points of the rest are summed up."
    )

    visitor_salt: SecretStr | None = Field(
        default=None, max_length=1024, description="Secret in imported visitors' ids; none lets addresses be guessed."
    )

    # Limits on work and memory.
    batch_records_max: int = Field(
        default=1_000,
        ge=1,
        le=100_000,
        description="Records of one partition committed together. More coalesce better and hold up other partitions.",
    )
    batch_bytes_max: int = Field(
        default=4 * MIB, ge=64 * KIB, le=64 * MIB, description="Bytes of records handled and committed together."
    )
    record_bytes_max: int = Field(
        default=256 * KIB, ge=KIB, le=8 * MIB, description="A larger input record goes to the dead letters undecoded."
    )
    output_bytes_max: int = Field(
        default=2 * MIB,
        ge=MIB + 64 * KIB,
        le=16 * MIB,
        description="Largest record published; above the inputs' limit, so that a dead letter holds its record whole.",
    )
    buffer_bytes_max: int = Field(
        default=16 * MIB,
        ge=256 * KIB,
        le=1024 * MIB,
        description="Bytes of records fetched ahead per partition before fetching pauses.",
    )
    merge_wait_seconds: Seconds = Field(
        default=1.0,
        ge=0.0,
        le=60.0,
        description="How long a partition waits for a topic that is behind before it goes on without, out of order.",
    )
    cache_bytes_max: int = Field(
        default=256 * MIB,
        ge=MIB,
        le=256 * 1024 * MIB,
        description="Memory of a worker for leads at hand, shared out among all partitions; other leads are loaded.",
    )
    outbox_bytes_max: int = Field(
        default=32 * MIB,
        ge=256 * KIB,
        le=1024 * MIB,
        description="Bytes of outputs per partition that Kafka has not acknowledged before the partition pauses.",
    )
    retry_seconds_max: Seconds = Field(
        default=300.0,
        ge=1.0,
        le=86_400.0,
        description=(
            "How long a worker retries while Kafka or Redis are unavailable before it exits, loudly, for its "
            "supervisor to restart."
        ),
    )

    # Being watched.
    metrics_host: str = Field(
        default="127.0.0.1",
        pattern=r"^[A-Za-z0-9_.:-]{1,253}$",
        description="Where metrics are served; 0.0.0.0 for all.",
    )
    metrics_port: int = Field(
        default=9464, ge=0, le=65_535, description="Port of metrics and health; 0 turns them off."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important events that are logged."
    )
    log_format: Literal["logfmt", "json"] = Field(
        default="logfmt", description="How log events are written: for people, or for machines."
    )

    @model_validator(mode="after")
    def _keeps_rules(self) -> Self:
        if problems := broken_rules(self, PREFIX):
            raise ValueError("\n".join(problems))
        return self


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment.

    Args:
        **overrides: Values by field name that win over the environment (of a command line's options).

    Returns:
        Settings within all bounds.

    Raises:
        SettingsRefused: If a value breaks a rule; it names each variable, its value, the rule and the way out.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them, which is the point
    except ValidationError as error:
        raise SettingsRefused(refusals(error, Settings, PREFIX, overrides, os.environ)) from None


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Tell which `LEADSTREAM_` variables no setting reads, each with the one that was probably meant.

    They are for a warning, not a refusal: Kubernetes adds variables that are named after services.

    Example:
        >>> unknown_variables({"LEADSTREAM_PARTITION": "4"})
        ('LEADSTREAM_PARTITION is not a setting; did you mean LEADSTREAM_PARTITIONS?',)
    """
    return unknown(environ, Settings, PREFIX)
