"""What downstream is told, field by field in the order of the contracts, for `streams.translation.told` to write.

Apart from it, which is compiled: mypyc can't translate classes of msgspec.
"""

from msgspec import Struct


class ToldCause(Struct, frozen=True, gc=False):
    """What made a change happen: `schemas.stage_change.Cause`."""

    kind: str
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    corrects: str | None = None
    note: str | None = None


class ToldReason(Struct, gc=False):
    """One term of a score: `schemas.stage_change.Reason`."""

    name: str
    group: str
    side: str
    points: float
    text: str


class ToldStageChange(Struct, kw_only=True):
    """A change of stage: `schemas.stage_change.StageChange`."""

    type: str = "stage_change"
    id: str
    lead_id: str
    score_name: str
    from_stage: str | None
    to_stage: str
    changed_at: str
    score: float
    engagement: float
    fit: float
    grade: str | None
    reasons: list[ToldReason]
    more_reasons_points: float
    scorecard_version: str
    cause: ToldCause


class ToldStanding(Struct, kw_only=True):
    """Where a lead stands in one score: `schemas.lead_score.ScoreStanding`."""

    score: float
    engagement: float
    fit: float
    grade: str | None
    stage: str
    stage_since_at: str
    reasons: list[ToldReason]
    more_reasons_points: float


class ToldLeadScore(Struct, kw_only=True):
    """A lead's latest scores: `schemas.lead_score.LeadScore`."""

    type: str = "lead_score"
    lead_id: str
    scored_at: str
    default_score: str
    scores: dict[str, ToldStanding]
    scorecard_version: str
