"""Topics are compared with the plan: what differs is named with its harm and the way out."""

from dataclasses import replace

import pytest

from schemas.topics import TOPICS
from streams.configuration.settings import Settings, load_settings
from streams.kafka.topic_plan import FoundTopic, PlannedTopic, Severity, findings, planned_topics

SETTINGS = load_settings(topic_prefix="blue.", partitions=4)


def as_planned(planned: PlannedTopic) -> FoundTopic:
    """Return a topic that is exactly as it should be."""
    return FoundTopic(planned.name, planned.partitions, planned.replication_factor, dict(planned.configs))


def told(settings: Settings, **changes: FoundTopic | None) -> list[str]:
    """Return the findings when all topics are as planned but for some; names with underscores, without the prefix."""
    plan = planned_topics(settings)
    found = {topic.name: as_planned(topic) for topic in plan}
    for name, topic in changes.items():
        full_name = settings.topic_prefix + name.replace("_", "-")
        if topic is None:
            del found[full_name]
        else:
            found[full_name] = topic
    return [str(finding) for finding in findings(plan, found, allow_create_time=settings.allow_create_time)]


def with_config(settings: Settings, topic: str, name: str, value: str | None) -> FoundTopic:
    """Return a topic as planned but for one of its configurations."""
    (planned,) = (planned for planned in planned_topics(settings) if planned.name == settings.topic_prefix + topic)
    configs = {key: old for key, old in planned.configs.items() if key != name}
    return replace(as_planned(planned), configs=configs if value is None else {**configs, name: value})


def test_every_topic_of_the_catalogue_is_planned() -> None:
    """With the prefix, the partitions and the copies of the settings."""
    plan = planned_topics(SETTINGS)

    assert [topic.name for topic in plan] == [f"blue.{name}" for name in TOPICS]
    for topic in plan:
        own = TOPICS[topic.name.removeprefix("blue.")].partitions
        assert (topic.partitions, topic.replication_factor) == (4 if own is None else own, 1)


def test_inputs_are_stamped_by_the_broker() -> None:
    """Time comes from the broker: inputs, ticks and what controls have append times; outputs need none."""
    stamped = {topic.name for topic in planned_topics(SETTINGS) if "message.timestamp.type" in topic.configs}

    assert stamped == {f"blue.{topic.name}" for topic in TOPICS.values() if topic.direction != "out"}


def test_dead_letters_hold_the_largest_input_whole() -> None:
    """Whatever the limits are set to, a refused record fits with what is said about it."""
    for settings in (SETTINGS, load_settings(record_bytes_max=4_000_000, output_bytes_max=4_016_384)):
        plan = planned_topics(settings)
        limits = {topic.name: int(topic.configs["max.message.bytes"]) for topic in plan}
        inputs = [limits[settings.topic_prefix + topic.name] for topic in TOPICS.values() if topic.direction == "in"]
        assert limits[f"{settings.topic_prefix}dead-letters"] > max(inputs)
        assert min(inputs) >= settings.record_bytes_max


def test_three_copies_acknowledge_with_two() -> None:
    """With three copies, what is acknowledged outlives one broker, and one broker may be away."""
    plan = planned_topics(load_settings(replication_factor=3))

    assert {topic.configs["min.insync.replicas"] for topic in plan} == {"2"}


def test_topics_as_planned_have_no_finding() -> None:
    """Also where they are better than planned: longer retention, for ever, larger records, more copies."""
    better = replace(with_config(SETTINGS, "page-views", "max.message.bytes", "1048590"), replication_factor=3)

    assert told(SETTINGS) == []
    assert told(SETTINGS, page_views=better, ticks=with_config(SETTINGS, "ticks", "retention.ms", "-1")) == []


