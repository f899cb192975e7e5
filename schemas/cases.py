"""The case file: worked cases of a scorecard. This lead did this; then its score is that, for these reasons.

Only shapes and bounds stand here, and the JSON Schema that editors complete from is made of them. Whether a case names
what its scorecard has is `streams.cases`'s to say.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from schemas.activities import Verdict
from schemas.contract import PRINTABLE, FieldName, Name, Scalar
from schemas.figures import Figure
from schemas.moments import CaseInstant, CaseMoment, Span
from schemas.scorecard_conditions import Rules

CASES_MAX = 2_000
LEADS_MAX = 200
DEEDS_MAX = 200
TIMES_MAX = 1_000
EXPECTATIONS_MAX = 50
CHANGES_MAX = 100
NAMES_MAX = 100

MAIN_FIELDS: Mapping[str, str] = {
    "page_view": "url",
    "email_open": "mail_id",
    "email_click": "url",
    "form_fill": "form_id",
    "unsubscribe": "list_id",
}
"""What a value alone means, by the type of the activity: ``page_view: /pricing``."""

CaseName = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
FieldValues = Annotated[dict[FieldName, Scalar], Field(max_length=64)]
Names = Annotated[tuple[Name, ...], Field(max_length=NAMES_MAX)]
ActivityType = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]


def _deed_schema(schema: JsonSchemaValue) -> None:
    """Tell editors of the short form: the type of the activity as the key."""
    fields = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    for activity, field in MAIN_FIELDS.items():
        kinds = [{"type": "string", "description": field}, fields]
        schema["properties"][activity] = {"anyOf": kinds, "description": f"An activity: its {field}, or its fields."}
    schema["patternProperties"] = {r"^[a-z][a-z0-9_]*$": {}}
    schema["additionalProperties"] = False


class DeedRules(Rules):
    """What the lead did: an activity (``page_view: /pricing``), or what became known of it (``profile``), and when."""

    model_config = ConfigDict(json_schema_extra=_deed_schema)

    activity: ActivityType | None = None
    """The activity's type, where it is no key of its own: page_view, form_fill, one of your own ..."""
    fields: Annotated[FieldValues, Field(alias="with")] = Field(default_factory=dict)
    """The activity's fields, by the names that conditions use: path, form_id, minutes ..."""
    profile: Annotated[FieldValues, Field(min_length=1)] | None = None
    """Instead of an activity: what became known of the lead then."""
    at: CaseMoment | None = None
    """When: 2026-10-03 14:07, 3 days before, 2h after, now. Of several times: the first."""
    times: Annotated[int, Field(ge=1, le=TIMES_MAX)] | None = None
    """How often; with `every` or `over`."""
    every: Span | None = None
    """How long from one time to the next: 22h, 1 day."""
    over: Span | None = None
    """Or: the span over which the times are spread evenly."""
    verdict: Verdict = "human"
    """Who was behind it."""

    @model_validator(mode="before")
    @classmethod
    def _spelt_out(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return the short form, ``page_view: /pricing``, as the long one.

        Raises:
            PydanticCustomError: If an activity of one's own has a value instead of fields.
        """
        if not isinstance(value, dict) or "activity" in value or "profile" in value:
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()}
        others = [key for key in value if key not in known]
        named = [key for key in others if key in MAIN_FIELDS] or others
        if len(named) != 1 or "with" in value:
            return value
        activity, fields = named[0], value[named[0]]
        if isinstance(fields, dict):
            fields = dict(fields)
        elif activity in MAIN_FIELDS:
            fields = {MAIN_FIELDS[activity]: fields}
        else:
            raise PydanticCustomError(
                "fields", "write the fields of an activity of your own by name, {minutes: 45}, or {} for none"
            )
        # Fields may stand beside the activity; which ones it has is checked where they are known.
        fields |= {key: value[key] for key in others if key != activity}
        rest = {key: kept for key, kept in value.items() if key in known}
        return {**rest, "activity": activity, "with": fields}


class ChangeRules(Rules):
    """A stage change: where to, and when."""

    rises_to: Name | None = None
    """The stage that the lead comes to from below."""
    falls_to: Name | None = None
    """The stage that it comes to from above."""
    at: CaseMoment | None = None
    """When, as exactly as it is written: a date holds for the whole day, 14:07 for the whole minute."""


def _silence(value: object) -> object:
    """Read the word for no change.

    Raises:
        PydanticCustomError: If it is another word; the text is the way out.
    """
    if isinstance(value, str | int | float):
        if value != "stays":
            raise PydanticCustomError("silence", "write {falls_to: lead, at: 2026-10-20} or stays")
        return ChangeRules()
    return value


def _silence_schema(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    return {"anyOf": [{"const": "stays"}, handler(schema)]}


Silence = Annotated[ChangeRules, BeforeValidator(_silence), GetPydanticSchema(get_pydantic_json_schema=_silence_schema)]


class ExpectRules(Rules):
    """What must hold at an instant."""

    at: CaseMoment | None = None
    """When; the case's `now` if left out. What happens at that very instant has happened."""
    score_name: Name | None = None
    """Which named score; the scorecard's default if left out."""
    score: Figure | None = None
    """The score: 62 is what rounds to 62; or 60 to 65, or {at_least: 60}."""
    engagement: Figure | None = None
    """The part for what the lead did."""
    fit: Figure | None = None
    """The part for what the lead is."""
    grade: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    """The grade, such as A1."""
    stage: Name | None = None
    """The stage that the lead is in."""
    since: CaseMoment | None = None
    """Since when it is in its stage, as exactly as it is written."""
    because: Names | Annotated[dict[Name, Figure], Field(max_length=NAMES_MAX)] | None = None
    """Criteria that must contribute: [pricing, demo], or with their points, {pricing: 16, demo: 35}."""
    not_because: Names | None = None
    """Criteria that must not contribute."""
    clipped: Names | None = None
    """Where a cap or floor must cut: names of criteria and groups, engagement, fit, total."""
    if_silent: Silence | None = None
    """What happens next if the lead does nothing more: {falls_to: lead, at: 2026-10-20 06:27}, or stays."""


class LeadRules(Rules):
    """A lead that cases begin from."""

    profile: FieldValues | None = None
    """What is known of it."""
    did: Annotated[tuple[DeedRules, ...], Field(max_length=DEEDS_MAX)] = ()
    """What it did."""


def _listed(value: object) -> object:
    """Return one expectation as a list of one."""
    return (value,) if isinstance(value, dict) else value


def _expect_schema(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """Return the JSON Schema of expectations: one, or a list."""
    several = handler(schema)
    return {"anyOf": [several["items"], several]}


Expect = Annotated[
    tuple[ExpectRules, ...],
    Field(min_length=1, max_length=EXPECTATIONS_MAX),
    BeforeValidator(_listed),
    GetPydanticSchema(get_pydantic_json_schema=_expect_schema),
]


class CaseRules(Rules):
    """One case: a lead, what it did, and what then must hold."""

    description: Annotated[str, Field(max_length=2_000)] | None = None
    """Why it is so; shown when the case fails."""
    like: Name | None = None
    """The lead of `leads` that this one begins from."""
    now: CaseInstant | None = None
    """The instant that `before` and `after` count from, and that is expected of; the file's if left out."""
    score_name: Name | None = None
    """Which named score; the file's, and else the scorecard's default, if left out."""
    profile: Annotated[FieldValues, Field(min_length=1)] | None = None
    """What is known of the lead, from the first instant of the case on."""
    did: Annotated[tuple[DeedRules, ...], Field(max_length=DEEDS_MAX)] = ()
    """What the lead did, in any order."""
    expect: Expect | None = None
    """What must hold: at one instant, or a list of them."""
    changes: Annotated[tuple[ChangeRules, ...], Field(max_length=CHANGES_MAX)] | None = None
    """All stage changes, in order, up to the last instant that the case names; [] for none."""


class CasesFile(Rules):
    """Worked cases of a scorecard."""

    scorecard: Annotated[str, Field(min_length=1, max_length=1_024)] | None = None
    """The scorecard's path, from this file on. NAME.cases.yaml is for NAME.yaml beside it if left out."""
    description: Annotated[str, Field(max_length=2_000)] | None = None
    """What the cases are about."""
    now: CaseInstant | None = None
    """The instant that `before` and `after` count from, in every case that has none of its own."""
    score_name: Name | None = None
    """Which named score the cases are about; the scorecard's default if left out."""
    leads: Annotated[dict[Name, LeadRules], Field(max_length=LEADS_MAX)] = Field(default_factory=dict)
    """Leads that cases begin from, by name (see `like`)."""
    cases: Annotated[dict[CaseName, CaseRules], Field(min_length=1, max_length=CASES_MAX)]
    """The cases, by what they say: `a demo request makes an mql`."""
