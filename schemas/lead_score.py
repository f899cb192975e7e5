"""The latest score of each lead, for readers that want a table rather than a stream of events."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import Contract, Instant, LeadId, Name, Points, VersionName
from schemas.stage_change import REASONS_MAX, GradeLabel, Reason


class ScoreStanding(Contract):
    """Where a lead stands in one named score."""

    score: Points
    """The score at ``scored_at``."""
    engagement: Points
    """The part that comes from what the lead did."""
    fit: Points
    """The part that comes from what the lead is."""
    grade: GradeLabel | None = None
    """Fit and engagement as a grade, such as A1."""
    stage: Name
    """The stage the lead is in."""
    stage_since_at: Instant
    """Since when."""
    reasons: Annotated[tuple[Reason, ...], Field(max_length=REASONS_MAX)] = ()
    """The terms that weigh most."""
    more_reasons_points: Points = 0.0
    """The sum of all other terms: reasons and this add up to the score."""


class LeadScore(Contract):
    """A lead's scores at an instant.

    On a compacted topic the latest one of a lead stays; a null record says that the lead was forgotten. Epoch and
    sequence ride in headers: a reader ignores a record with a lower pair than it has seen.
    """

    type: Literal["lead_score"] = "lead_score"
    lead_id: LeadId
    """Whose scores; the same as the record's key."""
    scored_at: Instant
    """The instant they are computed for; they fade from there on."""
    default_score: Name
    """Which of ``scores`` is meant when no name is said."""
    scores: Annotated[dict[Name, ScoreStanding], Field(min_length=1, max_length=16)]
    """One standing for each named score."""
    scorecard_version: VersionName
    """The scorecard that judged."""
