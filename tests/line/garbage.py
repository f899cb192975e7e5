"""Bad records of every kind, for every topic, each saying in a header why it must be refused.

What is only bad by its time says nothing: the oracle judges that by the append time.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.line.activities import record
from tests.line.topics import Produced
from tests.oracles.line import EXPECTED_REASON, owner_of

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
RECORD_BYTES_MAX = 256 * 1024
GOOD: dict[str, dict[str, Any]] = {
    "page-views": {"url": "https://example.com/pricing"},
    "email-opens": {"mail_id": "mail-1"},
    "email-clicks": {"link_url": "https://example.com/pricing"},
    "form-fills": {"form_id": "demo"},
    "unsubscribes": {"reason": "too much"},
    "custom-activities": {"type": "webinar_attended", "properties": {"minutes": 30}},
    "lead-profiles": {"attributes": {"company_size": 120}},
}
"""The least that each topic's contract asks for, beside the head."""
REQUIRED = {
    "page-views": "url",
    "email-clicks": "link_url",
    "form-fills": "form_id",
    "custom-activities": "type",
    "lead-profiles": "attributes",
}
WRONG: dict[str, list[dict[str, Any]]] = {
    "page-views": [{"url": ""}, {"url": "x" * 2_049}, {"duration_seconds": -1}, {"verdict": "robot"}, {"title": ["a"]}],
    "email-opens": [{"mail_id": "m" * 257}, {"type": "page_view"}, {"campaign": 7}],
    "email-clicks": [{"link_url": None}, {"channel": "Paid Search"}],
    "form-fills": [{"form_id": 7}, {"fields": {"a": {"nested": 1}}}, {"fields": {str(n): n for n in range(65)}}],
    "unsubscribes": [{"reason": {"why": "x"}}, {"list_id": "l" * 257}],
    "custom-activities": [{"type": "Webinar Attended"}, {"type": "page_view"}, {"properties": {"x": None}}],
    "lead-profiles": [{"attributes": {"a": [1]}}, {"attributes": {"a" * 65: 1}}, {"attributes": None}],
}
"""What breaks each topic's own contract."""
HEADS: list[dict[str, Any]] = [
    {"id": 7},
    {"id": ""},
    {"id": "i" * 129},
    {"id": None},
    {"lead_id": 42},
    {"lead_id": "l" * 257},
    {"lead_id": "lead\nada"},
    {"occurred_at": "yesterday"},
    {"occurred_at": "2026-11-22T10:00:00"},
    {"occurred_at": 1_795_341_600},
    {"occurred_at": "1969-12-31T23:59:59Z"},
]
"""What breaks the head that all contracts share."""
NO_JSON: list[bytes | None] = [None, b"", b"{", b"not json", b"\xff\xfe{}", b'{"id": "a"', b"\x00" * 64]
NO_OBJECT = [b"[]", b"null", b"7", b'"text"', b"{}", b'{"id": NaN}']


def garbage(topic: str, *, lead_id: str, at: int) -> Iterator[Produced]:
    """Yield bad records for one topic, all under one lead's key."""
    key, number = lead_id.encode(), 0

    def body(**changed: Any) -> Produced:
        nonlocal number
        number += 1
        good = record(topic, lead_id, at, at, id=f"bad-{topic}-{number}", **GOOD[topic])
        return replace(good, value=json.dumps({**json.loads(good.value or b"{}"), **changed}).encode())

    def bad(reason: str, spoilt: Produced) -> Produced:
        return replace(spoilt, headers=((EXPECTED_REASON, reason.encode()), ("trace", b"\x00\xffraw")))

    yield from (bad("undecodable", Produced(topic, key, value, at)) for value in NO_JSON)
    yield from (bad("schema", Produced(topic, key, value, at)) for value in NO_OBJECT)
    yield from (bad("schema", body(**changed)) for changed in (*HEADS, *WRONG[topic]))
    yield from (bad("schema", _without(body(), name)) for name in _required(topic))
    yield bad("oversize", padded(body(), RECORD_BYTES_MAX + 1))
    yield bad("oversize", padded(body(), 1_000_000))
    for happened_at in (at - 8 * DAY_MS, at + HOUR_MS):
        number += 1
        yield record(topic, lead_id, happened_at, at, id=f"out-of-time-{number}", **GOOD[topic])


def misplaced(topic: str, *, lead_id: str, at: int, partitions: int) -> Iterator[Produced]:
    """Yield good records for one topic whose key or partition is wrong: none of them may be refused."""
    own = owner_of(lead_id, partitions)
    elsewhere = (own + 1) % partitions
    keys = {
        "right": lead_id.encode(),
        "none": None,
        "empty": b"",
        "other": f"{lead_id}-not".encode(),
        "bytes": b"\xff\x00",
    }
    for name, key in keys.items():
        for partition in (own, elsewhere, (own + 2) % partitions):
            good = record(topic, lead_id, at, at, id=f"misplaced-{topic}-{name}-{partition}", **GOOD[topic])
            yield replace(good, key=key, partition=partition, headers=(("trace", b"\x00\xffraw"),))


def garbage_forwards(*, lead_id: str, at: int, partitions: int, topic_prefix: str) -> Iterator[Produced]:
    """Yield records for `repartition` that no owner put there: as if forwarded, but for one thing each."""
    key, own = lead_id.encode(), owner_of(lead_id, partitions)
    good = record("repartition", lead_id, at, at, id="forged", **GOOD["page-views"])
    # Far ahead of what is there: taken for good, they would have all that comes from that place dropped.
    place = {"topic": topic_prefix + "page-views", "partition": 0, "offset": 10**12, "timestamp_ms": at}
    said = {"forwarded_reason": "wrong_partition"} | {
        f"forwarded_source_{name}": f"{what}" for name, what in place.items()
    }

    def bad(reason: str, **changed: Any) -> Produced:
        headers = {**said, **changed.pop("said", {}), EXPECTED_REASON: reason}
        pairs = tuple((name, value.encode()) for name, value in headers.items() if value is not None)
        return replace(good, partition=own, headers=pairs, **changed)

    yield bad("key_missing", key=None)
    yield bad("key_mismatch", value=json.dumps({**json.loads(good.value or b"{}"), "lead_id": "lead-x"}).encode())
    for name in said:
        yield bad("schema", said={name: None})
    yield bad("schema", said={"forwarded_source_topic": topic_prefix + "stage-changes"})
    yield bad("schema", said={"forwarded_source_offset": "-1"})
    yield replace(bad("wrong_partition", key=key), partition=(own + 1) % partitions)


def largest(topic: str, *, lead_id: str, at: int) -> Produced:
    """Return a good record of exactly the size that is allowed; what fills it is for newer readers."""
    return padded(record(topic, lead_id, at, at, id=f"largest-{topic}", **GOOD[topic]), RECORD_BYTES_MAX)


def padded(small: Produced, size_bytes: int) -> Produced:
    """Return a record with a value of a size, filled up by a field that no contract has."""
    body = json.loads(small.value or b"{}")
    body["padding"] = ""
    body["padding"] = "x" * (size_bytes - len(json.dumps(body)))
    return replace(small, value=json.dumps(body).encode())


def _required(topic: str) -> list[str]:
    return ["id", "lead_id", "occurred_at", *([REQUIRED[topic]] if topic in REQUIRED else [])]


def _without(whole: Produced, name: str) -> Produced:
    body = json.loads(whole.value or b"{}")
    del body[name]
    return replace(whole, value=json.dumps(body).encode())
