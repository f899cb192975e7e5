"""How each topic should be kept, and what is wrong with one that is kept otherwise: pure comparison, no network.

The catalogue (`schemas.topics`) and the settings give the plan. A finding says what is, what should be, and the way
out. An error means that leads could be lost or scored wrongly; a warning, that something is unwise.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from schemas.topics import TOPICS, Topic
from streams.configuration.settings import Settings

KAFKA_MESSAGE_BYTES_MAX: Final = 1_048_588
"""Kafka's own default of max.message.bytes. It limits whole batches: a lower one would refuse busy producers."""

RECORD_OVERHEAD_BYTES: Final = 4096
"""Room for the framing, key and headers of a record of the largest allowed size."""

DEAD_LETTERS: Final = "dead-letters"

CLEANUP: Final = "cleanup.policy"
TIMESTAMPS: Final = "message.timestamp.type"
RETENTION: Final = "retention.ms"
MESSAGE_BYTES: Final = "max.message.bytes"
IN_SYNC: Final = "min.insync.replicas"


class Severity(Enum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as planned: about which topic, how bad, and what to do."""

    topic: str
    severity: Severity
    text: str

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.topic}: {self.text}"


@dataclass(frozen=True, slots=True)
class PlannedTopic:
    """One topic as it should be.

    ``name`` has the prefix; ``configs`` holds what differs by topic. ``has_own_count``: its number of partitions is its
    own, whatever the installation has.
    """

    name: str
    partitions: int
    replication_factor: int
    configs: Mapping[str, str]
    is_input: bool
    holds_dead_letters: bool
    has_own_count: bool = False


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """One topic as it is. ``configs`` holds what the broker said of what was asked; perhaps nothing."""

    name: str
    partitions: int
    replication_factor: int
    configs: Mapping[str, str]


def planned_topics(settings: Settings, catalogue: Iterable[Topic] = tuple(TOPICS.values())) -> tuple[PlannedTopic, ...]:
    """Return every topic as it should be, in the catalogue's order."""
    return tuple(_planned(topic, settings) for topic in catalogue)


def _planned(topic: Topic, settings: Settings) -> PlannedTopic:
    configs = {CLEANUP: topic.cleanup_policy, MESSAGE_BYTES: str(message_bytes_max(topic, settings))}
    if topic.retention_ms is not None:
        configs[RETENTION] = str(topic.retention_ms)
    if topic.is_stamped_by_broker:
        configs[TIMESTAMPS] = "LogAppendTime"
    if settings.replication_factor >= 3:
        # One copy may be away, and none of what was acknowledged is lost with another.
        configs[IN_SYNC] = "2"
    return PlannedTopic(
        name=settings.topic_prefix + topic.name,
        partitions=topic.partitions or settings.partitions,
        replication_factor=settings.replication_factor,
        configs=configs,
        is_input=topic.is_input,
        holds_dead_letters=topic.name == DEAD_LETTERS,
        has_own_count=topic.partitions is not None,
    )


def message_bytes_max(topic: Topic, settings: Settings) -> int:
    """Return the largest message that a topic should take, in bytes."""
    if topic.name == DEAD_LETTERS:
        return settings.output_bytes_max
    if topic.is_input:
        return max(KAFKA_MESSAGE_BYTES_MAX, settings.record_bytes_max + RECORD_OVERHEAD_BYTES)
    return KAFKA_MESSAGE_BYTES_MAX


def findings(
    planned: Iterable[PlannedTopic], found: Mapping[str, FoundTopic], *, allow_create_time: bool
) -> tuple[Finding, ...]:
    """Compare all topics with the plan.

    Args:
        planned: How they should be.
        found: How they are, by name.
        allow_create_time: Inputs may be stamped by their producers.

    Returns:
        What differs, errors first.
    """
    plan = tuple(planned)
    raised = [finding for topic in plan for finding in _of_topic(topic, found.get(topic.name), allow_create_time)]
    raised += _of_dead_letters(plan, found)
    return tuple(sorted(raised, key=lambda finding: finding.severity.value))


def partition_drift(planned: Iterable[PlannedTopic], found: Mapping[str, FoundTopic]) -> Iterator[Finding]:
    """Yield each topic that is missing or has another number of partitions than planned."""
    for topic in planned:
        if topic.name not in found:
            yield Finding(topic.name, Severity.ERROR, "there is none; create it with `leadstream topics create`")
        elif found[topic.name].partitions != topic.partitions:
            yield Finding(topic.name, Severity.ERROR, _partitions_differ(topic, found[topic.name]))


def _of_topic(planned: PlannedTopic, found: FoundTopic | None, allow_create_time: bool) -> Iterable[Finding]:  # noqa: FBT001
    yield from partition_drift([planned], {} if found is None else {found.name: found})
    if found is None:
        return
    if found.replication_factor < planned.replication_factor:
        text = f"{found.replication_factor} copies of each partition, {planned.replication_factor} are wanted"
        way_out = "add replicas with kafka-reassign-partitions, or lower LEADSTREAM_REPLICATION_FACTOR"
        yield Finding(planned.name, Severity.WARNING, f"{text}; {way_out}")
    for name, wanted in planned.configs.items():
        rule = CONFIG_RULES[name]
        value = found.configs.get(name)
        severity = _eased(name, rule.severity, allow_create_time)
        if value is None:
            yield Finding(planned.name, severity, f"the broker does not say {name}; see that it is {wanted}")
        elif not rule.is_kept(value, wanted):
            way_out = f"kafka-configs --alter --topic {planned.name} --add-config {name}={wanted}"
            yield Finding(
                planned.name, severity, f"{name} is {value}, not {rule.phrase} {wanted}: {rule.harm}; {way_out}"
            )


def _eased(name: str, severity: Severity, allow_create_time: bool) -> Severity:  # noqa: FBT001
    return Severity.WARNING if name == TIMESTAMPS and allow_create_time else severity


def _partitions_differ(planned: PlannedTopic, found: FoundTopic) -> str:
    if planned.has_own_count:
        return f"{found.partitions} partitions, but it needs {planned.partitions}: delete this topic and create it anew"
    return (
        f"{found.partitions} partitions, but LEADSTREAM_PARTITIONS={planned.partitions}; all topics need the same "
        f"number, for as long as they hold records: set LEADSTREAM_PARTITIONS={found.partitions} if all have so many, "
        "else delete this topic and create it anew"
    )


def _of_dead_letters(plan: Iterable[PlannedTopic], found: Mapping[str, FoundTopic]) -> Iterable[Finding]:
    """The dead letters must take whatever an input takes, and what is said about it."""
    limits = {topic.name: (topic, _limit(found.get(topic.name))) for topic in plan}
    inputs = [(limit, name) for name, (topic, limit) in limits.items() if topic.is_input and limit is not None]
    largest, largest_name = max(inputs, default=(0, ""))
    for name, (topic, limit) in limits.items():
        if topic.holds_dead_letters and limit is not None and limit <= largest:
            text = (
                f"{MESSAGE_BYTES} is {limit}, not above the {largest} of {largest_name}: a refused record would not "
                "fit whole; raise it here, and LEADSTREAM_OUTPUT_BYTES_MAX with it, or lower it there"
            )
            yield Finding(name, Severity.ERROR, text)


def _limit(found: FoundTopic | None) -> int | None:
    value = found.configs.get(MESSAGE_BYTES) if found is not None else None
    return int(value) if value is not None else None


class _ConfigRule(NamedTuple):
    """When a value is as good as the wanted one, how to say so, and what happens otherwise."""

    is_kept: Callable[[str, str], bool]
    phrase: str
    severity: Severity
    harm: str


def _same(value: str, wanted: str) -> bool:
    return value == wanted


def _at_least(value: str, wanted: str) -> bool:
    return int(value) >= int(wanted)


def _as_long(value: str, wanted: str) -> bool:
    return int(value) == -1 or int(value) >= int(wanted)


CONFIG_RULES: Final[Mapping[str, _ConfigRule]] = {
    CLEANUP: _ConfigRule(_same, "the planned", Severity.ERROR, "records that are still needed would be removed"),
    TIMESTAMPS: _ConfigRule(
        _same,
        "the planned",
        Severity.ERROR,
        "producers' clocks would decide when a stage changes (LEADSTREAM_ALLOW_CREATE_TIME=true accepts that)",
    ),
    RETENTION: _ConfigRule(
        _as_long,
        "at least",
        Severity.WARNING,
        "tables cannot be rebuilt from what is older, and consumers cannot catch up",
    ),
    MESSAGE_BYTES: _ConfigRule(_at_least, "at least", Severity.ERROR, "records of an allowed size would be refused"),
    IN_SYNC: _ConfigRule(_at_least, "at least", Severity.WARNING, "an acknowledged record can be lost with one broker"),
}
