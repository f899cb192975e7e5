"""The message that sales routing waits for: a lead moved on its ladder, and why."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import Contract, Instant, LeadId, Name, Points, ShortText, VersionName

REASONS_MAX = 20
GradeLabel = Annotated[str, Field(min_length=1, max_length=16)]


class Reason(Contract):
    """One term of the score, largest first."""

    name: ShortText
    """The criterion, group or side it comes from."""
    group: ShortText = ""
    """The criterion's group; empty for a side or the total."""
    side: ShortText
    """engagement, fit or total."""
    points: Points
    """What it adds to the score (or takes)."""
    text: ShortText
    """The same for people: `pricing_viewed 3x: +18.0`."""


class Cause(Contract):
    """What made it happen."""

    kind: Name
    """activity, profile, wake_up (time alone), scorecard (a new version) or correction; more kinds may come."""
    topic: ShortText | None = None
    """The causing record's topic."""
    partition: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    """The causing record's partition."""
    offset: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """The causing record's offset."""
    corrects: ShortText | None = None
    """Of a correction: the id of the change that was told before and is not so; null if nothing was told."""
    note: Annotated[str, Field(max_length=512)] | None = None
    """Of a correction: why there can be one, for people."""


class StageChange(Contract):
    """A lead moved from one stage to another. A reader that drops repeated ids sees each change once."""

    type: Literal["stage_change"] = "stage_change"
    id: Annotated[str, Field(min_length=1, max_length=128)]
    """The same for the same decision, whoever publishes it and however often."""
    lead_id: LeadId
    """Who moved; the same as the record's key."""
    score_name: Name
    """Which of the scorecard's scores."""
    from_stage: Name | None = None
    """The stage before; null at the first sight of a lead."""
    to_stage: Name
    """The stage from now on."""
    changed_at: Instant
    """When it became true, however late it was noticed."""
    score: Points
    """The score at that instant."""
    engagement: Points
    """The part that comes from what the lead did."""
    fit: Points
    """The part that comes from what the lead is."""
    grade: GradeLabel | None = None
    """Fit and engagement as a grade, such as A1."""
    reasons: Annotated[tuple[Reason, ...], Field(max_length=REASONS_MAX)] = ()
    """The terms that weigh most."""
    more_reasons_points: Points = 0.0
    """The sum of all other terms: reasons and this add up to the score."""
    scorecard_version: VersionName
    """The scorecard that judged."""
    cause: Cause
    """The record, the passing of time or the scorecard that made it happen."""
