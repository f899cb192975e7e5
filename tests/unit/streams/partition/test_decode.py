"""From a record's bytes to what it says, or to why it is refused."""

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorer
from schemas.forwarded import Stray
from schemas.refusals import Reason
from schemas.replay import ReplayHeaders
from streams.partition.decode import Acceptance, Decoder
from streams.partition.records import Decoded, Ordered, Origin, Refused, SkippedRecord, Strayed, Taken, Ticked
from streams.translation.translate import instant
from tests.builders.records import (
    DAY,
    MINUTE,
    NAMES,
    NOW,
    REPARTITION,
    TICKS,
    Record,
    form_fill,
    page_view,
    profile,
    received,
    tick,
)

CANARY = "canary.ada@example.com"
RECORD_BYTES_MAX = 2_000
LATENESS_MAX = 7 * DAY
FUTURE_MAX = 5 * MINUTE

DECODER = Decoder(
    NAMES,
    Acceptance(RECORD_BYTES_MAX, LATENESS_MAX, FUTURE_MAX),
    lambda key: 1 if key == b"lead-of-partition-1" else 0,
)


def decoded(*records: Record) -> list[Decoded]:
    """Decode records as one batch."""
    return DECODER.decoded([Ordered(record.timestamp, record) for record in records])


def refused(record: Record) -> Refused:
    """Decode one record, which is refused."""
    answer = decoded(record)[0]
    assert isinstance(answer, Refused)
    return answer


def with_value(value: bytes | None) -> Record:
    """Return a record with these bytes."""
    return replace(page_view(), value=value)


def with_text(text: str) -> Record:
    """Return a good page view with some JSON members added at its end."""
    value = page_view().value
    assert value is not None
    return with_value(value[:-1] + b", " + text.encode() + b"}")


def padded(size: int) -> Record:
    """Return a page view of exactly so many bytes."""
    value = page_view().value
    assert value is not None
    filler = json.dumps({"filler": ""})[1:-1].encode()
    return with_text(filler[:-1].decode() + "x" * (size - len(value) - len(filler) - 2) + '"')


