"""Fields as conditions name them come to the core as they were said."""

import json

import pytest

from schemas.contract import Scalar
from schemas.inputs import line_adapter
from streams.cases.deeds import field_names, has_field, wire_of
from streams.translation.activity_fields import FIELD_NAMES, activity_fields


@pytest.mark.parametrize(
    ("activity", "fields"),
    [
        ("page_view", {"path": "/pricing list", "host": "example.com", "query": "a=b"}),
        ("page_view", {"path": "/50%/a?b#c", "utm_source": "news letter", "title": "Ada & Co"}),
        ("page_view", {"url": "https://example.com/docs?plan=pro", "referrer_host": "search.example"}),
        ("page_view", {"path": "/docs", "duration_seconds": 45.5, "channel": "paid_search"}),
        ("email_click", {"path": "/offer", "host": "example.com", "mail_id": "autumn", "utm_campaign": "a"}),
        ("email_open", {"mail_id": "autumn", "campaign": "autumn"}),
        ("form_fill", {"form_id": "demo", "field.budget": 5000, "path": "/contact", "channel": "email"}),
        ("unsubscribe", {"list_id": "news", "reason": "too many"}),
        ("webinar_attended", {"minutes": 45, "is_live": True}),
    ],
)
def test_what_was_said_is_what_conditions_see(activity: str, fields: dict[str, Scalar]) -> None:
    """The record that is made of them, read as a worker reads it, has each field with its value."""
    record = wire_of(activity, fields) | {"id": "1", "lead_id": "ada", "occurred_at": "2026-10-03T14:07:00Z"}
    if activity not in FIELD_NAMES:
        record["properties"] = {
            **record["properties"],
            **({"channel": fields["channel"]} if "channel" in fields else {}),
        }

    seen = activity_fields(line_adapter().validate_json(json.dumps(record)))

    assert {name: seen.get(name) for name in fields} == fields


def test_every_field_of_a_known_activity_can_be_said() -> None:
    """Only the number of filled fields follows from the others."""
    assert field_names("form_fill") == FIELD_NAMES["form_fill"] - {"field_count"}
    assert has_field("form_fill", "field.company")
    assert not has_field("page_view", "form_id")
    assert has_field("webinar_attended", "whatever")
