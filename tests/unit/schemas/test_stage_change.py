"""The message that sales routing reads."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from schemas.stage_change import REASONS_MAX, Cause, Reason, StageChange

REASON = Reason(name="pricing", group="website", side="engagement", points=18.0, text="pricing_page_viewed 3x: +18.0")


def change(**changes: object) -> StageChange:
    """Return Ada's way to mql, with changes."""
    values: dict[str, object] = {
        "id": "3f0c",
        "lead_id": "lead-ada",
        "score_name": "product",
        "from_stage": "lead",
        "to_stage": "mql",
        "changed_at": datetime(2026, 11, 22, 10, tzinfo=UTC),
        "score": 43.5,
        "engagement": 33.5,
        "fit": 10.0,
        "grade": "A2",
        "reasons": (REASON,),
        "more_reasons_points": 25.5,
        "scorecard_version": "2026-11",
        "cause": Cause(kind="wake_up"),
    }
    return StageChange.model_validate(values | changes)


def test_a_stage_change_tells_sales_what_it_needs() -> None:
    """From, to, when, score and reasons in words stand in the message."""
    told = json.loads(change().model_dump_json())

    assert (told["from_stage"], told["to_stage"], told["changed_at"]) == ("lead", "mql", "2026-11-22T10:00:00.000Z")
    assert told["reasons"][0]["text"] == "pricing_page_viewed 3x: +18.0"
    assert sum(reason["points"] for reason in told["reasons"]) + told["more_reasons_points"] == told["score"]


def test_first_sight_has_no_stage_before() -> None:
    """Null says that the lead was not known before."""
    assert change(from_stage=None).from_stage is None


def test_reasons_are_bounded() -> None:
    """A message stays small."""
    with pytest.raises(ValidationError):
        change(reasons=(REASON,) * (REASONS_MAX + 1))
