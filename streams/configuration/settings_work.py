"""What an operator sets about the work: what counts, bounds on work and memory, and how a process is watched.

Fields only; how they are read, and the rules between them, are in `streams.configuration.settings` and beside it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

KIB = 1024
MIB = 1024 * KIB
DAY_SECONDS = 86_400

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class WorkSettings(BaseModel):
    """How a process works, and within what."""

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
        default=16_000,
        ge=1,
        le=100_000,
        description="Most records of one partition committed together; fewer where they take longer than 10 s.",
    )
    batch_bytes_max: int = Field(
        default=16 * MIB, ge=64 * KIB, le=64 * MIB, description="Bytes of records handled and committed together."
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
        default=32 * MIB,
        ge=256 * KIB,
        le=1024 * MIB,
        description="Bytes of records fetched ahead per partition before fetching pauses.",
    )
    fetch_bytes_max: int = Field(
        default=4 * MIB,
        ge=64 * KIB,
        le=64 * MIB,
        description=(
            "Bytes of one partition of one topic in one answer of Kafka, which the client reads ahead; "
            "LEADSTREAM_OUTPUT_BYTES_MAX if that is more."
        ),
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
        description="Memory of a worker for leads at hand, shared out among its partitions; other leads are loaded.",
    )
    outbox_bytes_max: int = Field(
        default=32 * MIB,
        ge=256 * KIB,
        le=1024 * MIB,
        description="Bytes of outputs per partition that Kafka has not acknowledged before the partition pauses.",
    )
    sweep_leads_per_second_max: int = Field(
        default=0,
        ge=0,
        le=10_000_000,
        description=(
            "Leads that a worker judges anew a second when a scorecard comes into force, in all its partitions; 0: as "
            "many as it can. Until a partition is done its records wait."
        ),
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
    stall_seconds_max: Seconds = Field(
        default=30.0,
        ge=1.0,
        le=3600.0,
        description=(
            "How long the event loop may stand still, or work wait without any progress, before the worker exits, "
            "loudly. Waiting for Kafka or Redis does not count."
        ),
    )
    stop_seconds_max: Seconds = Field(
        default=10.0,
        ge=2.0,
        le=300.0,
        description="How long a worker that was told to stop may take before it exits in the middle of it, loudly.",
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
