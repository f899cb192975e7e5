"""Bytes to contracts, and refusals that tell nothing of the input."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.activities import CustomActivity, FormFill, PageView
from schemas.inputs import is_undecodable, line_adapter, refusal_text
from schemas.profile import LeadProfile
from schemas.topics import INPUT_TOPICS, input_adapter

HEAD = {"id": "act-1", "lead_id": "lead-ada", "occurred_at": "2026-11-22T10:00:00Z"}


def refusal(topic: str | None, content: str | bytes) -> ValidationError:
    """Return how a record of a topic (None: a line of a file) is refused."""
    adapter = line_adapter() if topic is None else input_adapter(topic)
    with pytest.raises(ValidationError) as refused:
        adapter.validate_json(content)
    return refused.value


@pytest.mark.parametrize(
    ("line", "contract"),
    [
        ({"type": "page_view", "url": "/pricing"}, PageView),
        ({"type": "form_fill", "form_id": "demo"}, FormFill),
        ({"type": "lead_profile", "attributes": {"country": "FR"}}, LeadProfile),
        ({"type": "trial_started"}, CustomActivity),
    ],
)
def test_a_line_is_told_by_its_type(line: dict[str, object], contract: type) -> None:
    """A reserved name goes to its contract, every other one to custom activities."""
    assert type(line_adapter().validate_json(json.dumps({**HEAD, **line}))) is contract


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({}, "record"),
        ({"type": 5}, "record"),
        ({"type": None}, "record"),
        ({"type": "tick", "partition": 1}, "record"),
        ({"type": "purchase"}, "record"),
        ({"type": "Trial Started"}, "custom.type"),
        ({"type": "form_fill"}, "form_fill.form_id"),
        ({"type": "trial_started", "properties": {"a": []}}, "custom.properties.*"),
    ],
)
def test_a_line_without_a_place_to_go_is_refused(line: dict[str, object], place: str) -> None:
    """No type, a reserved one without input contract, or a shape that is not the contract's."""
    assert refusal_text(refusal(None, json.dumps({**HEAD, **line}))).startswith(f"{place}: ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"not json", b"{}{}", b'{"a": "\xff"}', b"[" * 500])
def test_what_is_no_json_is_undecodable(content: bytes) -> None:
    """Bytes that are no JSON are told from JSON that breaks a rule."""
    assert is_undecodable(refusal("page-views", content))
    assert is_undecodable(refusal(None, content))


@pytest.mark.parametrize("content", [b"null", b"[]", b"5", b"{}", b'"x"'])
def test_json_of_another_shape_breaks_the_schema(content: bytes) -> None:
    """JSON that is no record is a matter of the contract, not of decoding."""
    assert not is_undecodable(refusal("page-views", content))


def test_a_refusal_names_places_and_rules() -> None:
    """The first mistakes are told, the others counted."""
    text = refusal_text(refusal("page-views", '{"duration_seconds": -1, "verdict": "alien"}'))

    assert text == "id: Field required; lead_id: Field required; occurred_at: Field required; and 3 more"


def test_a_refusal_repeats_nothing_of_the_input() -> None:
    """Neither values nor names of a producer's own fields, which may be personal, stand in a refusal."""
    record = {**HEAD, "form_id": ["ada@example.com"], "fields": {"ada@example.com": {}, "b": None}}

    text = refusal_text(refusal("form-fills", json.dumps(record)))

    assert "ada" not in text
    assert "fields.*: Value should be a text of at most 512 characters, a finite number, true or false" in text


def test_an_unknown_topic_has_no_decoder() -> None:
    """Only topics of the catalogue are decoded."""
    with pytest.raises(KeyError):
        input_adapter("page_views")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "id",
        "lead_id",
        "occurred_at",
        "type",
        "url",
        "verdict",
        "properties",
        "attributes",
        "fields",
        "form_id",
        "partition",
    ]
)


@given(st.sampled_from([None, *INPUT_TOPICS]), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(topic: str | None, content: bytes) -> None:
    """Whatever a record holds, decoding answers with a contract or a refusal."""
    adapter = line_adapter() if topic is None else input_adapter(topic)
    try:
        adapter.validate_json(content)
    except ValidationError as error:
        text = refusal_text(error)
        assert 0 < len(text) <= 512


@given(st.sampled_from([None, *INPUT_TOPICS]), st.dictionaries(NAMES, JSON_VALUES))
def test_any_json_is_read_or_refused(topic: str | None, record: dict[str, object]) -> None:
    """So do records with known names and any values."""
    adapter = line_adapter() if topic is None else input_adapter(topic)
    try:
        adapter.validate_json(json.dumps({**HEAD, **record}))
    except ValidationError as error:
        text = refusal_text(error)
        assert 0 < len(text) <= 512
