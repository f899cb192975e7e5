"""A stage change is one line that people understand."""

from datetime import UTC, datetime

import pytest

from schemas.stage_change import Cause, Reason, StageChange
from streams.cli.stage_lines import change_line

ORDER = ["subscriber", "lead", "mql", "sql"]


def change(
    *, from_stage: str | None, to_stage: str, kind: str = "activity", score_name: str = "product"
) -> StageChange:
    """Return a change of Ada's."""
    reason = Reason(name="pricing", group="website", side="engagement", points=24.0, text="pricing 3x: +24.0")
    return StageChange(
        id="change-1",
        lead_id="lead-ada-with-a-very-long-identifier",
        score_name=score_name,
        from_stage=from_stage,
        to_stage=to_stage,
        changed_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
        score=42.04,
        engagement=30.0,
        fit=12.04,
        grade="A2",
        reasons=(reason,) if kind == "activity" else (),
        scorecard_version="2026-11",
        cause=Cause(kind=kind),
    )


@pytest.mark.parametrize(
    ("from_stage", "to_stage", "arrow"),
    [("lead", "mql", "lead → mql"), ("sql", "lead", "sql ↓ lead"), (None, "mql", "new → mql")],
)
def test_the_direction_is_seen(from_stage: str | None, to_stage: str, arrow: str) -> None:
    """A rise, a fall and a first sight look different."""
    assert arrow in change_line(change(from_stage=from_stage, to_stage=to_stage), ORDER, "product").plain


def test_when_who_how_much_and_why_are_told() -> None:
    """Instant, lead (cut to a column's width), score, grade and reasons stand in one line."""
    line = change_line(change(from_stage="lead", to_stage="mql"), ORDER, "product").plain

    assert line.startswith("2026-11-22 10:30:00  lead-ada-with-a-very-lo…  ")
    assert line.endswith("  42.0 A2  pricing 3x: +24.0")


def test_time_is_a_reason_too() -> None:
    """Where no term is left, that time passed is the reason."""
    line = change_line(change(from_stage="lead", to_stage="subscriber", kind="wake_up"), ORDER, "product").plain

    assert line.endswith("time passed")


def test_other_scores_are_named() -> None:
    """Only the default score needs no name."""
    line = change_line(change(from_stage="lead", to_stage="mql", score_name="learning"), ORDER, "product").plain

    assert "[learning]" in line
