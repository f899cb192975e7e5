"""From decisions to messages."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

import pytest

import scorer
from schemas.dead_letter import DeadLetterHeaders, Reason, Step
from schemas.lead_score import LeadScore
from schemas.stage_change import StageChange
from streams.partition.outputs import STEP_OF, Cause, Outputs, OutputTopics
from streams.partition.records import Refused
from streams.publisher.door import Message
from tests.builders.records import HOUR, MINUTE, NOW, Record, page_view
from tests.builders.scorecards import tiny_scorecard

SCORECARD = tiny_scorecard()
MESSAGE_BYTES_MAX = 20_000
CAUSE = Cause.of_record(page_view(offset=42))
CHANGE = scorer.StageChange(
    score_name="default",
    from_stage="subscriber",
    to_stage="lead",
    changed_at=NOW,
    score=20.0,
    grade="B2",
    reasons=(scorer.Line(scorer.LineKind.CRITERION, "engagement", "behaviour", "pricing_viewed", 20.0, 1.0),),
    scorecard_version="tiny-1",
)


def outputs(scorecard: scorer.Scorecard = SCORECARD) -> Outputs:
    """Return the builder of partition 3's messages."""
    topics = OutputTopics("crm.stage-changes", "crm.lead-scores", "crm.dead-letters")
    return Outputs(
        topics,
        3,
        source="/leadstream/test",
        application_version="0.1.0",
        scorecard=scorecard,
        reasons_max=5,
        message_bytes_max=MESSAGE_BYTES_MAX,
    )


def judged() -> scorer.LeadState:
    """Return a lead who looked at the prices."""
    activity = scorer.Activity(1, "lead-ada", "page_view", NOW, {"path": "/pricing"})
    return scorer.record(scorer.LeadState(), activity, SCORECARD, NOW).state


def headers_of(message: Message) -> dict[str, str]:
    """Return a message's headers as text."""
    return {name: value.decode() for name, value in message.headers}


def test_a_stage_change_is_a_cloud_event_about_the_lead() -> None:
    """It goes to the owner's partition number, keyed by the lead, with who, what and when in its headers."""
    message = outputs().stage_change("lead-ada", CHANGE, CAUSE)

    assert (message.topic, message.partition, message.key) == ("crm.stage-changes", 3, b"lead-ada")
    assert message.value is not None
    told = StageChange.model_validate_json(message.value)
    headers = headers_of(message)
    assert (told.lead_id, told.from_stage, told.to_stage) == ("lead-ada", "subscriber", "lead")
    assert told.changed_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert (told.cause.kind, told.cause.topic, told.cause.offset) == ("activity", "page-views", 42)
    assert headers["ce_id"] == told.id
    assert headers["ce_type"] == "leadstream.stage_change.v1"
    assert headers["ce_source"] == "/leadstream/test"
    assert headers["ce_time"] == "2026-11-22T10:00:00.000Z"
    assert headers["ce_subject"] == "lead-ada"
    assert headers["ce_specversion"] == "1.0"
    assert headers["content-type"] == "application/json"


def test_a_lead_score_tells_each_named_score_at_the_instant() -> None:
    """Readers of the compacted topic see what the lead is worth, where it stands and why."""
    message = outputs().lead_score("lead-ada", judged(), NOW + 24 * HOUR, CAUSE)

    assert (message.topic, message.partition, message.key) == ("crm.lead-scores", 3, b"lead-ada")
    assert message.value is not None
    told = LeadScore.model_validate_json(message.value)
    assert told.scored_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert told.scores["default"].score == 10.0
    assert told.scores["default"].stage == "lead"
    assert headers_of(message)["ce_type"] == "leadstream.lead_score.v1"


def change_id(lead_id: str = "lead-ada", cause: Cause = CAUSE, **fields: object) -> str:
    """Return the id of a stage change."""
    message = outputs().stage_change(lead_id, replace(CHANGE, **fields), cause)  # type: ignore[arg-type]
    return headers_of(message)["ce_id"]


def test_the_same_decision_has_the_same_id() -> None:
    """Whoever replays it, and whatever the figures are: a reader that drops repeats sees it once."""
    assert change_id() == change_id() == change_id(score=20.0001, reasons=())


DISTINCT: dict[str, Callable[[], str]] = {
    "the first": change_id,
    "another lead": lambda: change_id(lead_id="lead-bob"),
    "another offset": lambda: change_id(cause=Cause.of_record(page_view(offset=43))),
    "another partition": lambda: change_id(cause=Cause.of_record(page_view(offset=42, partition=4))),
    "another topic": lambda: change_id(cause=Cause.of_record(replace(page_view(offset=42), topic="email-opens"))),
    "a wake-up": lambda: change_id(cause=Cause.of_wake_up(NOW)),
    "another wake-up": lambda: change_id(cause=Cause.of_wake_up(NOW + 1)),
    "a scorecard": lambda: change_id(cause=Cause.of_scorecard("tiny-1", NOW)),
    "the same scorecard once more": lambda: change_id(cause=Cause.of_scorecard("tiny-1", NOW + 1)),
    "another scorecard": lambda: change_id(scorecard_version="tiny-2"),
    "another score": lambda: change_id(score_name="on_premise"),
    "a lead score": lambda: headers_of(outputs().lead_score("lead-ada", judged(), NOW, CAUSE))["ce_id"],
}


def test_different_decisions_have_different_ids() -> None:
    """Lead, cause, kind, scorecard version and score each tell decisions apart."""
    ids = {name: made() for name, made in DISTINCT.items()}

    assert len(set(ids.values())) == len(DISTINCT), ids


def test_ids_stay_what_they_are_across_versions() -> None:
    """A replay by a later leadstream gives the ids of today."""
    assert change_id() == "e2d41edfadab649200472cb2096bdd53"


