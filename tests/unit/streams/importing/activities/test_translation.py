"""A row becomes an activity by its mapping, or is refused with the part, the value, the rule and the way out."""

from hashlib import sha256
from typing import Any

import pytest

from schemas.activities import CustomActivity, EmailOpen, PageView
from schemas.import_mapping import ImportMappingFile
from schemas.profile import LeadProfile
from streams.importing.activities.mapping import ImportMapping
from streams.importing.activities.rows import Refusal, Row
from streams.importing.activities.times import TimeCounts
from streams.importing.activities.translation import Answer, LeftOut, Translator, own_activity

COLUMNS = ("Contact", "What", "When", "Page", "Minutes")
MAPPING: dict[str, Any] = {
    "name": "crm",
    "format": "csv",
    "lead_id": {"column": "Contact", "prefix": "crm-"},
    "type": {
        "column": "What",
        "values": {"Opened": "email_open", "Visit": "page_view", "Call": "call_held"},
        "leave_out": ("Sent", ""),
    },
    "occurred_at": {"column": "When"},
    "fields": {"url": {"column": "Page"}, "duration_seconds": {"column": "Minutes"}},
    "properties": {"minutes": {"column": "Minutes", "as": "number"}, "source": {"constant": "crm"}},
}
JSON_LINES: dict[str, Any] = {
    "name": "app",
    "format": "ndjson",
    "lead_id": {"path": "user.id"},
    "type": {"path": "event"},
    "occurred_at": {"path": "at", "format": "epoch_seconds"},
    "id": {"path": "event_id", "prefix": "app-"},
    "properties": {"plan": {"path": "user.plan"}, "is_paid": {"path": "user.paid", "as": "truth"}},
}


def read(cells: Any, columns: tuple[str, ...] | None = COLUMNS, **changed: Any) -> Answer:
    """Return what a row becomes."""
    rules = {**(MAPPING if columns else JSON_LINES), **changed}
    mapping = ImportMapping(ImportMappingFile.model_validate(rules))
    return Translator(mapping, "crm.csv", columns, TimeCounts()).read(Row(7, b"", cells))


def test_each_type_gets_the_fields_that_it_has() -> None:
    """One mapping serves rows of several types: what a type has no place for is left aside."""
    view = read(["17", "Visit", "2024-03-01T10:00:00Z", "/pricing", "1.5"])
    call = read([" 17 ", "Call", "2024-03-01T10:00:00Z", "/pricing", "42"])
    opened = read(["17", "Opened", "2024-03-01T10:00:00Z", "", ""])

    assert isinstance(view, PageView)
    assert (view.lead_id, view.url, view.duration_seconds) == ("crm-17", "/pricing", 1.5)
    assert isinstance(call, CustomActivity)
    assert (call.type, call.properties) == ("call_held", {"minutes": 42, "source": "crm"})
    assert isinstance(opened, EmailOpen)


def test_rows_that_say_the_same_have_the_same_id() -> None:
    """The id comes from what is said, not from where: another file, another order of columns, the same activity."""
    one = read(["17", "Visit", "2024-03-01T10:00:00Z", "/pricing", ""])
    turned = ("Page", "Contact", "When", "What", "Minutes", "More")
    same = read(["/pricing", "17", "2024-03-01T11:00:00+01:00", "Visit", "", "x"], turned)
    others = [
        read(["18", "Visit", "2024-03-01T10:00:00Z", "/pricing", ""]),
        read(["17", "Visit", "2024-03-01T10:00:00.001Z", "/pricing", ""]),
        read(["17", "Visit", "2024-03-01T10:00:00Z", "/prices", ""]),
    ]

    assert isinstance(one, PageView)
    assert same == one
    assert one.id not in {other.id for other in others if isinstance(other, PageView)}


def test_what_is_no_activity_is_left_out() -> None:
    """Rows that the mapping lists are counted by what they are; nothing else of them is read."""
    assert read(["", "Sent", "", "", ""]) == LeftOut("Sent")
    assert read(["", "", "", "", ""]) == LeftOut("")


