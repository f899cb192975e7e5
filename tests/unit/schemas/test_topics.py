"""The catalogue of topics."""

import re

import pytest

from schemas.activities import CustomActivity
from schemas.topics import CONTROL_TOPICS, INPUT_TOPICS, OUTPUT_TOPICS, TOPICS, Topic


def test_the_catalogue_names_the_topics_of_this_line() -> None:
    """Every topic has one line in the catalogue: in, out, or there to steer."""
    assert INPUT_TOPICS == (
        "page-views",
        "email-opens",
        "email-clicks",
        "form-fills",
        "unsubscribes",
        "custom-activities",
        "lead-profiles",
        "repartition",
        "ticks",
    )
    assert OUTPUT_TOPICS == ("stage-changes", "challenger-stage-changes", "lead-scores", "dead-letters")
    assert CONTROL_TOPICS == ("positions", "scorecards", "audit-log")
    assert set(TOPICS) == {*INPUT_TOPICS, *OUTPUT_TOPICS, *CONTROL_TOPICS}


@pytest.mark.parametrize("name", ["scorecards", "audit-log"])
def test_what_people_do_has_one_order(name: str) -> None:
    """One partition, stamped by the broker: everybody reads the same order and the same instants."""
    topic = TOPICS[name]

    assert topic.partitions == 1
    assert topic.is_stamped_by_broker
    assert not topic.is_input


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topic_says_how_it_is_kept(topic: Topic) -> None:
    """Names are Kafka's, a compacted topic has no age, every other one has; each is described in one sentence."""
    assert re.fullmatch(r"[a-z][a-z-]*[a-z]", topic.name)
    assert (topic.retention_ms is None) == (topic.cleanup_policy == "compact")
    assert topic.description.endswith(".")
    assert "\n" not in topic.description


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topics_type_is_its_contracts(topic: Topic) -> None:
    """Where a topic carries one type of activity, its contract says the same."""
    if topic.activity_type is not None:
        assert topic.contract.model_fields["type"].default == topic.activity_type
    elif topic.direction == "in":
        assert topic.contract is CustomActivity or topic.name == "lead-profiles"


def test_profiles_are_not_compacted() -> None:
    """An update names what changed only, so compaction would lose attributes."""
    assert TOPICS["lead-profiles"].cleanup_policy == "delete"
