"""What conditions can look at, and that the loader knows the same names."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from schemas.inputs import line_adapter
from streams.translation.activity_fields import FIELD_NAMES, activity_fields

HEAD = {"id": "act-1", "lead_id": "lead-ada", "occurred_at": "2026-11-22T10:00:00Z"}
LINES: TypeAdapter[Any] = line_adapter()


def fields_of(**line: object) -> dict[str, Any]:
    """Return the fields of an activity."""
    return activity_fields(LINES.validate_json(json.dumps({**HEAD, **line})))


def test_a_page_view_shows_its_address_in_parts() -> None:
    """Address, host, path, query, campaign, title, where from, how long, by which channel."""
    assert fields_of(
        type="page_view",
        url="https://www.example.com/pricing?utm_source=news&plan=pro",
        title="Pricing",
        referrer="https://www.google.com/search",
        duration_seconds=42.5,
        channel="email",
    ) == {
        "url": "https://www.example.com/pricing?utm_source=news&plan=pro",
        "host": "www.example.com",
        "path": "/pricing",
        "query": "utm_source=news&plan=pro",
        "utm_source": "news",
        "title": "Pricing",
        "referrer": "https://www.google.com/search",
        "referrer_host": "www.google.com",
        "duration_seconds": 42.5,
        "channel": "email",
    }


def test_what_is_not_there_is_absent() -> None:
    """Absent fields fail conditions; empty ones would pass some."""
    assert fields_of(type="page_view", url="/pricing") == {"url": "/pricing", "host": "", "path": "/pricing"}
    assert fields_of(type="email_open") == {}
    assert fields_of(type="unsubscribe", reason="too many") == {"reason": "too many"}


def test_a_click_shows_its_link() -> None:
    """Mail, campaign, and the parts of the link's address."""
    fields = fields_of(type="email_click", mail_id="m-1", campaign="spring", link_url="https://example.com/demo")

    assert fields == {
        "mail_id": "m-1",
        "campaign": "spring",
        "url": "https://example.com/demo",
        "host": "example.com",
        "path": "/demo",
    }


def test_a_form_shows_what_was_filled_in() -> None:
    """Each field by its name, and how many were not left empty; a field cannot pose as the form's id."""
    fields = fields_of(
        type="form_fill", form_id="demo", page_url="/demo", fields={"budget": 5000, "note": "", "form_id": "other"}
    )

    assert fields == {
        "form_id": "demo",
        "field_count": 2,
        "field.budget": 5000,
        "field.note": "",
        "field.form_id": "other",
        "url": "/demo",
        "host": "",
        "path": "/demo",
    }


def test_properties_go_by_their_own_names() -> None:
    """What a custom activity brings is looked at as it is."""
    assert fields_of(type="webinar_attended", properties={"minutes": 45}) == {"minutes": 45}


@pytest.mark.parametrize(
    ("line", "without"),
    [
        (
            {
                "type": "page_view",
                "url": "https://a.example/?"
                + "&".join(f"utm_{name}=x" for name in ("source", "medium", "campaign", "term", "content")),
                "title": "t",
                "referrer": "/r",
                "duration_seconds": 1,
                "channel": "email",
            },
            set(),
        ),
        ({"type": "email_open", "mail_id": "m", "campaign": "c", "channel": "email"}, set()),
        (
            {"type": "email_click", "mail_id": "m", "campaign": "c", "link_url": "/a", "channel": "email"},
            {"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"},
        ),
        ({"type": "form_fill", "form_id": "f", "page_url": "/a", "channel": "email"}, set()),
        ({"type": "unsubscribe", "list_id": "l", "mail_id": "m", "reason": "r", "channel": "email"}, set()),
    ],
)
def test_the_loader_knows_every_field(line: dict[str, object], without: set[str]) -> None:
    """The names that a scorecard may use are those that activities have."""
    assert set(fields_of(**line)) == FIELD_NAMES[str(line["type"])] - without
