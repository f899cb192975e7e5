"""What every reader of tails promises: the fake, also behind the simulated network, and Kafka, embedded and Apache."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from streams.publisher.door import Message, Publisher
from streams.publisher.fake import FakePublisher
from streams.publisher.kafka import KafkaPublisher
from streams.tail.door import Tails
from streams.tail.fake import FakeTails
from streams.tail.kafka import LAST_RECORDS, KafkaTails
from streams.tail.positions import ByInstant, ByRecord, Occasion, Positions, header_of, marker_value
from streams.tail.told import Change, TailTopics, ToldStage
from tests.servers.fixtures import Broker, is_apache
from tests.servers.topics import create_topic
from tests.simulation import faultless

NOW = 1_795_341_600_000
PARTITIONS = 2
NAMES = ("stage-changes", "lead-scores", "dead-letters", "positions", "challenger-stage-changes")


@dataclass(frozen=True, slots=True)
class Harness:
    """The ends of topics, and who writes there."""

    tails: Tails
    publisher: Publisher
    topics: TailTopics


@pytest.fixture(params=["fake", "simulated", "embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def harness(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Harness]:
    """Each implementation in turn, on topics of the test's own."""
    topics = TailTopics(*(topic_prefix + name for name in NAMES))
    if request.param == "fake":
        fake = FakePublisher()
        yield Harness(FakeTails(fake, topics), fake, topics)
        return
    if request.param == "simulated":
        kafka = faultless.kafka()
        yield Harness(faultless.tails(kafka, topics), faultless.publisher(kafka, lambda _: None), topics)
        return
    broker: Broker = request.getfixturevalue({"embedded": "embedded_broker", "kafka": "apache_kafka"}[request.param])
    for topic in (*topics.outputs, topics.positions):
        await create_topic(broker.bootstrap, topic, partitions=PARTITIONS)
    connection = {"bootstrap_servers": [broker.bootstrap]}
    publisher = KafkaPublisher(connection, is_idempotent=is_apache(broker), timeout_seconds=20.0)
    yield Harness(KafkaTails(connection, topics, timeout_seconds=20.0), publisher, topics)
    await publisher.close()


def at(sequence: int, clock: int = NOW, epoch: int = 3, **watermarks: int) -> Positions:
    """Return positions; an underscore in a topic's name stands for a hyphen."""
    marks = {name.replace("_", "-"): offset for name, offset in watermarks.items()}
    return Positions(epoch, sequence, clock, marks)


def output(
    topic: str, positions: Positions, occasion: Occasion | None = None, *, partition: int = 0, **fields: Any
) -> Message:
    """Return an output as an owner publishes it, with some fields in its body."""
    header = header_of(positions, commit=f"commit-{positions.sequence}", occasion=occasion)
    lead_id = fields.get("lead_id", "lead-ada")
    return Message(topic, partition, lead_id.encode(), json.dumps(fields).encode(), (("ce_id", b"score-1"), header))


def change(change_id: str, to_stage: str, lead_id: str = "lead-ada", score_name: str = "default") -> dict[str, str]:
    """Return the body of a stage change."""
    return {"id": change_id, "lead_id": lead_id, "score_name": score_name, "to_stage": to_stage, "more": "fields"}


def scores(lead_id: str = "lead-ada", **stages: str) -> dict[str, Any]:
    """Return the body of a lead's scores."""
    return {"lead_id": lead_id, "scores": {name: {"score": 7.5, "stage": stage} for name, stage in stages.items()}}


async def test_nothing_published_is_no_tail(harness: Harness) -> None:
    """A new installation's owner begins above nothing."""
    assert await harness.tails.read([0, 1]) == {0: {}, 1: {}}
    told = await harness.tails.told(0)
    assert (list(told.leads()), told.through) == ([], Positions())


async def test_a_tail_is_the_higher_of_its_last_records(harness: Harness) -> None:
    """Component by component: a fenced owner may have published something old after the newest."""
    topic = harness.topics.stage_changes
    await harness.publisher.publish(
        [
            output(topic, at(7, page_views=9), **change("a", "mql")),
            output(topic, at(8, NOW + 5, epoch=4, page_views=12, form_fills=1), **change("b", "sql")),
            output(topic, at(5, NOW - 5, page_views=13), **change("c", "lead")),
            output(topic, at(99), partition=1, **change("d", "lead")),
        ]
    )

    assert await harness.tails.read([0]) == {0: {topic: at(8, NOW + 5, epoch=4, page_views=13, form_fills=1)}}


async def test_a_long_topic_is_read_at_its_end(harness: Harness) -> None:
    """Also after batches of many records, where the embedded broker says a wrong end; the others have none."""
    topic = harness.topics.lead_scores
    for first in (0, 700, 1_400):
        batch = [
            output(topic, at(number, NOW + number, page_views=number), **scores())
            for number in range(first, first + 700)
        ]
        await harness.publisher.publish(batch)

    assert await harness.tails.read([0]) == {0: {topic: at(2_099, NOW + 2_099, page_views=2_099)}}


async def test_markers_outlive_what_they_speak_of(harness: Harness) -> None:
    """A marker counts like a record of its output topic, the higher of both."""
    topic = harness.topics.stage_changes
    markers = [
        Message(harness.topics.positions, 0, name.encode(), marker_value(name, positions))
        for name, positions in ((topic, at(4, page_views=40)), (harness.topics.dead_letters, at(9, page_views=41)))
    ]
    await harness.publisher.publish([output(topic, at(6, NOW - 1, page_views=39), **change("a", "mql")), *markers])

    assert await harness.tails.read([0, 1]) == {
        0: {topic: at(6, page_views=40), harness.topics.dead_letters: at(9, page_views=41)},
        1: {},
    }