BAD: dict[str, tuple[Record, Reason, str]] = {
    "no value": (with_value(None), Reason.UNDECODABLE, "the record has no value; send a JSON object"),
    "an empty value": (with_value(b""), Reason.UNDECODABLE, "has no value"),
    "no JSON": (with_value(b"lead-ada saw /pricing"), Reason.UNDECODABLE, "send one JSON object"),
    "JSON and more": (with_value((page_view().value or b"") + b"{}"), Reason.UNDECODABLE, "trailing characters"),
    "not UTF-8": (with_value(b'{"id": "\xff\xfe"}'), Reason.UNDECODABLE, "not UTF-8: encode it so"),
    "UTF-16": (with_value("{}".encode("utf-16")), Reason.UNDECODABLE, "encode it as UTF-8"),
    "a schema registry's frame": (with_value(b"\x00\x00\x00\x00\x01{}"), Reason.UNDECODABLE, "send plain JSON"),
    "compressed by itself": (with_value(gzip.compress(b"{}")), Reason.UNDECODABLE, "compress its batches"),
    "half a character": (with_text(r'"title": "\ud800"'), Reason.UNDECODABLE, "hex escape"),
    "a byte order mark": (with_value(b"\xef\xbb\xbf{}"), Reason.UNDECODABLE, "mark stands first: leave it out"),
    "nested deeply": (with_value(b"[" * 1_500), Reason.UNDECODABLE, "recursion limit"),
    "nested deeply where nobody looks": (with_text('"x": ' + "[" * 400 + "]" * 400), Reason.UNDECODABLE, "recursion"),
    "a JSON null": (with_value(b"null"), Reason.SCHEMA, "should be an object"),
    "a list": (with_value(b"[1]"), Reason.SCHEMA, "should be an object"),
    "no id": (with_value(b'{"lead_id": "lead-ada"}'), Reason.SCHEMA, "id: Value should be 1 to 128|Field required"),
    "an endless number": (with_text('"duration_seconds": 1e999'), Reason.SCHEMA, "finite number"),
    "not a number": (with_text('"duration_seconds": NaN'), Reason.SCHEMA, "finite number"),
    "a number of 1,500 digits": (
        with_text('"duration_seconds": ' + "9" * 1_500),
        Reason.SCHEMA,
        "duration_seconds: Input should be",
    ),
    "a number as text": (with_text('"duration_seconds": "7"'), Reason.SCHEMA, "duration_seconds: Input should be"),
    "an overlong id": (with_text('"id": "' + "x" * 129 + '"'), Reason.SCHEMA, "id: Value should be 1 to 128"),
    "an id with a line end": (with_text(r'"lead_id": "lead\nada"'), Reason.SCHEMA, "lead_id: Value should be"),
    "a time without offset": (with_text('"occurred_at": "2026-11-22T10:00:00"'), Reason.SCHEMA, "RFC 3339"),
    "a time as number": (with_text('"occurred_at": 1795341600'), Reason.SCHEMA, "RFC 3339"),
    "the 30th of February": (with_text('"occurred_at": "2026-02-30T10:00:00Z"'), Reason.SCHEMA, "occurred_at"),
    "a year before 1970": (with_text('"occurred_at": "0001-01-01T00:00:00+14:00"'), Reason.SCHEMA, "1970"),
    "an unknown verdict": (with_text('"verdict": "robot"'), Reason.SCHEMA, "verdict: Input should be 'human'"),
    "another topic's type": (with_text('"type": "form_fill"'), Reason.SCHEMA, "type: Input should be 'page_view'"),
    "the last of two equal members is wrong": (with_text('"url": ""'), Reason.SCHEMA, "url"),
    "forwarded without a key": (
        replace(received(), key=None),
        Reason.KEY_MISSING,
        "without a key; nobody but",
    ),
    "forwarded under another lead's key": (
        replace(received(), key=b"lead-bob"),
        Reason.KEY_MISMATCH,
        "key that is not the lead_id; nobody but leadstream",
    ),
    "forwarded to the wrong partition": (
        received(page_view(lead="lead-of-partition-1", partition=2)),
        Reason.WRONG_PARTITION,
        "forwarded to partition 0, and the key belongs to 1; nobody but leadstream",
    ),
    "forwarded by nobody": (replace(received(), headers=()), Reason.SCHEMA, "reason: Field required; source_topic"),
    "forwarded from a topic that is no input": (
        received(replace(page_view(partition=1), topic="stage-changes")),
        Reason.SCHEMA,
        "source_topic: Value should be an input topic's name",
    ),
    "forwarded before anything": (
        replace(received(), headers=(*received().headers, ("forwarded_source_offset", b"-1"))),
        Reason.SCHEMA,
        "source_offset: Input should be greater than or equal to 0",
    ),
    "a byte too many": (
        padded(RECORD_BYTES_MAX + 1),
        Reason.OVERSIZE,
        "has 2001 bytes, at most 2000 are read; send less, or raise LEADSTREAM_RECORD_BYTES_MAX",
    ),
    "too late": (
        page_view(happened_at=NOW - LATENESS_MAX - 1),
        Reason.TOO_LATE,
        r"604800\.001 s after occurred_at, at most 604800 s are allowed",
    ),
    "from the future": (
        page_view(happened_at=NOW + FUTURE_MAX + 1),
        Reason.FUTURE,
        r"300\.001 s after Kafka stored the record, at most 300 s are allowed; set the producer's clock",
    ),
}