def test_a_cause_says_its_kind() -> None:
    """Readers can tell an activity, a profile, time and a scorecard apart."""
    assert Cause.of_record(page_view()).wire.kind == "activity"
    assert Cause.of_record(page_view(), is_profile=True).wire.kind == "profile"
    assert Cause.of_wake_up(NOW).wire.kind == "wake_up"
    assert Cause.of_scorecard("tiny-1", NOW).wire.kind == "scorecard"


def refusal(record: Record, reason: Reason = Reason.SCHEMA) -> Refused:
    """Return a refusal."""
    return Refused(record, record.timestamp, reason, "url: Field required")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_step(reason: Reason) -> None:
    """The step that refused is told with the reason."""
    message = outputs().dead_letter(refusal(page_view(), reason), NOW)

    assert DeadLetterHeaders.from_headers(message.headers).stage is STEP_OF[reason]
    assert set(STEP_OF.values()) == set(Step)


def test_a_dead_letter_keeps_the_record_whole() -> None:
    """Bytes, key and headers are untouched, so that it can be replayed; the reason rides beside them."""
    record = replace(page_view(offset=42), value=b"\xff{", headers=(("traceparent", b"00-ab"), ("empty", b"")))

    message = outputs().dead_letter(refusal(record), NOW + MINUTE)

    assert (message.topic, message.partition) == ("crm.dead-letters", 3)
    assert (message.key, message.value) == (b"lead-ada", b"\xff{")
    assert message.headers[:2] == record.headers
    said = DeadLetterHeaders.from_headers(message.headers)
    assert (said.source_topic, said.source_partition, said.source_offset) == ("page-views", 0, 42)
    assert said.source_timestamp_ms == NOW
    assert (said.reason, said.stage, said.message) == (Reason.SCHEMA, Step.SCHEMA, "url: Field required")
    assert (said.application_version, said.scorecard_version) == ("0.1.0", "tiny-1")
    assert said.first_failed_at == datetime(2026, 11, 22, 10, 1, tzinfo=UTC)


def test_a_record_that_was_refused_before_says_the_latest_reason_once() -> None:
    """A replay that fails again does not pile up headers."""
    once = outputs().dead_letter(refusal(page_view()), NOW)
    again = replace(page_view(), headers=once.headers)

    message = outputs().dead_letter(refusal(again, Reason.TOO_LATE), NOW)

    assert len(message.headers) == len(once.headers)
    assert DeadLetterHeaders.from_headers(message.headers).reason is Reason.TOO_LATE


@pytest.mark.parametrize(("stamp", "told"), [(-1, -1), (2**62, 253_402_300_799_999), (-5, -1)])
def test_a_stamp_that_nobody_can_name_is_told_as_near_as_can_be(stamp: int, told: int) -> None:
    """A producer's broken clock does not keep its record out of the dead letters."""
    message = outputs().dead_letter(refusal(replace(page_view(), timestamp=stamp)), NOW)

    assert DeadLetterHeaders.from_headers(message.headers).source_timestamp_ms == told


def test_a_record_without_key_and_value_is_put_aside_too() -> None:
    """Nulls stay nulls."""
    message = outputs().dead_letter(refusal(replace(page_view(), key=None, value=None)), NOW)

    assert (message.key, message.value) == (None, None)


OVERLARGE = {
    "value": replace(page_view(offset=42), value=b"x" * MESSAGE_BYTES_MAX),
    "key": replace(page_view(offset=42), key=b"x" * MESSAGE_BYTES_MAX),
    "header": replace(page_view(offset=42), headers=(("x", b"x" * MESSAGE_BYTES_MAX),)),
}


@pytest.mark.parametrize("record", OVERLARGE.values(), ids=OVERLARGE.keys())
def test_of_a_record_that_is_too_large_even_for_dead_letters_a_stub_is_left(record: Record) -> None:
    """It says where the record was, how long its value is, and a checksum to find it by."""
    message = outputs().dead_letter(refusal(record, Reason.OVERSIZE), NOW)

    value = record.value or b""
    headers = headers_of(message)
    assert message.value is None
    assert message.size_bytes < MESSAGE_BYTES_MAX / 2
    assert headers["dead_letter_value_bytes"] == str(len(value))
    assert headers["dead_letter_value_blake2b"] == blake2b(value, digest_size=16).hexdigest()
    assert DeadLetterHeaders.from_headers(message.headers).source_offset == 42


def test_a_dead_letter_has_room_for_the_positions() -> None:
    """Whatever size it has, it fits with them added."""
    for size in range(MESSAGE_BYTES_MAX - 6_000, MESSAGE_BYTES_MAX, 97):
        letter = outputs().dead_letter(refusal(replace(page_view(), value=b"x" * size)), NOW)
        watermarks = {f"a-topic-with-a-rather-long-name-{number}": 2**62 for number in range(40)}
        whole = outputs().positioned(
            letter, epoch=2**50, sequence=2**60, commit="f" * 16, clock=NOW, watermarks=watermarks
        )
        assert whole.size_bytes <= MESSAGE_BYTES_MAX


def test_positions_ride_in_a_header() -> None:
    """A later owner reads from them what was published before its table was rolled back."""
    message = outputs().stage_change("lead-ada", CHANGE, CAUSE)

    whole = outputs().positioned(
        message, epoch=7, sequence=1042, commit="c0ffee", clock=NOW, watermarks={"page-views": 41}
    )

    assert whole.headers[:-1] == message.headers
    name, value = whole.headers[-1]
    assert name == "leadstream_positions"
    assert json.loads(value) == {
        "clock": NOW,
        "commit": "c0ffee",
        "epoch": 7,
        "sequence": 1042,
        "watermarks": {"page-views": 41},
    }