async def test_what_others_wrote_is_passed_over(harness: Harness) -> None:
    """A record without our header, or with one that cannot be read, tells nothing and harms nothing."""
    topic = harness.topics.stage_changes
    strange = [Message(topic, 0, b"k", b"?"), Message(topic, 0, None, None, (("leadstream_positions", b"{"),))]
    strange.append(Message(harness.topics.positions, 0, b"k", b"[]"))
    await harness.publisher.publish([output(topic, at(6), **change("a", "mql")), *strange])

    assert await harness.tails.read([0]) == {0: {topic: at(6)}}
    assert list((await harness.tails.told(0)).leads()) == ["lead-ada"]


async def test_a_lead_was_told_its_last_change_counted_once(harness: Harness) -> None:
    """A repeat of an id changes nothing, wherever it stands: readers drop it."""
    topic = harness.topics.stage_changes
    bodies = [change("a", "mql"), change("b", "sql"), change("a", "mql"), change("c", "lead", score_name="product")]
    bodies.append(change("d", "lead", lead_id="lead-bob"))
    await harness.publisher.publish([output(topic, at(number), **body) for number, body in enumerate(bodies)])

    told = await harness.tails.told(0)

    assert told.stage("lead-ada", "default") == ToldStage("sql", "b")
    assert told.stage("lead-ada", "product") == ToldStage("lead", "c")
    assert sorted(told.leads()) == ["lead-ada", "lead-bob"]


async def test_a_lead_without_a_change_was_told_its_scores(harness: Harness) -> None:
    """`lead-scores` outlives `stage-changes`; a tombstone there tells nothing."""
    topic = harness.topics.lead_scores
    tombstone = Message(topic, 0, b"lead-cay", None)
    await harness.publisher.publish(
        [
            output(topic, at(0), **scores(default="mql")),
            output(topic, at(1), **scores(default="lead", product="sql")),
            output(topic, at(2), **scores("lead-cay", default="sql")),
            tombstone,
            output(harness.topics.stage_changes, at(3), **change("d", "sql")),
        ]
    )

    told = await harness.tails.told(0)

    assert told.stage("lead-ada", "default") == ToldStage("sql", "d")
    assert told.stage("lead-ada", "product") == ToldStage("sql", "score-1")
    assert told.stage("lead-cay", "default") is None


async def test_scores_that_a_former_owner_brings_late_tell_nothing(harness: Harness) -> None:
    """A worker that was paused publishes what it had in hand: a lower epoch, or sequence, than what stands there."""
    topic = harness.topics.lead_scores
    await harness.publisher.publish(
        [
            output(topic, at(8, epoch=4), **scores(default="lead")),
            output(topic, at(9, epoch=3), **scores(default="mql")),
            output(topic, at(7, epoch=4), **scores(default="sql")),
        ]
    )

    told = await harness.tails.told(0)

    assert told.stage("lead-ada", "default") == ToldStage("lead", "score-1")


async def test_what_was_told_names_how_far_a_replay_has_to_come(harness: Harness) -> None:
    """The last commit's outputs lie above the positions that they carry: each output's own occasion counts, too."""
    before = at(0, NOW, page_views=5)
    await harness.publisher.publish(
        [
            output(harness.topics.stage_changes, before, ByRecord("page-views", 8), **change("a", "mql")),
            output(harness.topics.lead_scores, before, ByInstant(NOW + 70), **scores(default="mql")),
            output(harness.topics.dead_letters, before, ByRecord("form-fills", 2)),
            output(harness.topics.dead_letters, before, ByRecord("page-views", 3)),
        ]
    )

    told = await harness.tails.told(0)

    assert told.through == at(0, NOW + 70, page_views=8, form_fills=2)
    assert told.stands(harness.topics.dead_letters, b"lead-ada", ByRecord("form-fills", 2))
    assert told.stands(harness.topics.lead_scores, b"lead-ada", ByInstant(NOW + 70))
    assert not told.stands(harness.topics.lead_scores, b"lead-bob", ByInstant(NOW + 70))
    assert not told.stands(harness.topics.dead_letters, b"lead-ada", ByRecord("form-fills", 1))


async def test_all_dead_letters_of_the_last_commit_are_known(harness: Harness) -> None:
    """However many: a replay of that commit repeats none of them."""
    topic, count = harness.topics.dead_letters, LAST_RECORDS * 3
    earlier = [output(topic, at(0, page_views=0), ByRecord("page-views", 1))]
    commit = at(1, page_views=1)
    letters = [output(topic, commit, ByRecord("page-views", 2 + number)) for number in range(count)]
    await harness.publisher.publish([*earlier, *letters])

    told = await harness.tails.told(0)

    assert all(told.stands(topic, b"lead-ada", ByRecord("page-views", 2 + number)) for number in range(count))


async def test_what_a_challenger_told_is_known_by_its_ids_and_tells_no_stage(harness: Harness) -> None:
    """Of the last commit; and a replay has to come as far as what caused it."""
    topic = harness.topics.challenger_stage_changes
    before = at(3, NOW, page_views=5)
    await harness.publisher.publish(
        [
            output(topic, at(0, page_views=1), ByRecord("page-views", 2), **change("a", "mql")),
            output(topic, before, ByRecord("page-views", 9), **change("b", "sql")),
            output(topic, before, ByRecord("page-views", 9), **change("c", "sql", score_name="product")),
        ]
    )

    told = await harness.tails.told(0)

    assert (await harness.tails.read([0]))[0] == {topic: before}
    assert [told.knows(Change(one, "lead-ada", "default", "sql")) for one in ("b", "c", "d")] == [True, True, False]
    assert (list(told.leads()), told.stage("lead-ada", "default")) == ([], None)
    assert told.through == at(3, NOW, page_views=9)
