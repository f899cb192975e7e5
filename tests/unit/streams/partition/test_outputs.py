"""From decisions to messages."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import scorer
from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.forwarded import Stray
from schemas.lead_score import LeadScore
from schemas.refusals import Reason
from schemas.stage_change import StageChange
from streams.partition.forwarding import origin_of
from streams.partition.outputs import Cause, Outputs, OutputTopics
from streams.partition.records import Refused, Strayed
from streams.publisher.door import Message
from streams.tail.positions import Positions
from tests.builders.records import HOUR, NOW, page_view, received
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
    names = ("stage-changes", "lead-scores", "dead-letters", "repartition", "challenger-stage-changes")
    topics = OutputTopics(*(f"crm.{name}" for name in names))
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
    message = outputs().lead_score("lead-ada", scorer.Outcome(judged()), NOW + 24 * HOUR, CAUSE)

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
    "a lead score": lambda: headers_of(outputs().lead_score("lead-ada", scorer.Outcome(judged()), NOW, CAUSE))["ce_id"],
}


def test_a_stray_record_leaves_for_its_leads_partition() -> None:
    """It alone goes to another partition number than its owner's, and without positions: its receiver knows repeats."""
    stray = Strayed(replace(page_view(partition=3), key=None), NOW, "lead-ada", 1, Stray.KEY_MISSING)

    message = outputs().forwarded(stray)

    assert isinstance(message, Message)
    assert (message.topic, message.partition, message.key) == ("crm.repartition", 1, b"lead-ada")
    assert outputs().positioned(message, Positions(7, 3, NOW, {}), "c") == message


def test_a_stray_record_that_would_be_too_large_is_refused() -> None:
    """What is said beside it must fit the topic too; else it is put aside where it came, by its own key and place."""
    record = replace(page_view(partition=3), key=b"k" * (MESSAGE_BYTES_MAX // 2), headers=(("h", b"x" * 2_000),))
    small = outputs().forwarded(Strayed(record, NOW, "lead-ada", 1, Stray.KEY_MISMATCH))
    large = replace(record, headers=(("h", b"x" * (MESSAGE_BYTES_MAX // 2)),))

    refused = outputs().forwarded(Strayed(large, NOW, "lead-ada", 1, Stray.KEY_MISMATCH))

    assert isinstance(small, Message)
    assert isinstance(refused, Refused)
    assert (refused.record, refused.reason) == (large, Reason.OVERSIZE)
    assert re.search(r"^key_mismatch: .* takes \d+ bytes, at most \d+ can be forwarded", refused.message)


def test_a_dead_letter_of_a_forwarded_record_names_its_first_place() -> None:
    """So that it is mended, and replayed, where it came; its key and headers are the first ones too."""
    first = replace(page_view(offset=42, partition=2, at=NOW - HOUR), key=None, headers=(("trace", b"1"),))
    record = received(first, offset=7)
    origin = origin_of(record, {"page-views"})

    letter = outputs().dead_letter(Refused(record, NOW, Reason.INTERNAL, "broken", origin), NOW)

    said = DeadLetterHeaders.from_headers(letter.headers)
    assert (said.source_topic, said.source_partition, said.source_offset) == ("page-views", 2, 42)
    assert said.source_timestamp_ms == NOW - HOUR
    assert (letter.partition, letter.key, letter.value) == (3, None, first.value)
    assert without_dead_letter_headers(letter.headers) == first.headers


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


def test_a_dead_letter_goes_to_the_owners_partition() -> None:
    """Stamped with this version and the scorecard in force."""
    message = outputs().dead_letter(Refused(page_view(), NOW, Reason.SCHEMA, "url: Field required"), NOW)

    assert (message.topic, message.partition) == ("crm.dead-letters", 3)
    said = DeadLetterHeaders.from_headers(message.headers)
    assert (said.application_version, said.scorecard_version) == ("0.1.0", "tiny-1")


def refusal(value: bytes) -> Refused:
    """Return a refused record with a value."""
    return Refused(replace(page_view(), value=value), NOW, Reason.SCHEMA, "url: Field required")


def test_a_dead_letter_has_room_for_the_positions() -> None:
    """Whatever size it has, it fits with them added."""
    for size in range(MESSAGE_BYTES_MAX - 6_000, MESSAGE_BYTES_MAX, 97):
        letter = outputs().dead_letter(refusal(b"x" * size), NOW)
        watermarks = {f"a-topic-with-a-rather-long-name-{number}": 2**62 for number in range(40)}
        whole = outputs().positioned(letter, Positions(2**50, 2**60, NOW, watermarks), "f" * 16)
        assert whole.size_bytes <= MESSAGE_BYTES_MAX


def test_positions_ride_in_a_header() -> None:
    """A later owner reads from them what was published before its table was rolled back."""
    message = outputs().stage_change("lead-ada", CHANGE, CAUSE)

    whole = outputs().positioned(message, Positions(7, 1042, NOW, {"page-views": 41}), "c0ffee")

    assert whole.headers[:-1] == message.headers
    name, value = whole.headers[-1]
    assert name == "leadstream_positions"
    assert json.loads(value) == {
        "clock": NOW,
        "cause": {"topic": "page-views", "offset": 42},
        "commit": "c0ffee",
        "epoch": 7,
        "sequence": 1042,
        "watermarks": {"page-views": 41},
    }
