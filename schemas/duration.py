"""Spans of time as people write them in a scorecard: ``7d``, ``12h``, ``30m``.

A month or a year has no fixed length, so neither is a unit. A span is one whole number and one unit: ``36h``, not
``1d12h``.
"""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MILLISECONDS_OF_UNIT: Mapping[str, int] = {
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
DURATION_MS_MAX = 3_650 * MILLISECONDS_OF_UNIT["d"]
DURATION_PATTERN = r"^[1-9][0-9]{0,8}[smhdw]$"

_TEXT = re.compile(r"([0-9]{1,9})([smhdw])", re.ASCII)


def duration_ms(value: object) -> int:
    """Return a span such as ``7d`` in milliseconds.

    Args:
        value: What the file says.

    Raises:
        PydanticCustomError: If it is no span, is zero or is longer than ten years; the text is the way out.

    Example:
        >>> duration_ms("36h")
        129600000
    """
    found = _TEXT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError(
            "duration",
            "write a whole number and one unit, s, m (minutes), h, d or w, such as 30m, 12h or 7d (a month is 30d)",
        )
    span_ms = int(found[1]) * MILLISECONDS_OF_UNIT[found[2]]
    if span_ms == 0:
        raise PydanticCustomError("duration", "give a duration above 0 or remove the key")
    if span_ms > DURATION_MS_MAX:
        raise PydanticCustomError("duration", "give at most 3650d (ten years) or remove the key")
    return span_ms


def duration_text(span_ms: int) -> str:
    """Return milliseconds as a scorecard writes them, in the largest unit that is exact.

    Example:
        >>> duration_text(129_600_000)
        '36h'
    """
    for unit in ("d", "h", "m", "s"):
        if span_ms % MILLISECONDS_OF_UNIT[unit] == 0:
            return f"{span_ms // MILLISECONDS_OF_UNIT[unit]}{unit}"
    return f"{span_ms} ms"


Duration = Annotated[
    int,
    BeforeValidator(duration_ms, json_schema_input_type=str),
    Field(gt=0, le=DURATION_MS_MAX),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["30m", "12h", "7d"]}),
]
"""A span of time, in milliseconds once read."""
