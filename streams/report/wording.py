"""How numbers and instants are written, in cells, beside bars and on axes. The page's script writes cells alike."""

from datetime import UTC, datetime, timedelta
from math import isfinite

NOTHING = "–"
MINUS = "−"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT_MS_MAX = 253_402_300_799_999
"""The end of the year 9999: what lies beyond is no instant that a calendar can show."""


def number(value: int | float | None, decimals: int = 0) -> str:
    """Return a number with thousands apart and a true minus sign.

    Example:
        >>> number(-1234.5, 1), number(None)
        ('−1,234.5', '–')
    """
    if value is None or not isfinite(value):
        return NOTHING
    text = f"{value:,.{decimals}f}"
    return text if not text.startswith("-") else (MINUS + text[1:] if float(text.replace(",", "")) else text[1:])


def figure(value: int | float | str) -> str:
    """Return a large figure: a text as it is, a fraction with one decimal."""
    if isinstance(value, str):
        return value
    return number(value, 0 if float(value).is_integer() else 1)


def instant(at: int | float | None) -> str:
    """Return an instant to the minute, in UTC.

    Example:
        >>> instant(1_790_000_000_000)
        '2026-09-21 14:13'
    """
    if at is None or not 0 <= at <= _INSTANT_MS_MAX:
        return NOTHING
    return f"{moment(int(at)):%Y-%m-%d %H:%M}"


def moment(at: int) -> datetime:
    """Return milliseconds since 1970 as a time of the calendar, in UTC."""
    return _EPOCH + timedelta(milliseconds=at)


def clipped(text: str, characters_max: int) -> str:
    """Return a text that is cut, with a sign that it was, if it is longer than there is room for."""
    return text if len(text) <= characters_max else f"{text[: characters_max - 1].rstrip()}…"


def with_unit(text: str, unit: str) -> str:
    """Return a number with its unit, which a line's end does not part."""
    return f"{text}\u202f{unit}" if unit else text
