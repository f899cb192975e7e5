"""The latest score of each lead."""

from datetime import UTC, datetime

from schemas.lead_score import LeadScore, ScoreStanding


def test_a_lead_stands_in_every_named_score() -> None:
    """Scores go by name, and one of them is meant when no name is said."""
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    standing = ScoreStanding(score=43.5, engagement=33.5, fit=10.0, stage="mql", stage_since_at=at)
    told = LeadScore(
        lead_id="lead-ada",
        scored_at=at,
        default_score="product",
        scores={"product": standing, "learning": standing},
        scorecard_version="2026-11",
    )

    assert LeadScore.model_validate_json(told.model_dump_json()) == told
