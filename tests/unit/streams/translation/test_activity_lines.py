"""A line is what its topic would carry, read as the topic's record would be."""

import json

import pytest

from schemas.inputs import line_adapter
from streams.translation.activity_lines import LineRefused, read_line, topic_of
from streams.translation.translate import core_input

OCCURRED = {"lead_id": "lead-ada", "occurred_at": "2026-11-16T09:00:00Z"}


@pytest.mark.parametrize(
    ("activity_type", "topic"),
    [("page_view", "page-views"), ("unsubscribe", "unsubscribes"), ("walked_in", "custom-activities")],
)
def test_a_type_has_its_topic(activity_type: str, topic: str) -> None:
    """What has no topic of its own goes with the custom activities."""
    assert topic_of(activity_type) == topic


@pytest.mark.parametrize(
    "body",
    [
        {"type": "page_view", "id": "1", "url": "https://example.com/pricing"},
        {"type": "lead_profile", "id": "2", "attributes": {"title": "CTO", "email": "ada@lovelace.example"}},
        {"type": "webinar_attended", "id": "3", "properties": {"minutes": 30}},
        {"type": "page_view", "id": "4", "url": "/pricing", "of_a_newer_producer": 1},
    ],
)
def test_a_line_says_what_its_contract_says(body: dict[str, object]) -> None:
    """The quick way and the contract's agree, also where only the contract's knows a field."""
    line = json.dumps(OCCURRED | body).encode()

    topic, content = read_line(line)

    assert content == core_input(line_adapter().validate_json(line))
    assert topic == topic_of(str(body["type"]))


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'{"type": 7}', b'{"type": "tick"}', b'{"type": "page_view"}'])
def test_a_line_that_is_none_is_refused(line: bytes) -> None:
    """What is no activity and no profile update is told as such."""
    with pytest.raises(LineRefused):
        read_line(line)
