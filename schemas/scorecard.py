"""The scorecard file: the language in which marketing says what activities and attributes are worth.

Only shapes and bounds stand here, and the JSON Schema that editors complete from is made of them. What needs two
places at once (a criterion that names an unknown signal) and the lines of the file are `streams.scorecards`'s. Room
is left, and refused for now: stickiness and conditions beside the score on a stage, overrides per channel, quarantine.
"""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from schemas.contract import FieldName, Name, VersionName
from schemas.duration import Duration
from schemas.scorecard_conditions import Rules, Where
from schemas.scorecard_criteria import EngagementCriterionRules, FitCriterionRules, RulePoints

SIGNALS_MAX = 500
SCORES_MAX = 10
GROUPS_MAX = 50
CRITERIA_MAX = 1_000
STAGES_MAX = 20
BANDS_MAX = 9
DOMAINS_MAX = 10_000

Weight = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
BandLabel = Annotated[str, Field(min_length=1, max_length=4, pattern=r"^[A-Za-z0-9+-]+$")]
Bands = Annotated[dict[BandLabel, RulePoints], Field(min_length=2, max_length=BANDS_MAX)]
Domain = Annotated[
    str, Field(min_length=3, max_length=253, pattern=r"^[^\s@/:]+\.[^\s@/:.]+$", examples=["rival.example"])
]
Domains = Annotated[tuple[Domain, ...], Field(max_length=DOMAINS_MAX)]


class MeasureRules(Rules):
    """A number that comes with the activity and is summed."""

    field: FieldName
    """Its field: minutes, amount ..."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    """How many decimals are kept. A change of it makes another signal."""


class SignalRules(Rules):
    """A named kind of activity that matters. It is counted from the first activity after it was named here."""

    activity: Annotated[
        str,
        Field(min_length=1, max_length=64, pattern=r"^([a-z][a-z0-9_]*|\*)$"),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": ["page_view", "email_open", "email_click", "form_fill", "unsubscribe", "*"]},
                    {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$", "maxLength": 64},
                ]
            }
        ),
    ]
    """The activity's type: page_view, email_open, email_click, form_fill, unsubscribe, one of your own; "*" for any."""
    where: Where | None = None
    """What must hold of the activity's fields; all of it."""
    measure: MeasureRules | None = None
    """A number of the activity that is summed beside the count."""
    width: Duration | None = None
    """How wide its time buckets are; derived from the criteria by default."""
    keep: Duration | None = None
    """How long its counts are kept; derived from the criteria by default."""


class EngagementGroupRules(Rules):
    """Criteria that are summed and clipped together."""

    cap: RulePoints | None = None
    """The most that the group is worth."""
    floor: RulePoints | None = None
    """The least that it is worth."""
    criteria: Annotated[dict[Name, EngagementCriterionRules], Field(min_length=1, max_length=CRITERIA_MAX)]
    """Its criteria by name; the name is what sales reads as a reason."""


class FitGroupRules(Rules):
    """Criteria on the profile that are summed and clipped together."""

    cap: RulePoints | None = None
    """The most that the group is worth."""
    floor: RulePoints | None = None
    """The least that it is worth."""
    criteria: Annotated[dict[Name, FitCriterionRules], Field(min_length=1, max_length=CRITERIA_MAX)]
    """Its criteria by name; the name is what sales reads as a reason."""


class EngagementRules(Rules):
    """What leads did: groups of criteria, summed, clipped and weighted."""

    cap: RulePoints | None = None
    """The most that engagement is worth."""
    floor: RulePoints | None = None
    """The least that it is worth."""
    weight: Weight = 1.0
    """What it is multiplied by in the score."""
    groups: Annotated[dict[Name, EngagementGroupRules], Field(min_length=1, max_length=GROUPS_MAX)]
    """Groups by name."""


class FitRules(Rules):
    """What leads are: groups of criteria on the profile, summed, clipped and weighted."""

    cap: RulePoints | None = None
    """The most that fit is worth."""
    floor: RulePoints | None = None
    """The least that it is worth."""
    weight: Weight = 1.0
    """What it is multiplied by in the score."""
    groups: Annotated[dict[Name, FitGroupRules], Field(min_length=1, max_length=GROUPS_MAX)]
    """Groups by name."""


class ScaleRules(Rules):
    """The ends of the score."""

    lowest: RulePoints = 0.0
    """No score is below this."""
    highest: RulePoints = 100.0
    """No score is above this."""


class GradeRules(Rules):
    """The grade: the band of the fit followed by the band of the engagement, such as A1."""

    fit: Bands
    """Label to least value, best first; the last takes everything below."""
    engagement: Bands
    """Label to least value, best first; the last takes everything below."""


class StageRules(Rules):
    """One rung of the ladder, from the bottom up; the first has a name only."""

    name: Name
    """Its name: subscriber, lead, mql, sql ..."""
    enter_at: RulePoints | None = None
    """The score that enters it."""
    leave_below: RulePoints | None = None
    """The lower score that leaves it; by default the one that enters it."""
    dwell: Duration | None = None
    """How long a lead stays at least before it falls."""


class ScoreRules(Rules):
    """One named score with its ladder of stages."""

    default: bool = False
    """Whether this is the score that is meant when no name is said. With one score only it is."""
    engagement: EngagementRules | None = None
    """What leads did."""
    fit: FitRules | None = None
    """What leads are."""
    scale: ScaleRules = ScaleRules()
    """The ends of the score; 0 and 100 by default."""
    grades: GradeRules | None = None
    """How fit and engagement make a grade; none by default."""
    stages: Annotated[tuple[StageRules, ...], Field(min_length=1, max_length=STAGES_MAX)]
    """The ladder, bottom first."""


class DomainRules(Rules):
    """Domains of your own that `domain_kind` knows, beside the public lists of free and disposable ones."""

    competitor: Domains = ()
    """Domains of competitors."""
    customer: Domains = ()
    """Domains of customers."""


class VerdictWeightRules(Rules):
    """What a count weighs by who was behind it."""

    probable_bot: Share = 0.25
    """Probably a machine."""
    certain_bot: Share = 0.0
    """Certainly a machine."""


class ScorecardFile(Rules):
    """A scorecard: signals to count, scores that value them, stages that the scores lead to."""

    version: VersionName
    """Its name; each released version has its own. Every stage change carries it."""
    description: Annotated[str, Field(max_length=2_000)] | None = None
    """What it is for."""
    signals: Annotated[dict[Name, SignalRules], Field(max_length=SIGNALS_MAX)] = Field(default_factory=dict)
    """Named kinds of activity that matter."""
    scores: Annotated[dict[Name, ScoreRules], Field(min_length=1, max_length=SCORES_MAX)]
    """Named scores; each values the same signals in its own way."""
    domains: DomainRules = DomainRules()
    """Domains of your own that `domain_kind` knows."""
    verdict_weights: VerdictWeightRules = VerdictWeightRules()
    """What counts weigh that machines caused; those of people weigh 1."""