@pytest.mark.parametrize(
    ("cells", "part", "value", "rule"),
    [
        (["", "Visit", "2024-03-01T10:00:00Z", "/", ""], "lead_id", None, "nothing stands there"),
        (["1\x07", "Visit", "2024-03-01T10:00:00Z", "/", ""], "lead_id", "crm-1\x07", "without control characters"),
        (["1", "Phoned", "2024-03-01T10:00:00Z", "/", ""], "type", "Phoned", "not among the mapping's values"),
        (["1", "Visit", "", "/", ""], "occurred_at", None, "nothing stands there"),
        (["1", "Visit", "01/02/2024", "/", ""], "occurred_at", "01/02/2024", "no time as rfc3339 writes it"),
        (["1", "Visit", "2024-03-01 10:00", "/", ""], "occurred_at", "2024-03-01 10:00", "it names no zone"),
        (["1", "Visit", "2024-03-01T10:00:00Z", "", ""], "url", None, "page_view needs it"),
        (["1", "Visit", "2024-03-01T10:00:00Z", "x" * 2049, ""], "url", "x" * 2049, "at most 2048 characters"),
        (["1", "Visit", "2024-03-01T10:00:00Z", "/", "90000"], "duration_seconds", "90000", "less than or equal"),
        (["1", "Call", "2024-03-01T10:00:00Z", "", "1,5"], "minutes", "1,5", "no number with a point"),
        (["1", "Call", "2024-03-01T10:00:00Z", "", "1_000"], "minutes", "1_000", "no number"),
        (["1", "Call", "2024-03-01T10:00:00Z", "", "inf"], "minutes", "inf", "no number"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(cells: list[str], part: str, value: str | None, rule: str) -> None:
    """The refusal names line, part, value, rule and the way out; nothing in it reaches a terminal as an order."""
    refusal = read(cells)

    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.part, refusal.value) == (7, part, value)
    assert rule in refusal.rule
    assert refusal.fix
    assert refusal.text().isprintable()
    assert len(refusal.text()) < 500


def test_commas_may_stand_before_decimals() -> None:
    """Where the file says so, 1,5 is a number; 1.234,5 is none, for it may mean two."""
    rules = {"csv": {"decimal": ","}}
    call = read(["1", "Call", "2024-03-01T10:00:00Z", "", "1,5"], **rules)

    assert isinstance(call, CustomActivity)
    assert call.properties == {"minutes": 1.5, "source": "crm"}
    assert isinstance(read(["1", "Call", "2024-03-01T10:00:00Z", "", "1.234,5"], **rules), Refusal)


def test_json_lines_are_read_by_paths() -> None:
    """A path leads into objects; values keep their kind; the other system's ids stay, so live repeats count once."""
    row = {
        "user": {"id": 17, "plan": "pro", "paid": "yes"},
        "event": "trial_started",
        "at": 1_700_000_000,
        "event_id": 5,
    }
    found = read(row, None)

    assert isinstance(found, CustomActivity)
    assert (found.id, found.lead_id) == ("app-5", "17")
    assert found.properties == {"plan": "pro", "is_paid": True}


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"user": {"id": {"deep": 1}}}, "lead_id"),
        ({"user": 5}, "lead_id"),
        ({"event": 5}, "type"),
        ({"event": "purchase"}, "type"),
        ({"event": "Not Snake"}, "type"),
        ({"event_id": None}, "id"),
        ({"at": [1]}, "occurred_at"),
    ],
)
def test_a_json_line_of_another_shape_is_refused(changed: dict[str, object], part: str) -> None:
    """A path that leads nowhere, or to what is no value, refuses the row."""
    row = {"user": {"id": 17}, "event": "trial_started", "at": 1_700_000_000, "event_id": 5}

    refusal = read({**row, **changed}, None)

    assert isinstance(refusal, Refusal)
    assert refusal.part == part


def test_an_e_mail_address_becomes_its_hash() -> None:
    """As live activities may do it: SHA-256 of the address in small letters; what is none is refused."""
    rules = {"lead_id": {"column": "Contact", "email_to_sha256": True}}
    view = read(["Ada@Example.com", "Visit", "2024-03-01T10:00:00Z", "/", ""], **rules)

    assert isinstance(view, PageView)
    assert view.lead_id == sha256(b"ada@example.com").hexdigest()
    assert isinstance(read(["ada", "Visit", "2024-03-01T10:00:00Z", "/", ""], **rules), Refusal)


def test_profiles_are_imported_too() -> None:
    """What is mapped as properties are the attributes of a profile."""
    rules = {"type": {"constant": "lead_profile"}, "fields": {}, "properties": {"country": {"column": "Page"}}}
    profile = read(["1", "", "2024-03-01T10:00:00Z", "FR", ""], **rules)

    assert isinstance(profile, LeadProfile)
    assert profile.attributes == {"country": "FR"}


def test_lines_of_our_own_need_no_mapping() -> None:
    """They are read by the contracts, and refused by them without their own words."""
    line = b'{"id":"a","lead_id":"lead-ada","occurred_at":"2024-03-01T10:00:00Z","type":"page_view","url":"/"}'

    assert isinstance(own_activity("a.ndjson", 1, line), PageView)
    refusal = own_activity("a.ndjson", 3, line.replace(b"2024", b"24"))
    assert isinstance(refusal, Refusal)
    assert "occurred_at" in refusal.rule
