"""What an operator sets about the servers: where Kafka and Redis are, the topics, and being one of several workers.

Fields only; how they are read, and the rules between them, are in `streams.configuration.settings` and beside it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, FilePath, SecretStr

HOST_AND_PORT = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}"
"""One server as Kafka clients write it: a name or an address, an IPv6 address in brackets, then the port."""

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class ServerSettings(BaseModel):
    """How to reach the servers and the other workers."""

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
    redis_cluster: str = Field(
        default="",
        pattern=rf"^({HOST_AND_PORT}(,{HOST_AND_PORT})*)?$",
        max_length=4096,
        description=(
            "Some nodes of a Redis Cluster that holds the tables, as host:port separated by commas; the others are "
            "found. User, password and encryption are those of LEADSTREAM_REDIS_URL, whose host is not used then."
        ),
    )
    redis_sentinels: str = Field(
        default="",
        pattern=rf"^({HOST_AND_PORT}(,{HOST_AND_PORT})*)?$",
        max_length=4096,
        description=(
            "Sentinels that say where the Redis with the tables is, as host:port separated by commas: name all. User, "
            "password, encryption and database are those of LEADSTREAM_REDIS_URL, whose host is not used then."
        ),
    )
    redis_service: str = Field(
        default="leadstream",
        pattern=r"^[A-Za-z0-9_.-]{1,200}$",
        description="What the sentinels call that Redis (the name in `sentinel monitor`).",
    )
    redis_sentinel_password: SecretStr | None = Field(
        default=None, min_length=1, max_length=4096, description="Password of the sentinels themselves, if they ask."
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
        default=0.5,
        ge=0.1,
        le=60.0,
        description=(
            "How often a worker tells Kafka that it lives: at most a third of the session timeout. The answers tell it "
            "of a rebalance, so nobody takes over from a dead worker before the slowest of the others has asked."
        ),
    )
    idempotent_producer: bool = Field(
        default=True,
        description="Let Kafka drop repeats of a sent batch. Off only for brokers that lack it, as the embedded one.",
    )
