"""Topics are created as planned, checked, and never changed, on both brokers."""

import pytest

from streams.configuration.settings import Settings, load_settings
from streams.kafka.topic_admin import AdminUnavailable, TopicsRefused, check_topics, create_topics, topic_findings
from streams.kafka.topic_plan import planned_topics
from tests.servers.fixtures import Broker
from tests.servers.topics import create_topic


def settings_for(broker: Broker, topic_prefix: str, **values: object) -> Settings:
    """Return settings that name the broker and this test's topics."""
    return load_settings(kafka_bootstrap=broker.bootstrap, topic_prefix=topic_prefix, partitions=2, **values)


async def test_all_topics_are_created_once(broker: Broker, topic_prefix: str) -> None:
    """The first time all are made as planned, the second time none; a worker may start on them."""
    settings = settings_for(broker, topic_prefix)
    names = tuple(topic.name for topic in planned_topics(settings))

    first, second = await create_topics(settings), await create_topics(settings)

    assert (first.created, first.existing, first.findings) == (names, (), ())
    assert (second.created, second.existing, second.findings) == ((), names, ())
    assert await check_topics(settings) == ()


async def test_looking_creates_nothing(broker: Broker, topic_prefix: str) -> None:
    """Missing topics stay missing, however often they are asked about, and keep a worker from starting."""
    settings = settings_for(broker, topic_prefix)

    first, second = await topic_findings(settings), await topic_findings(settings)

    assert len(first) == len(planned_topics(settings))
    assert first == second
    with pytest.raises(TopicsRefused, match="create it with `leadstream topics create`"):
        await check_topics(settings)


async def test_a_topic_of_other_partitions_is_told_and_left(broker: Broker, topic_prefix: str) -> None:
    """Creating the others leaves it as it is; it is named, again and again, until somebody mends it."""
    settings = settings_for(broker, topic_prefix)
    await create_topic(broker.bootstrap, f"{topic_prefix}page-views", partitions=3)

    creation = await create_topics(settings)

    assert f"{topic_prefix}page-views" in creation.existing
    wrong = [str(finding) for finding in creation.findings if "partitions" in finding.text]
    assert len(wrong) == 1
    assert wrong[0].startswith(f"error: {topic_prefix}page-views: 3 partitions, but LEADSTREAM_PARTITIONS=2")
    assert set(creation.findings) == set(await topic_findings(settings))


@pytest.mark.kafka
async def test_a_topic_that_is_kept_otherwise_is_told_and_left(apache_kafka: Broker, topic_prefix: str) -> None:
    """On Apache Kafka, what a topic was not created with is known: policy, times, retention, sizes."""
    settings = settings_for(apache_kafka, topic_prefix)
    configs = {
        "cleanup.policy": "compact",
        "message.timestamp.type": "CreateTime",
        "max.message.bytes": "5000000",
    }
    await create_topic(apache_kafka.bootstrap, f"{topic_prefix}page-views", partitions=2, configs=configs)
    await create_topic(apache_kafka.bootstrap, f"{topic_prefix}stage-changes", partitions=2)

    told = {
        (finding.topic.removeprefix(topic_prefix), finding.text.split()[0])
        for finding in (await create_topics(settings)).findings
    }

    assert told == {
        ("page-views", "cleanup.policy"),
        ("page-views", "message.timestamp.type"),
        ("page-views", "retention.ms"),
        ("stage-changes", "retention.ms"),
        ("dead-letters", "max.message.bytes"),
    }


@pytest.mark.kafka
async def test_copies_that_no_broker_holds_are_named(apache_kafka: Broker, topic_prefix: str) -> None:
    """One broker cannot hold three copies: not created, with the way out, once for each topic."""
    settings = settings_for(apache_kafka, topic_prefix, replication_factor=3)

    creation = await create_topics(settings)

    assert creation.created == ()
    assert len(creation.findings) == len(planned_topics(settings))
    assert all("lower LEADSTREAM_REPLICATION_FACTOR" in finding.text for finding in creation.findings)


async def test_a_broker_that_is_away_is_named() -> None:
    """The address and what to look at, in bounded time."""
    settings = load_settings(kafka_bootstrap="127.0.0.1:1", kafka_timeout_seconds=0.5)

    with pytest.raises(AdminUnavailable, match=r"Kafka at 127\.0\.0\.1:1: .* LEADSTREAM_KAFKA_BOOTSTRAP"):
        await topic_findings(settings)