@pytest.mark.parametrize(
    ("topic", "name", "value", "line"),
    [
        (
            "page-views",
            "cleanup.policy",
            "compact",
            "error: blue.page-views: cleanup.policy is compact, not the planned delete",
        ),
        (
            "lead-scores",
            "cleanup.policy",
            "delete",
            "error: blue.lead-scores: cleanup.policy is delete, not the planned compact",
        ),
        ("ticks", "message.timestamp.type", "CreateTime", "error: blue.ticks: message.timestamp.type is CreateTime"),
        (
            "form-fills",
            "retention.ms",
            "1000",
            "warning: blue.form-fills: retention.ms is 1000, not at least 31536000000",
        ),
        (
            "page-views",
            "max.message.bytes",
            "1000",
            "error: blue.page-views: max.message.bytes is 1000, not at least 1048588",
        ),
        ("ticks", "message.timestamp.type", None, "error: blue.ticks: the broker does not say message.timestamp.type"),
        ("ticks", "retention.ms", None, "warning: blue.ticks: the broker does not say retention.ms"),
    ],
)
def test_a_configuration_that_differs_is_told(topic: str, name: str, value: str | None, line: str) -> None:
    """What it is, what it should be, the harm and the command that mends it."""
    (finding,) = told(SETTINGS, **{topic.replace("-", "_"): with_config(SETTINGS, topic, name, value)})

    assert finding.startswith(line)
    assert value is None or f"kafka-configs --alter --topic blue.{topic} --add-config {name}=" in finding


def test_producers_times_are_a_warning_where_they_are_allowed() -> None:
    """The embedded broker has no append times: allowed, it is said and not refused."""
    settings = load_settings(allow_create_time=True)
    topic = with_config(settings, "page-views", "message.timestamp.type", "CreateTime")

    (finding,) = told(settings, page_views=topic)

    assert finding.startswith("warning: page-views: message.timestamp.type is CreateTime")


def test_a_missing_topic_is_told() -> None:
    """With the command that creates it."""
    assert told(SETTINGS, page_views=None) == [
        "error: blue.page-views: there is none; create it with `leadstream topics create`"
    ]


@pytest.mark.parametrize("partitions", [1, 3, 5])
def test_a_wrong_number_of_partitions_is_told(partitions: int) -> None:
    """More or fewer: leads would be scored by the wrong owner."""
    topic = replace(with_config(SETTINGS, "page-views", "cleanup.policy", "delete"), partitions=partitions)

    (finding,) = told(SETTINGS, page_views=topic)

    assert finding.startswith(f"error: blue.page-views: {partitions} partitions, but LEADSTREAM_PARTITIONS=4")
    assert f"set LEADSTREAM_PARTITIONS={partitions}" in finding


def test_a_topic_of_one_partition_has_one() -> None:
    """However many the inputs have: scorecards come into force one after the other."""
    topic = replace(with_config(SETTINGS, "scorecards", "cleanup.policy", "compact"), partitions=4)

    (finding,) = told(SETTINGS, scorecards=topic)

    assert finding == ("error: blue.scorecards: 4 partitions, but it needs 1: delete this topic and create it anew")


def test_too_few_copies_are_a_warning() -> None:
    """It works, and a broker's death loses records."""
    settings = load_settings(replication_factor=2)
    topic = replace(with_config(settings, "page-views", "cleanup.policy", "delete"), replication_factor=1)

    (finding,) = told(settings, page_views=topic)

    assert finding.startswith("warning: page-views: 1 copies of each partition, 2 are wanted")


def test_an_input_larger_than_the_dead_letters_is_told() -> None:
    """A limit that was raised on an input alone: its largest records could not be refused whole."""
    topic = with_config(SETTINGS, "form-fills", "max.message.bytes", "9000000")

    (finding,) = told(SETTINGS, form_fills=topic)

    assert finding.startswith(
        "error: blue.dead-letters: max.message.bytes is 2097152, not above the 9000000 of blue.form-fills"
    )


def test_errors_come_first() -> None:
    """What stops a worker is read before what does not."""
    short = with_config(SETTINGS, "page-views", "retention.ms", "1")
    plan = planned_topics(SETTINGS)
    found = {topic.name: as_planned(topic) for topic in plan} | {short.name: short}
    del found["blue.ticks"]

    severities = [finding.severity for finding in findings(plan, found, allow_create_time=False)]

    assert severities == [Severity.ERROR, Severity.WARNING]
