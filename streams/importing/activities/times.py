"""When a row happened: texts of several kinds to one instant, and what had to be taken for granted.

A time without a zone is read in the mapping's; where the mapping has none, its row is refused, never guessed. In the
hour that a change to winter time repeats, the first pass is taken; one that a change to summer time leaves out is read
by the clock before it. Both are counted.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from schemas.contract import EARLIEST
from streams.importing.activities.rows import CellRefused

PART = "occurred_at"
TEXT_CHARACTERS_MAX = 64
EPOCH_SECONDS_MAX = 4_102_444_800
"""The year 2100: a larger number of seconds is one of milliseconds."""
RFC_3339, EPOCH_SECONDS, EPOCH_MILLISECONDS = "rfc3339", "epoch_seconds", "epoch_milliseconds"
NAMED_FORMATS = (RFC_3339, EPOCH_SECONDS, EPOCH_MILLISECONDS)

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_SAMPLE = datetime(2023, 11, 22, 17, 45, 59, tzinfo=UTC)

Parser = Callable[[str], datetime | None]
"""Returns an instant, with a zone or without one; None if a text is not of its kind."""


@dataclass(slots=True)
class TimeCounts:
    """How the times of an import were read."""

    with_zone: int = 0
    without_zone: int = 0
    twice_there: int = 0
    never_there: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether some named their zone and some did not."""
        return self.with_zone > 0 and self.without_zone > 0


class TimeReader:
    """Reads times by the formats of a mapping.

    Args:
        formats: Names or patterns, of which the first that fits counts.
        zone: What times without a zone are read in; None refuses them.
        counts: Where it is counted how they were read.
    """

    def __init__(self, formats: Sequence[str], zone: tzinfo | None, counts: TimeCounts) -> None:
        self._formats = tuple(formats)
        self._parsers = tuple(parser_of(name) for name in formats)
        self._zone = zone
        self._counts = counts

    def instant(self, value: object) -> datetime:
        """Return the instant that a value names, in UTC.

        Raises:
            CellRefused: If it fits no format, names no zone, or lies before 1970 or after 9999.
        """
        text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
        found = None
        if len(text) <= TEXT_CHARACTERS_MAX:
            found = next((at for parser in self._parsers if (at := parser(text)) is not None), None)
        if found is None:
            wanted = " or ".join(self._formats)
            raise CellRefused(PART, text or None, f"it is no time as {wanted} writes it", "mend it, or add its format")
        try:
            at = self._zoned(found, text).astimezone(UTC)
        except OverflowError:
            at = None
        if at is None or at < EARLIEST:
            raise CellRefused(PART, text, "it lies before 1970 or after 9999", "mend it, or leave the row out")
        return at

    def _zoned(self, found: datetime, text: str) -> datetime:
        """Return a time with its zone: its own, or the mapping's."""
        if found.tzinfo is not None:
            self._counts.with_zone += 1
            return found
        if self._zone is None:
            raise CellRefused(PART, text, "it names no zone", "add zone: under occurred_at, such as zone: Europe/Paris")
        self._counts.without_zone += 1
        first, second = found.replace(tzinfo=self._zone), found.replace(tzinfo=self._zone, fold=1)
        before, after = first.utcoffset(), second.utcoffset()
        if before != after and before is not None and after is not None:
            if before > after:
                self._counts.twice_there += 1
            else:
                self._counts.never_there += 1
        return first


def parser_of(name: str) -> Parser:
    """Return what reads times of a format."""
    return {RFC_3339: _iso, EPOCH_SECONDS: _seconds, EPOCH_MILLISECONDS: _milliseconds}.get(name) or _pattern(name)


def zone_of(name: str) -> tzinfo | None:
    """Return a zone by its name; None if it is not known."""
    if name.upper() in {"UTC", "Z"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def has_zone(name: str) -> bool:
    """Return whether every time of a format names its instant without more: an epoch, or a pattern with ``%z``."""
    return name in {EPOCH_SECONDS, EPOCH_MILLISECONDS} or "%z" in name


def pattern_problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern of a mapping; None if nothing is.

    Example:
        >>> pattern_problem("%d/%m/%Y %H:%M") is None
        True
        >>> pattern_problem("%d/%m")
        'it leaves the year, the month or the day open'
    """
    if "%" not in pattern:
        return f"it is neither one of {', '.join(NAMED_FORMATS)} nor a pattern with % signs"
    try:
        again = datetime.strptime(_SAMPLE.strftime(pattern), pattern)  # noqa: DTZ007 - only its figures matter
    except (ValueError, re.error):
        return "it is no pattern that times can be read by"
    if again.date() != _SAMPLE.date():
        return "it leaves the year, the month or the day open"
    if again.hour not in {_SAMPLE.hour, 0}:
        return "its hour goes to 12 only; add %p, or write %H"
    return None


def _iso(text: str) -> datetime | None:
    if _ISO.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.upper().replace(" Z", "Z").replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


def _seconds(text: str) -> datetime | None:
    number = _number(text)
    if number is None:
        return None
    if number > EPOCH_SECONDS_MAX:
        rule = "as seconds it lies after 2100, so it is probably one of milliseconds"
        raise CellRefused(PART, text, rule, "write format: epoch_milliseconds")
    return datetime.fromtimestamp(number, UTC) if number >= 0 else EARLIEST - timedelta(days=1)


def _milliseconds(text: str) -> datetime | None:
    number = _number(text)
    if number is None:
        return None
    return EARLIEST + timedelta(milliseconds=int(number)) if number < 2.5e14 else None


def _pattern(pattern: str) -> Parser:
    def parsed(text: str) -> datetime | None:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - without a zone it gets the mapping's
        except ValueError:
            return None

    return parsed
