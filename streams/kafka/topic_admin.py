"""Creates the topics that are missing, and asks Kafka how those that exist are kept. Never changes an existing one.

What is asked is compared by `streams.kafka.topic_plan`. Looking never creates a topic: all are listed, none is asked
for by name (a broker that creates topics by itself would).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)

from streams.configuration.settings import Settings
from streams.kafka.connection import WAY_OUT, connection_arguments
from streams.kafka.topic_plan import (
    Finding,
    FoundTopic,
    PlannedTopic,
    Severity,
    findings,
    partition_drift,
    planned_topics,
)

LISTED_POLL_SECONDS: Final = 0.05

WAYS_OUT: Final[Mapping[type[Exception], str]] = {
    InvalidReplicationFactorError: "start more brokers, or lower LEADSTREAM_REPLICATION_FACTOR",
}


class AdminUnavailable(Exception):
    """Kafka did not answer, or not as it should."""


class TopicsRefused(Exception):
    """The topics must not be used as they are kept. ``problems`` holds a line for each, with the way out."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take one line for each thing that is wrong."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Creation:
    """What became of creating the topics: which were made, which were there before, and what is not as planned."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    findings: tuple[Finding, ...]


async def create_topics(settings: Settings) -> Creation:
    """Create every topic of the plan that does not exist, and compare all with it.

    Raises:
        AdminUnavailable: If Kafka cannot be reached in time.
        SettingsRefused: If a certificate cannot be used.
    """
    plan = planned_topics(settings)
    async with _admin(settings) as admin:
        there = await _listed(admin)
        missing = [topic for topic in plan if topic.name not in there]
        refused = await _created(admin, missing)
        made = tuple(topic.name for topic in missing if topic.name not in refused)
        found = await _found(admin, plan, awaited=made)
    differing = findings(plan, found, allow_create_time=settings.allow_create_time)
    told = (*refused.values(), *(finding for finding in differing if finding.topic not in refused))
    existing = tuple(topic.name for topic in plan if topic.name in there)
    return Creation(created=made, existing=existing, findings=told)


async def check_topics(settings: Settings) -> tuple[str, ...]:
    """Refuse topics with which leads could be lost or scored wrongly; to be asked once at start.

    Returns:
        Warnings, a line each.

    Raises:
        TopicsRefused: If one is missing or kept otherwise than it must be.
        AdminUnavailable: If Kafka cannot be reached in time.
        SettingsRefused: If a certificate cannot be used.
    """
    differing = await topic_findings(settings)
    errors = tuple(str(finding) for finding in differing if finding.severity is Severity.ERROR)
    if errors:
        raise TopicsRefused(errors)
    return tuple(str(finding) for finding in differing)


async def topic_findings(settings: Settings) -> tuple[Finding, ...]:
    """Compare the topics with the plan, and change nothing.

    Raises:
        AdminUnavailable: If Kafka cannot be reached in time.
        SettingsRefused: If a certificate cannot be used.
    """
    plan = planned_topics(settings)
    async with _admin(settings) as admin:
        found = await _found(admin, plan)
    return findings(plan, found, allow_create_time=settings.allow_create_time)


async def partition_findings(settings: Settings) -> tuple[str, ...]:
    """Return which topics are missing or have another number of partitions than planned, a line each.

    Raises:
        AdminUnavailable: If Kafka cannot be reached in time.
        SettingsRefused: If a certificate cannot be used.
    """
    async with _admin(settings) as admin:
        listed = await _listed(admin)
    return tuple(str(finding) for finding in partition_drift(planned_topics(settings), listed))


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Hold a connected client; whatever Kafka does wrong, or too late, becomes `AdminUnavailable`."""
    seconds = settings.kafka_timeout_seconds
    admin = AIOKafkaAdminClient(
        **connection_arguments(settings), client_id="leadstream-topics", request_timeout_ms=int(seconds * 1000)
    )
    try:
        # Several requests, each bounded by the client; this bounds them together.
        async with asyncio.timeout(4 * seconds):
            await admin.start()
            yield admin
    except (KafkaError, TimeoutError, OSError) as error:
        text = str(error) or f"no answer within {4 * seconds:g} s"
        raise AdminUnavailable(f"Kafka at {settings.kafka_bootstrap}: {text}; {WAY_OUT}") from error
    finally:
        await admin.close()


async def _listed(admin: AIOKafkaAdminClient) -> dict[str, FoundTopic]:
    described = await admin.describe_topics()
    return {
        topic["topic"]: FoundTopic(
            name=topic["topic"],
            partitions=len(topic["partitions"]),
            replication_factor=min((len(partition["replicas"]) for partition in topic["partitions"]), default=0),
            configs={},
        )
        for topic in described
    }


async def _created(admin: AIOKafkaAdminClient, missing: Sequence[PlannedTopic]) -> dict[str, Finding]:
    """Create topics; return a finding for each that the broker refused."""
    if not missing:
        return {}
    answer = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, topic.replication_factor, topic_configs=dict(topic.configs))
            for topic in missing
        ]
    )
    refused: dict[str, Finding] = {}
    for name, code, message in answer.topic_errors:
        kind = for_code(code)
        if code != 0 and kind is not TopicAlreadyExistsError:
            way_out = WAYS_OUT.get(kind, "see the broker's log")
            refused[name] = Finding(name, Severity.ERROR, f"not created: {message or kind.__name__}; {way_out}")
    return refused


async def _found(
    admin: AIOKafkaAdminClient, plan: Sequence[PlannedTopic], awaited: Iterable[str] = ()
) -> dict[str, FoundTopic]:
    """Return the planned topics as they are. Brokers list a new topic a moment after they made it: ``awaited`` ones."""
    listed = await _listed(admin)
    while not set(awaited) <= listed.keys():
        await asyncio.sleep(LISTED_POLL_SECONDS)
        listed = await _listed(admin)
    present = [topic.name for topic in plan if topic.name in listed]
    configs = await _configs(admin, present)
    return {name: replace(listed[name], configs=configs.get(name, {})) for name in present}


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what the broker says of each topic's configuration. One may be silent about what was never set."""
    if not names:
        return {}
    # None asks for everything: asked for some by name, the embedded broker hangs up.
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name, None) for name in names])
    return {
        name: {entry[0]: entry[1] for entry in entries if entry[1] is not None}
        for answer in answers
        for code, _, _, name, entries in answer.resources
        if code == 0
    }
