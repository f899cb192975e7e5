"""Instants as people write them in a case file: ``2026-10-03 14:07``, ``3 days before``, ``now``.

Without an offset an instant is in UTC, as a scorecard's days are. ``before`` and ``after`` count from the case's `now`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.duration import DURATION_MS_MAX, MILLISECONDS_OF_UNIT
from schemas.scorecard_conditions import Rules

YEAR_MAX = 2999
NOW = "now"

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,3})?)?"
_ZONE = r"(Z|UTC|[+-][0-9]{2}:[0-9]{2})"
_UNIT = r"(seconds?|minutes?|hours?|days?|weeks?|[smhdw])"
_INSTANT = re.compile(rf"{_DATE}(?:[ T]{_TIME} ?{_ZONE}?)?", re.ASCII)
_PART = re.compile(rf"([0-9]{{1,9}}) ?{_UNIT}", re.ASCII)
_SPAN = rf"[0-9]{{1,9}} ?{_UNIT}(?:(?: and|,)? [0-9]{{1,9}} ?{_UNIT}){{0,4}}"
_SPAN_ALONE = re.compile(_SPAN, re.ASCII)
_RELATIVE = re.compile(rf"({_SPAN}) (before|after)", re.ASCII)
_SECOND_MS, _MINUTE_MS, _DAY_MS = (MILLISECONDS_OF_UNIT[unit] for unit in "smd")
_SIGNS: Mapping[str, int] = {"before": -1, "after": 1}

INSTANT_FIX = "write a date, or a date and a time, such as 2026-10-03 or 2026-10-03 14:07 (UTC, unless +02:00 follows)"
MOMENT_FIX = "write a date (and a time), such as 2026-10-03 14:07, or 3 days before, 2h after, now"
SPAN_FIX = "write whole numbers with units, such as 22h, 3 days or 1 day 12 hours"


class Moment(Rules):
    """An instant: ``at_ms`` since the epoch, or, where it ``is_relative``, after the case's `now` (before it: below 0).

    ``unit_ms`` is the smallest unit that was written: a day, a minute, a second ...
    """

    at_ms: int
    unit_ms: int
    is_relative: bool = False

    def instant(self, now_ms: int) -> int:
        """Return the instant in milliseconds since the epoch.

        Args:
            now_ms: The case's `now`, likewise.
        """
        return self.at_ms + now_ms if self.is_relative else self.at_ms


def instant_of(value: object) -> Moment:
    """Return a date, or a date and a time.

    Args:
        value: What the file says.

    Raises:
        PydanticCustomError: If it is neither; the text is the way out.

    Example:
        >>> instant_of("1970-01-02 00:01").at_ms
        86460000
    """
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("moment", INSTANT_FIX)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction, zone = found[7], (found[8] or "Z").replace("UTC", "Z")
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone.replace('Z', '+00:00')}"
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "there is no such day or time; correct it") from None
    if not 1970 <= instant.year <= YEAR_MAX:
        raise PydanticCustomError("moment", f"give a date from 1970 to {YEAR_MAX}")
    unit_ms = 1 if fraction else _SECOND_MS if found[6] else _MINUTE_MS if found[4] else _DAY_MS
    milliseconds = int(fraction[1:].ljust(3, "0")) if fraction else 0
    return Moment(at_ms=int(instant.timestamp()) * 1000 + milliseconds, unit_ms=unit_ms)


def moment_of(value: object) -> Moment:
    """Return an instant, written by itself or as so long before or after `now`.

    Args:
        value: What the file says.

    Raises:
        PydanticCustomError: If it is none; the text is the way out.

    Example:
        >>> moment_of("1 day 12h before").at_ms
        -129600000
    """
    if value == NOW:
        return Moment(at_ms=0, unit_ms=_MINUTE_MS, is_relative=True)
    found = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        span_ms, unit_ms = _span(found[1])
        return Moment(at_ms=_SIGNS[found[found.re.groups]] * span_ms, unit_ms=unit_ms, is_relative=True)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return instant_of(value)
    raise PydanticCustomError("moment", MOMENT_FIX)


def span_ms(value: object) -> int:
    """Return a span such as ``22h`` or ``1 day 12 hours`` in milliseconds.

    Args:
        value: What the file says.

    Raises:
        PydanticCustomError: If it is none, or zero, or longer than ten years; the text is the way out.

    Example:
        >>> span_ms("1 day 12 hours")
        129600000
    """
    if not isinstance(value, str) or _SPAN_ALONE.fullmatch(value) is None:
        raise PydanticCustomError("span", SPAN_FIX)
    span, _ = _span(value)
    if span == 0:
        raise PydanticCustomError("span", "give a span above 0")
    return span


def _span(text: str) -> tuple[int, int]:
    """Return a span and its smallest unit, both in milliseconds.

    Raises:
        PydanticCustomError: If it is longer than ten years.
    """
    parts = [(int(count), MILLISECONDS_OF_UNIT[unit[0]]) for count, unit in _PART.findall(text)]
    span = sum(count * unit_ms for count, unit_ms in parts)
    if span > DURATION_MS_MAX:
        raise PydanticCustomError("span", "give at most 3650 days (ten years)")
    return span, min(unit_ms for _, unit_ms in parts)


_WRITTEN_INSTANT = rf"{_DATE}([ T]{_TIME} ?{_ZONE}?)?"
CaseInstant = Annotated[
    Moment,
    BeforeValidator(instant_of),
    WithJsonSchema({"type": "string", "pattern": f"^{_WRITTEN_INSTANT}$", "examples": ["2026-10-03 14:07"]}),
]
"""A date, or a date and a time; UTC unless an offset follows."""
CaseMoment = Annotated[
    Moment,
    BeforeValidator(moment_of),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(now|{_SPAN} (before|after)|{_WRITTEN_INSTANT})$",
            "examples": ["3 days before", "2026-10-03 14:07", "now", "4 weeks after"],
        }
    ),
]
"""An instant, or how long before or after `now`."""
Span = Annotated[
    int,
    BeforeValidator(span_ms, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_SPAN}$", "examples": ["22h", "3 days", "1 day 12 hours"]}),
]
"""A span of time, in milliseconds once read."""