@pytest.mark.parametrize(("record", "reason", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_record_is_refused_with_its_reason(record: Record, reason: Reason, message: str) -> None:
    """Each kind of mistake has its reason, and a message that names the rule and the way out."""
    answer = refused(record)

    assert answer.reason is reason
    assert re.search(message, answer.message), answer.message
    assert answer.record is record


KEYS: dict[str, tuple[bytes | None, Stray | None]] = {
    "its lead's": (b"lead-ada", None),
    "none": (None, Stray.KEY_MISSING),
    "an empty one": (b"", Stray.KEY_MISMATCH),
    "another lead's": (b"lead-bob", Stray.KEY_MISMATCH),
    "in another encoding": ("lead-ada".encode("utf-16"), Stray.KEY_MISMATCH),
}


@pytest.mark.parametrize(("key", "stray"), KEYS.values(), ids=KEYS.keys())
def test_a_wrong_key_in_the_right_place_is_only_noted(key: bytes | None, stray: Stray | None) -> None:
    """Where a record is right for its lead it is taken, whatever its key says."""
    answer = decoded(replace(page_view(), key=key))[0]

    assert isinstance(answer, Taken)
    assert (answer.lead_id, answer.stray, answer.origin) == ("lead-ada", stray, None)


@pytest.mark.parametrize(("key", "stray"), KEYS.values(), ids=KEYS.keys())
def test_a_record_in_the_wrong_place_strays_to_its_leads(key: bytes | None, stray: Stray | None) -> None:
    """The body's lead decides where a record belongs; the reason is the first thing that is wrong."""
    answer = decoded(replace(page_view(partition=2), key=key))[0]

    assert isinstance(answer, Strayed)
    assert (answer.lead_id, answer.partition) == ("lead-ada", 0)
    assert answer.stray is (stray or Stray.WRONG_PARTITION)


def test_what_would_be_refused_does_not_stray() -> None:
    """A record that is too late, or no record of its topic, is refused where it came: its owner never sees it."""
    late = page_view(partition=2, happened_at=NOW - LATENESS_MAX - 1)

    assert refused(late).reason is Reason.TOO_LATE
    assert refused(replace(page_view(partition=2), value=b"{}")).reason is Reason.SCHEMA


def test_a_forwarded_record_is_read_as_what_it_was() -> None:
    """The contract is that of the topic on which it stood first, and so is the place that it names."""
    first = replace(form_fill("demo", offset=41, at=NOW - DAY), partition=2, key=None, headers=(("trace", b"1"),))
    answer = decoded(received(first, offset=7, at=NOW))[0]

    assert isinstance(answer, Taken)
    assert isinstance(answer.content, scorer.Activity)
    assert (answer.lead_id, answer.appended_at, answer.content.type) == ("lead-ada", NOW, "form_fill")
    assert (answer.record.topic, answer.record.offset) == (REPARTITION, 7)
    assert answer.origin == Origin("form-fills", 2, 41, NOW - DAY, None, first.value, (("trace", b"1"),))


def test_a_forwarded_record_is_as_late_as_it_was_first() -> None:
    """However long it waited to be forwarded and received, its lateness is that of its first append time."""
    on_time = received(page_view(partition=2, at=NOW, happened_at=NOW - LATENESS_MAX), at=NOW + 30 * DAY)
    late = received(page_view(partition=2, at=NOW, happened_at=NOW - LATENESS_MAX - 1), at=NOW + 30 * DAY)

    assert isinstance(decoded(on_time)[0], Taken)
    answer = refused(late)
    assert answer.reason is Reason.TOO_LATE
    assert answer.origin is not None
    assert answer.origin.place == "page-views/2"


def test_every_reason_of_a_record_that_can_be_read_is_given_by_decoding() -> None:
    """The table above is complete: `internal` comes from scoring, `unreadable` from the client."""
    assert {reason for _, reason, _ in BAD.values()} == set(Reason) - {Reason.INTERNAL, Reason.UNREADABLE}


GOOD: dict[str, Record] = {
    "exactly as late as allowed": page_view(happened_at=NOW - LATENESS_MAX),
    "exactly as early as allowed": page_view(happened_at=NOW + FUTURE_MAX),
    "exactly as large as allowed": padded(RECORD_BYTES_MAX),
    "fields of a newer producer": with_text('"mood": "curious", "nested": {"a": [1, {"b": null}]}'),
    "the last of two equal members counts": with_text('"url": "/blog"'),
    "an offset of its own": with_text('"occurred_at": "2026-11-22T11:00:00+01:00"'),
    "another script": page_view(lead="リード-愛"),
}


@pytest.mark.parametrize("record", GOOD.values(), ids=GOOD.keys())
def test_what_keeps_the_rules_is_taken(record: Record) -> None:
    """Bounds are inclusive, and what is new is ignored."""
    assert isinstance(decoded(record)[0], Taken)


def test_a_page_view_says_what_which_lead_did() -> None:
    """The core gets the activity, with the append time beside it."""
    answer = decoded(page_view("/pricing?plan=team", lead="lead-ada", at=NOW, happened_at=NOW - 7))[0]

    assert isinstance(answer, Taken)
    assert isinstance(answer.content, scorer.Activity)
    assert (answer.lead_id, answer.appended_at) == ("lead-ada", NOW)
    assert (answer.content.type, answer.content.occurred_at) == ("page_view", NOW - 7)
    assert answer.content.fields["path"] == "/pricing"


def test_each_topic_has_its_own_contract() -> None:
    """Forms and profiles are decoded as what their topic carries."""
    form, update = decoded(form_fill("demo"), profile(industry="Software"))

    assert isinstance(form, Taken)
    assert isinstance(form.content, scorer.Activity)
    assert isinstance(update, Taken)
    assert isinstance(update.content, scorer.ProfileUpdate)


@pytest.mark.parametrize("value", [b"{}", b"", b"\xff", b"no tick of ours"])
def test_any_tick_will_do(value: bytes) -> None:
    """Only its append time matters, so no tick is ever refused."""
    answer = decoded(tick(at=NOW + 5, value=value))[0]

    assert isinstance(answer, Ticked)
    assert answer.appended_at == NOW + 5


def test_one_bad_record_harms_only_itself() -> None:
    """Its neighbours in the batch are taken, in order."""
    records = [page_view(offset=0), replace(page_view(offset=1), value=b"{"), page_view(offset=2), tick(offset=9)]

    answers = decoded(*records)

    assert [type(answer) for answer in answers] == [Taken, Refused, Taken, Ticked]
    assert [answer.record.offset for answer in answers] == [0, 1, 2, 9]


def test_lateness_is_judged_by_what_the_broker_said() -> None:
    """A record is refused or taken by its own append time, wherever the merge put it."""
    record = page_view(at=NOW, happened_at=NOW - LATENESS_MAX)

    assert isinstance(DECODER.decoded([Ordered(NOW + DAY, record)])[0], Taken)


def test_without_partitions_none_is_wrong() -> None:
    """Scoring a file has no partitions to check."""
    decoder = Decoder(NAMES, Acceptance(RECORD_BYTES_MAX, LATENESS_MAX, FUTURE_MAX), partition_of=None)

    assert isinstance(decoder.decoded([Ordered(NOW, page_view(lead="lead-of-partition-1"))])[0], Taken)


CANARIES: dict[str, dict[str, Any]] = {
    "a wrong type": {"occurred_at": CANARY},
    "an overlong title": {"title": CANARY * 40},
    "an unknown verdict": {"verdict": CANARY},
    "an unknown type": {"type": CANARY},
    "a bad lead": {"lead_id": f" {CANARY}"},
    "a time to come": {"occurred_at": "2027-11-22T10:00:00Z", "title": CANARY},
    "a value of a wrong kind": {"url": [CANARY]},
}


@pytest.mark.parametrize("fields", CANARIES.values(), ids=CANARIES.keys())
def test_a_message_never_repeats_what_was_sent(fields: dict[str, Any]) -> None:
    """Messages end up in dead letters, logs and on screens; addresses do not."""
    answer = refused(page_view(**fields))

    assert "canary" not in answer.message
    assert "@" not in answer.message


def test_a_message_never_repeats_a_members_name() -> None:
    """A form's field names are the producer's own words too."""
    answer = refused(form_fill(fields={CANARY: ["not a value"], "other": {}}))

    assert answer.reason is Reason.SCHEMA
    assert "canary" not in answer.message
    assert "fields.*" in answer.message


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_taken(value: bytes) -> None:
    """Nothing that a producer sends stops a batch."""
    answers = decoded(with_value(value), page_view())

    assert isinstance(answers[0], Taken | Refused)
    assert isinstance(answers[1], Taken)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ("id", "lead_id", "occurred_at", "type", "url", "title", "duration_seconds", "verdict", "channel")


@given(fields=st.dictionaries(st.sampled_from(MEMBERS), JSON_VALUES, max_size=3), key=st.none() | st.binary(max_size=8))
def test_any_members_are_refused_or_taken(fields: dict[str, Any], key: bytes | None) -> None:
    """Whatever stands in a member, the answer is one of the three; whose key is its lead's is not said to stray."""
    answer = decoded(replace(page_view(**fields), key=key))[0]

    if isinstance(answer, Taken):
        assert (answer.stray is None) == (key == answer.lead_id.encode())
    else:
        assert isinstance(answer, Refused | Strayed)


def replayed(record: Record, *, after: int) -> Record:
    """Return a record as its replay: appended anew some time after."""
    said = ReplayHeaders(
        appended_at_ms=record.timestamp, count=1, first_failed_at=instant(NOW), letter_partition=0, letter_offset=7
    )
    return replace(record, timestamp=record.timestamp + after, headers=said.to_headers())


def test_a_replay_is_as_late_as_it_was_at_first() -> None:
    """It does not get too late while it waits to be mended, nor is it taken for having waited."""
    in_time = replayed(page_view(happened_at=NOW - LATENESS_MAX), after=30 * DAY)
    too_late = replayed(page_view(happened_at=NOW - LATENESS_MAX - 1), after=30 * DAY)

    assert isinstance(decoded(in_time)[0], Taken)
    assert refused(too_late).reason is Reason.TOO_LATE


def test_a_replay_may_come_when_its_time_has_come() -> None:
    """What claimed a time that was still to come is refused for as long as that is so."""
    ahead = page_view(happened_at=NOW + 2 * FUTURE_MAX)

    assert refused(ahead).reason is Reason.FUTURE
    assert refused(replayed(ahead, after=1)).reason is Reason.FUTURE
    assert isinstance(decoded(replayed(ahead, after=FUTURE_MAX))[0], Taken)


def test_what_the_client_could_not_read_is_refused_in_its_place() -> None:
    """As what it is, whatever its bytes say; on ticks only the append time matters."""
    hole = SkippedRecord("page-views", 0, 1, Reason.UNREADABLE, "a header", NOW, 1, b"lead-ada", page_view().value)
    of_ticks = replace(hole, topic=TICKS)

    answers = DECODER.decoded([Ordered(NOW, page_view()), Ordered(NOW, hole), Ordered(NOW, of_ticks)])

    assert [type(answer) for answer in answers] == [Taken, Refused, Ticked]
    assert answers[1] == Refused(hole, NOW, Reason.UNREADABLE, "a header")
