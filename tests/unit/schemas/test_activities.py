"""What leads do, as producers send it."""

import json

import pytest
from pydantic import ValidationError

from schemas.activities import RESERVED_TYPES, CustomActivity, EmailClick, PageView
from schemas.topics import TOPICS

HEAD = {"id": "act-1", "lead_id": "lead-ada", "occurred_at": "2026-11-22T10:00:00Z"}


def test_a_type_may_be_left_out_where_the_topic_says_it() -> None:
    """A record on `page-views` is a page view; saying so is allowed, saying otherwise is refused."""
    assert PageView.model_validate_json(json.dumps({**HEAD, "url": "/pricing"})).type == "page_view"
    with pytest.raises(ValidationError):
        PageView.model_validate_json(json.dumps({**HEAD, "url": "/pricing", "type": "form_fill"}))


def test_an_activity_is_human_unless_its_producer_says_otherwise() -> None:
    """The verdict is a person by default."""
    assert EmailClick.model_validate_json(json.dumps({**HEAD, "link_url": "/demo"})).verdict == "human"


@pytest.mark.parametrize("name", sorted(RESERVED_TYPES))
def test_a_custom_activity_takes_no_reserved_name(name: str) -> None:
    """The name of a contract, also of a planned one, is not free: old records must be readable when it comes."""
    with pytest.raises(ValidationError, match="reserved"):
        CustomActivity.model_validate_json(json.dumps({**HEAD, "type": name}))


def test_every_type_of_the_catalogue_is_reserved() -> None:
    """No topic's type is free for custom activities."""
    assert {topic.activity_type for topic in TOPICS.values()} - {None} <= RESERVED_TYPES


def test_an_unknown_field_of_a_newer_producer_is_ignored() -> None:
    """New optional fields never break this reader."""
    view = PageView.model_validate_json(json.dumps({**HEAD, "url": "/pricing", "scroll": {"depth": [1, 2]}}))

    assert not hasattr(view, "scroll")
