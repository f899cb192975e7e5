"""How wide a signal's buckets have to be, and how long its cells are kept, worked out from what values them.

Wide buckets save memory, narrow ones are exact; a width is the greatest that keeps the error under a stated bound.
Both are a signal's for good: a scorecard that needs narrower buckets or a longer keep counts a new signal.
"""

import math
from collections.abc import Iterable

from scorer.rules.scorecard import HalfLife, InactivityCriterion, Linear, NoDecay, SignalCriterion, Step

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
DAY_MS = 24 * _HOUR_MS

WIDTHS_MS = (
    *(minutes * _MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_MS for hours in (1, 2, 3, 4, 6, 8, 12)),
    DAY_MS,
)
"""The widths that are chosen from: round, and every one divides a day."""

WIDTH_FOR_EVER_MS = 2**48
"""One bucket for all time: it reaches past the year 9999, so every activity falls into bucket 0."""

KEEP_LEAST_MS = 8 * DAY_MS
"""No cell goes before this: the greatest lateness allowed, and more than a journal's age, so that a count that is taken
back is still there."""

_FADING_ERROR_MAX = 1e-4
_BUCKETS_PER_PERIOD = 240
_HALF_LIVES_KEPT = 14
_REST_MAX = 1e-4

Valuer = SignalCriterion | InactivityCriterion
"""A criterion that looks at a signal's cells."""


def derived_width_ms(criteria: Iterable[Valuer]) -> int:
    """Return the width of a signal's buckets, in milliseconds.

    The greatest of `WIDTHS_MS` that satisfies every criterion: for a half-life (rate x width) ** 2 / 8 <= 1e-4, which
    is the most that ageing all of a bucket at its mean changes (a half-life of 7 days gives 6 hours); for windows,
    steps, linear decay, frequencies and inactivity at most a 240th of the period; never below 1 minute; a divisor of
    every limit window, so that a bucket lies in one window. Where nothing depends on when, `WIDTH_FOR_EVER_MS`.

    Args:
        criteria: Every criterion, of all named scores, that values the signal; inactivity criteria that name it too.

    Returns:
        The width.

    Raises:
        ValueError: If a limit's window is not a whole number of minutes.

    Example:
        >>> derived_width_ms([]) == WIDTH_FOR_EVER_MS
        True
    """
    criteria = list(criteria)
    widths_max = [width_max for criterion in criteria for width_max in _widths_max(criterion)]
    windows_ms = [window_ms for criterion in criteria if (window_ms := _limit_window_ms(criterion)) is not None]
    if not widths_max:
        return WIDTH_FOR_EVER_MS
    least_ms = WIDTHS_MS[0]
    return max(
        width_ms
        for width_ms in WIDTHS_MS
        if width_ms <= max(least_ms, min(widths_max)) and all(window_ms % width_ms == 0 for window_ms in windows_ms)
    )


def derived_keep_ms(criteria: Iterable[Valuer]) -> int | None:
    """Return how long a signal's cells are valued after the end of their bucket (and limit window), in milliseconds.

    The longest that a criterion needs, and never less than `KEEP_LEAST_MS`: 14 half-lives, a linear period, steps until
    less than 1e-4 is left, a window or a frequency's window where there is one. The first time only and inactivity need
    none: the cells that they look at never go.

    Args:
        criteria: Every criterion, of all named scores, that values the signal.

    Returns:
        The keep; None, for ever, if a criterion neither fades nor has a window.

    Raises:
        ValueError: If such a criterion has a limit per window: its cells would pile up for ever.
    """
    keeps = [_keep_ms(criterion) for criterion in criteria]
    finite = [keep_ms for keep_ms in keeps if keep_ms is not None]
    return None if len(finite) < len(keeps) else max([KEEP_LEAST_MS, *finite])


def _widths_max(criterion: Valuer) -> list[float]:
    """Return the widths that a criterion's parts allow; none if nothing of it depends on when."""
    if isinstance(criterion, InactivityCriterion):
        return [criterion.period_ms / _BUCKETS_PER_PERIOD]
    widths_max: list[float] = []
    decay = criterion.decay
    if isinstance(decay, HalfLife):
        widths_max.append(math.sqrt(8 * _FADING_ERROR_MAX) / math.log(2) * decay.half_life_ms)
    elif not isinstance(decay, NoDecay):
        widths_max.append(decay.period_ms / _BUCKETS_PER_PERIOD)
    if criterion.window_ms is not None:
        widths_max.append(criterion.window_ms / _BUCKETS_PER_PERIOD)
    if criterion.frequency is not None:
        widths_max.append(criterion.frequency.window_ms / _BUCKETS_PER_PERIOD)
    if criterion.limit is not None and (criterion.limit.per_ms is not None or criterion.is_per_measure):
        # A limit counts bucket by bucket, and the first measure is the mean of the first bucket.
        widths_max.append(DAY_MS)
    return widths_max


def _limit_window_ms(criterion: Valuer) -> int | None:
    """Return a criterion's limit window; raise ValueError if no bucket of whole minutes divides it."""
    if isinstance(criterion, InactivityCriterion) or criterion.limit is None or criterion.limit.per_ms is None:
        return None
    if criterion.limit.per_ms % WIDTHS_MS[0]:
        message = (
            f'criterion "{criterion.name}": no bucket divides a limit window of {criterion.limit.per_ms} ms; give'
            " one of whole minutes"
        )
        raise ValueError(message)
    return criterion.limit.per_ms


def _keep_ms(criterion: Valuer) -> int | None:
    """Return how long a criterion needs cells; None for ever. Raises ValueError as `derived_keep_ms` does."""
    if isinstance(criterion, InactivityCriterion):
        return 0
    if criterion.frequency is not None:
        return criterion.frequency.window_ms
    if criterion.limit is not None and criterion.limit.per_ms is None:
        return 0
    spans_ms = [] if criterion.window_ms is None else [criterion.window_ms]
    decay = criterion.decay
    if isinstance(decay, HalfLife):
        spans_ms.append(_HALF_LIVES_KEPT * decay.half_life_ms)
    elif isinstance(decay, Linear):
        spans_ms.append(decay.period_ms)
    elif isinstance(decay, Step):
        spans_ms.append(
            decay.period_ms * min(math.ceil(1 / decay.share), math.floor((1 - _REST_MAX) / decay.share) + 1)
        )
    if spans_ms:
        return min(spans_ms)
    if criterion.limit is not None:
        message = (
            f'criterion "{criterion.name}" of signal "{criterion.signal}" has a limit per window and neither fades nor'
            " has a window of its own, so its counts would be kept for ever; give the signal a keep, or the criterion a"
            " decay or a window"
        )
        raise ValueError(message)
    return None
