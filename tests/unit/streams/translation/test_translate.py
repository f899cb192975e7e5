"""Between the wire and the core: nothing lost, nothing personal kept, figures rounded once."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorer
from schemas.activities import PageView
from schemas.inputs import line_adapter
from streams.translation.translate import (
    core_activity,
    core_input,
    core_update,
    email_domain,
    fingerprint,
    instant,
    milliseconds,
)

HEAD = {"id": "act-1", "lead_id": "lead-ada", "occurred_at": "2026-11-22T11:00:00.250+01:00"}
AT = 1_795_341_600_250


def wire(**line: object) -> Any:
    """Return a decoded line."""
    return line_adapter().validate_json(json.dumps({**HEAD, **line}))


def test_an_activity_keeps_who_what_and_when() -> None:
    """The id becomes its fingerprint, the instant milliseconds, the lead the source, the verdict its number."""
    activity = core_activity(wire(type="page_view", url="/pricing", verdict="probable_bot"))

    assert activity == scorer.Activity(
        fingerprint=fingerprint("act-1"),
        source="lead-ada",
        type="page_view",
        occurred_at=AT,
        fields={"url": "/pricing", "host": "", "path": "/pricing"},
        correlation=None,
        verdict=scorer.Verdict.PROBABLE_BOT,
    )


def test_a_custom_activity_keeps_its_own_type() -> None:
    """Signals name it by that."""
    assert core_activity(wire(type="trial_started")).type == "trial_started"


def test_a_fingerprint_is_the_same_for_ever() -> None:
    """It stands in stored journals, so it is pinned here: 64 bits, of the text in UTF-8."""
    assert fingerprint("act-1") == 9_426_813_378_807_103_923
    assert fingerprint("größe") != fingerprint("grösse")
    assert 0 <= fingerprint("") < 2**64


def test_what_correlates_is_kept_as_a_stand_in() -> None:
    """Open and click of one mail share it; it is short and tells nothing of the mail, which may hold an address."""
    opened = core_activity(wire(type="email_open", mail_id="<77.ada@example.com>"))
    clicked = core_activity(wire(type="email_click", link_url="/demo", mail_id="<77.ada@example.com>"))
    other = core_activity(wire(type="email_open", mail_id="78"))
    named = core_activity(wire(type="email_open", mail_id="78", correlation="<77.ada@example.com>"))

    assert opened.correlation == clicked.correlation == named.correlation != other.correlation
    assert opened.correlation is not None
    assert len(opened.correlation) == 11
    assert core_activity(wire(type="page_view", url="/pricing")).correlation is None


def test_a_profile_keeps_no_email_address() -> None:
    """Of addresses only the domain is kept, whatever the attribute is called and whatever stands around them."""
    update = core_update(
        wire(
            type="lead_profile",
            attributes={
                "email": "Ada@Example.COM",
                "work_email": "ada.lovelace@mail.example.org",
                "contact": "Ada <ada@private.example>",
                "job_title": "VP @ Acme",
                "handle": "@ada",
                "ada@slip.example": "yes",
                "company_size": 250,
                "country": None,
            },
        )
    )

    assert update.attributes == {
        "email_domain": "example.com",
        "work_email_domain": "mail.example.org",
        "contact_domain": "private.example",
        "job_title": "VP @ Acme",
        "handle": "@ada",
        "company_size": 250,
        "country": None,
    }
    assert (update.source, update.occurred_at, update.fingerprint) == ("lead-ada", AT, fingerprint("act-1"))


@pytest.mark.parametrize("email", [None, 5, True, "", "no address", "ada@", "@"])
def test_what_is_no_address_has_no_domain(email: object) -> None:
    """The attribute is taken back rather than kept in clear."""
    assert core_update(wire(type="lead_profile", attributes={"email": email})).attributes == {"email_domain": None}


def test_a_domain_that_the_producer_names_is_kept() -> None:
    """Who sends both knows better, in either order."""
    given_first = {"email_domain": "example.org", "email": "ada@example.com"}
    for attributes in (given_first, dict(reversed(given_first.items()))):
        assert core_update(wire(type="lead_profile", attributes=attributes)).attributes == {
            "email_domain": "example.org"
        }


@given(st.text(max_size=60))
def test_no_attribute_keeps_an_address(text: str) -> None:
    """Whatever text surrounds it, an address does not survive."""
    attributes = {"note": f"{text} ada.canary@example.com {text}", "email": f"{text}ada.canary@example.com"}
    profile = wire(type="lead_profile", attributes={name: value[:512] for name, value in attributes.items()})

    assert "canary" not in repr(core_update(profile).attributes)


def test_every_input_has_its_way_into_the_core() -> None:
    """Activities and profile updates are told apart."""
    assert isinstance(core_input(wire(type="lead_profile", attributes={})), scorer.ProfileUpdate)
    assert isinstance(core_input(wire(type="unsubscribe")), scorer.Activity)


@given(st.integers(0, 253_402_300_799_999))
def test_instants_and_milliseconds_are_two_forms_of_one(at_ms: int) -> None:
    """No millisecond is lost to a float, from 1970 to 9999."""
    assert milliseconds(instant(at_ms)) == at_ms


def test_parts_of_a_millisecond_are_dropped() -> None:
    """Instants are rounded down, in any zone."""
    at = datetime(2026, 11, 22, 11, 0, 0, 250_999, tzinfo=timezone(timedelta(hours=1)))

    assert milliseconds(at) == AT
    assert instant(AT) == datetime(2026, 11, 22, 10, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ada@example.com", "example.com"),
        (" Ada@EXAMPLE.com. ", "example.com"),
        ('"a@b"@example.com', "example.com"),
        ("example.com", None),
        ("", None),
        ("ada@", None),
    ],
)
def test_a_domain_is_what_follows_the_last_at(address: str, domain: str | None) -> None:
    """In small letters, without a final dot."""
    assert email_domain(address) == domain


@pytest.mark.parametrize("name", PageView.model_fields)
def test_every_field_of_a_page_view_is_translated(name: str) -> None:
    """A field that is added to the contract and forgotten here is found."""
    least = {"type": "page_view", "url": "/pricing"}
    values: dict[str, object] = {
        "id": "act-2",
        "lead_id": "lead-bob",
        "occurred_at": "2026-11-22T12:00:00Z",
        "verdict": "certain_bot",
        "correlation": "visit-7",
        "channel": "email",
        "url": "/demo",
        "title": "Demo",
        "referrer": "/blog",
        "duration_seconds": 5,
    }
    if name == "type":
        return

    assert core_activity(wire(**{**least, name: values[name]})) != core_activity(wire(**least))
