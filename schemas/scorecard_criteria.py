"""The part of the scorecard's language that gives points: criteria, their limits, gates and decays."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from schemas.contract import Name
from schemas.duration import Duration, duration_ms
from schemas.scorecard_conditions import Rules, Where

RulePoints = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]

FIRST_TIME_ONLY = "first time only"
_LIMIT = re.compile(r"([0-9]{1,7}) per ([0-9]{1,9}[smhdw])", re.ASCII)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)%", re.ASCII)


class LimitRules(Rules):
    """How often a signal counts; ``per`` None is the first time only. Written ``3 per 1d`` or ``first time only``."""

    count: Annotated[int, Field(ge=1, le=1_000_000)]
    per: Annotated[int, Field(gt=0)] | None = None


def _limit(value: object) -> object:
    """Read ``3 per 1d`` or ``first time only``.

    Raises:
        PydanticCustomError: If it is neither; the text is the way out.
    """
    if value == FIRST_TIME_ONLY:
        return LimitRules(count=1)
    found = _LIMIT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("limit", "write a count and a span, such as 3 per 1d, or first time only")
    count = int(found[1])
    if not 1 <= count <= 1_000_000:
        raise PydanticCustomError("limit", "give a count from 1 to 1000000, or remove the key")
    return LimitRules(count=count, per=duration_ms(found[2]))


def _share(value: object) -> object:
    """Read a percentage as a share.

    Raises:
        PydanticCustomError: If it is none above 0 and up to 100; the text is the way out.
    """
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    share = float(found[1]) / 100 if found else 0.0
    if not 0 < share <= 1:
        raise PydanticCustomError("percentage", "write a percentage above 0% and up to 100%, such as 25%")
    return share


Limit = Annotated[
    LimitRules,
    BeforeValidator(_limit),
    WithJsonSchema({"type": "string", "pattern": r"^([1-9][0-9]{0,6} per [1-9][0-9]{0,8}[smhdw]|first time only)$"}),
]
Share = Annotated[
    float,
    BeforeValidator(_share),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?%$", "examples": ["25%"]}),
]


class StepRules(Rules):
    """A share of the original points is lost at the end of each period."""

    every: Duration
    """The period."""
    lose: Share
    """What is lost at its end, of the original points."""


class DecayRules(Rules):
    """How points fade; exactly one kind."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    half_life: Duration | None = None
    """Half of what is left goes in each span."""
    linear: Duration | None = None
    """The points go evenly; after the span nothing is left."""
    step: StepRules | None = None
    """A share of the original points goes at the end of each period."""


def _named_decay(value: object) -> object:
    """Read the word for no decay.

    Raises:
        PydanticCustomError: If it is another word or a number; the text is the way out.
    """
    if isinstance(value, str | int | float) and value != "none":
        raise PydanticCustomError(
            "decay", "write {half_life: 7d}, {linear: 30d}, {step: {every: 30d, lose: 50%}} or none"
        )
    return None if value == "none" else value


def _decay_schema(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """Return the JSON Schema of a decay: the word none, or one kind."""
    kinds = [kind for kind in handler(schema)["anyOf"] if kind.get("type") != "null"]
    return {"anyOf": [{"const": "none"}, *kinds]}


Decay = Annotated[
    DecayRules | None, BeforeValidator(_named_decay), GetPydanticSchema(get_pydantic_json_schema=_decay_schema)
]


class FrequencyRules(Rules):
    """A gate: the criterion counts while the signal's count in the last span is in range."""

    at_least: Whole
    """The least count that qualifies."""
    at_most: Whole | None = None
    """The greatest count that qualifies; none by default."""
    window: Annotated[Duration, Field(alias="in")]
    """The span that ends now."""
    award: Literal["each", "once"] = "each"
    """each: points for each count in the span. once: the points, one time, while the count is in range."""


class InactivityRules(Rules):
    """Nothing of some signals for a span."""

    of: Annotated[tuple[Name, ...], Field(min_length=1, max_length=500)]
    """The signals that end the silence."""
    period: Annotated[Duration, Field(alias="for")]
    """How long none of them was seen."""
    repeat: bool = False
    """Whether the points come again for each further span."""


class EngagementCriterionRules(Rules):
    """Points for what a lead did (``signal``), or for having done nothing (``inactivity``)."""

    signal: Name | None = None
    """The signal whose counts bring points."""
    inactivity: InactivityRules | None = None
    """Or: the silence that brings (or takes) points."""
    points: RulePoints
    """Points for each count, or for each unit of the measure; below 0 takes."""
    per: Literal["count", "measure"] = "count"
    """measure: points for each unit of the signal's measure (minutes, euros) instead of each count."""
    decay: Decay = None
    """How the points fade: {half_life: 7d}, {linear: 30d}, {step: {every: 30d, lose: 50%}} or none."""
    window: Duration | None = None
    """How long a count is worth anything."""
    frequency: FrequencyRules | None = None
    """How often within which span the signal must come for the criterion to count."""
    limit: Limit | None = None
    """How many counts are valued: `3 per 1d`, or `first time only`."""
    cap: RulePoints | None = None
    """The most that the criterion is worth."""
    floor: RulePoints | None = None
    """The least that it is worth."""


class FitCriterionRules(Rules):
    """Points while something holds of the lead's profile."""

    where: Annotated[Where, Field(json_schema_extra={"maxProperties": 1})]
    """One attribute and what must hold of it."""
    points: RulePoints
    """Points while it holds; below 0 takes."""


def named_decay_kinds(decay: DecayRules) -> list[str]:
    """Return which kinds of decay are given, by the names of their keys."""
    return [name for name in type(decay).model_fields if getattr(decay, name) is not None]
