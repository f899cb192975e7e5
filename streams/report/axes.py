"""Where the lines of an axis stand: round numbers, and round instants of the calendar in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor, log10

from streams.report.wording import moment

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_STEPS_MS = (
    *(minutes * _MINUTE_MS for minutes in (1, 5, 15, 30)),
    *(hours * _HOUR_MS for hours in (1, 3, 6, 12)),
    *(days * _DAY_MS for days in (1, 2, 7, 14)),
)
_STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
_MONTH_MS = 30 * _DAY_MS
_ROUND = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of values laid on a stretch of the picture; ``low`` falls on ``start``, ``high`` on ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies, to a tenth of a pixel."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.start + share * (self.end - self.start), 1)


def round_numbers(low: float, high: float, wanted: int = 4, *, is_whole: bool = False) -> list[float]:
    """Return round numbers in even steps, the first at or below ``low``, the last at or above ``high``.

    Args:
        low: The lowest value.
        high: The highest, not below it.
        wanted: How many steps at most, but for what lies beyond the ends.
        is_whole: Whether values are counts, of which there are no halves.

    Example:
        >>> round_numbers(0, 870), round_numbers(0, 3, is_whole=True)
        ([0.0, 250.0, 500.0, 750.0, 1000.0], [0.0, 1.0, 2.0, 3.0])
    """
    # Values that differ by less than a reader could see count as one.
    spread = max(high - low, max(abs(low), abs(high)) * 1e-9) or 1.0
    spread = max(spread, 1e-9)
    magnitude = 10.0 ** floor(log10(spread / wanted))
    steps = [times * magnitude for times in _ROUND if not is_whole or (times * magnitude).is_integer()] or [1.0]
    step = next((step for step in steps if step * wanted >= spread * 0.999), steps[-1])
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(count * step, 12) for count in range(first, max(last, first + 1) + 1)]


def is_whole(values: Iterable[int | float]) -> bool:
    """Return whether values are counts."""
    return all(float(value).is_integer() for value in values)


def decimals_of(numbers: list[float]) -> int:
    """Return how many decimals tell all of some numbers apart, at most 6."""
    return next((count for count in range(6) if all(round(value, count) == value for value in numbers)), 6)


def round_instants(first_at: int, last_at: int, wanted: int = 8) -> list[tuple[int, str]]:
    """Return instants between two with their labels: whole minutes, hours, days, weeks from a Monday, or months.

    Args:
        first_at: Milliseconds since 1970.
        last_at: The same, not before it.
        wanted: How many at most.
    """
    spread = max(last_at - first_at, _MINUTE_MS)
    for step in _STEPS_MS:
        if spread / step <= wanted:
            # The Monday of the first whole week after 1970 began, so that weeks begin on Mondays.
            origin = 4 * _DAY_MS if step >= 7 * _DAY_MS else 0
            begin = origin + ceil((first_at - origin) / step) * step
            return _with_year([(at, _named(at, step)) for at in range(begin, last_at + 1, step)])
    months = next((step for step in _STEPS_MONTHS if spread / (step * _MONTH_MS) <= wanted), _STEPS_MONTHS[-1])
    return [(at, _month_named(at, months)) for at in _months(first_at, last_at, months)]


def _with_year(marks: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Add the year to the first label that names a day."""
    for place, (at, label) in enumerate(marks):
        if ":" not in label:
            marks[place] = (at, f"{label} {moment(at):%Y}")
            break
    return marks


def _named(at: int, step: int) -> str:
    when = moment(at)
    if step < _DAY_MS and (when.hour or when.minute):
        return f"{when:%H:%M}"
    return f"{when.day} {when:%b}"


def _month_named(at: int, months: int) -> str:
    when = moment(at)
    return f"{when:%Y}" if months % 12 == 0 else f"{when:%b %Y}"


def _months(first_at: int, last_at: int, step: int) -> Iterator[int]:
    """Yield the beginnings of each ``step``th month, counted from January of the year 0."""
    first = moment(first_at)
    count = ceil((first.year * 12 + first.month - 1) / step) * step
    while count // 12 <= 9999:
        at = int(datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)
        if at > last_at:
            return
        if at >= first_at:
            yield at
        count += step
