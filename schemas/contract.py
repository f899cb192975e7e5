"""What all wire contracts share: how strict they are, and the bounded types their fields are made of.

Rules: every field has a bound; a wrong type is refused, never coerced; unknown fields are ignored, so that a newer
producer never breaks an older reader; a contract may gain optional fields and may lose or change none. This package
knows pydantic and nothing else of the project.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    Strict,
    StrictBool,
    StrictFloat,
    StrictInt,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from schemas.described import Described

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
MAP_KEYS_MAX = 64
TEXT_CHARACTERS_MAX = 512

# Line ends and other control characters would forge log lines and headers; a space at an end makes two ids of one.
_EDGE = r"[^\x00-\x20\x7f-\xa0\u2028\u2029]"
_INNER = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
PRINTABLE = rf"^{_EDGE}({_INNER}*{_EDGE})?$"
SNAKE_CASE = r"^[a-z][a-z0-9_]*$"
RFC_3339 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"


class Contract(Described):
    """Base of every wire contract: immutable, strict, finite numbers only, and silent about the input in its errors.

    ``hide_input_in_errors`` keeps personal data out of logs and dead letters, which carry the error's text.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        validate_default=False,
        defer_build=True,
    )


def rfc3339(instant: datetime) -> str:
    """Return an instant as RFC 3339 text in UTC with milliseconds.

    Args:
        instant: An aware instant.

    Returns:
        Text that sorts as time does, since its width never changes.

    Example:
        >>> rfc3339(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
        '2026-11-22T10:00:00.000Z'
    """
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat("T", "milliseconds")[: -len("+00:00")] + "Z"


def _instant_schema(_source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
    """Build the validator of an instant.

    JSON text must first look like RFC 3339 (pydantic alone would also take ``1700000000`` and a time without seconds),
    then be a real instant in range; code gives aware datetimes.
    """
    text = core_schema.custom_error_schema(
        core_schema.str_schema(strict=True, pattern=RFC_3339, max_length=40),
        custom_error_type="instant_text",
        custom_error_message="Instant should be RFC 3339 text with an offset, such as 2026-11-22T10:00:00Z",
    )
    bounds: dict[str, Any] = {"tz_constraint": "aware", "ge": EARLIEST, "le": LATEST}
    return core_schema.json_or_python_schema(
        json_schema=core_schema.chain_schema([text, core_schema.datetime_schema(strict=False, **bounds)]),
        python_schema=core_schema.datetime_schema(strict=True, **bounds),
        serialization=core_schema.plain_serializer_function_ser_schema(rfc3339, when_used="json"),
    )


def _instant_json_schema(_schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    return {"type": "string", "format": "date-time", "maxLength": 40, "pattern": RFC_3339}


Instant = Annotated[datetime, GetPydanticSchema(_instant_schema, _instant_json_schema)]
"""An aware instant from 1970 to 9999; on the wire RFC 3339 with an offset, written in UTC with milliseconds."""


def _rule(rule: str) -> GetPydanticSchema:
    """Return an annotation that makes every mistake of a type answer with one sentence, its rule."""

    def build(source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            handler(source), custom_error_type="rule", custom_error_message=f"Value should be {rule}"
        )

    return GetPydanticSchema(build)


_PRINTABLE_RULE = "characters of text, without control characters and without spaces at its ends"
ActivityId = Annotated[
    str, Field(min_length=1, max_length=128, pattern=PRINTABLE), _rule(f"1 to 128 {_PRINTABLE_RULE}")
]
LeadId = Annotated[str, Field(min_length=1, max_length=256, pattern=PRINTABLE), _rule(f"1 to 256 {_PRINTABLE_RULE}")]
FieldName = Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTABLE), _rule(f"1 to 64 {_PRINTABLE_RULE}")]
Name = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=SNAKE_CASE),
    _rule("a name of 1 to 64 characters in snake_case: small letters, digits and underscores, a letter first"),
]
VersionName = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"),
    _rule("a version of 1 to 64 letters, digits, dots, dashes and underscores"),
]
ShortText = Annotated[str, Field(max_length=256)]
Text = Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)]
Address = Annotated[str, Field(min_length=1, max_length=2048)]
POINTS_MAX = 1e12
Points = Annotated[float, Field(ge=-POINTS_MAX, le=POINTS_MAX)]

# Integers in 64 bits stay integers; larger ones become floats, as in every other JSON reader.
Scalar = Annotated[
    Annotated[Text, Strict()]
    | StrictBool
    | Annotated[StrictInt, Field(ge=-(2**63), le=2**63 - 1)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)],
    Field(union_mode="left_to_right"),
    _rule(f"a text of at most {TEXT_CHARACTERS_MAX} characters, a finite number, true or false"),
]
"""One value of a map: text, number or truth value; never an object, a list or null."""

ScalarMap = Annotated[dict[FieldName, Scalar], Field(max_length=MAP_KEYS_MAX)]
