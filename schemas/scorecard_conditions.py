"""The part of the scorecard's language that says what must hold: ``where: {path: {glob: "/pricing*"}}``.

A bare value means that it equals, a list that it is one of; the other tests go by name.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from schemas.contract import FieldName, Scalar
from schemas.described import Described

DOMAIN_KINDS = ("free", "disposable", "competitor", "customer", "company")
DomainKindName = Literal["free", "disposable", "competitor", "customer", "company"]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]


class Rules(Described):
    """Base of every part of the scorecard file: immutable, strict, and no key that it does not know.

    An unknown key is a mistake, unlike on the wire: a misspelt ``half_lief`` that was ignored would change scores in
    silence.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        serialize_by_alias=True,
        defer_build=True,
    )


class ConditionRules(Rules):
    """Tests of one field; all of them must pass. Text is compared without regard to case, except by ``regex``."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    equals: Scalar | None = None
    """The field equals this. Short form: the bare value."""
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=1_000)] | None = None
    """The field equals one of these. Short form: the bare list."""
    at_least: Number | None = None
    """The field is a number, this or more."""
    above: Number | None = None
    """The field is a number and more than this."""
    at_most: Number | None = None
    """The field is a number, this or less."""
    below: Number | None = None
    """The field is a number and less than this."""
    present: bool | None = None
    """true: the field is there, whatever it is. false: it is not."""
    contains: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """This text occurs in the field."""
    glob: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """The field has this shape; * stands for anything, also for slashes."""
    regex: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    """This regular expression (RE2 syntax) matches somewhere in the field."""
    domain_kind: Annotated[tuple[DomainKindName, ...], Field(min_length=1)] | None = None
    """The field is a domain of one of these kinds: free, disposable, competitor, customer, company (any other)."""


def _spelt_out(value: object) -> object:
    """Return a condition in its long form."""
    if isinstance(value, str | int | float | bool):
        return {"equals": value}
    if isinstance(value, list | tuple):
        return {"one_of": tuple(value)}
    return value


def _condition_schema(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """Return the JSON Schema of a condition: bare value, list, or tests by name."""
    bare: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
    return {
        "description": "A value that the field equals, a list of such values, or tests by name.",
        "anyOf": [bare, {"type": "array", "items": bare, "minItems": 1}, handler(schema)],
    }


Condition = Annotated[
    ConditionRules, BeforeValidator(_spelt_out), GetPydanticSchema(get_pydantic_json_schema=_condition_schema)
]
Where = Annotated[dict[FieldName, Condition], Field(min_length=1, max_length=20)]
"""Fields and what must hold of them; all must."""
