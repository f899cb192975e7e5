"""How a count fades as it ages.

All times are event time, so a replayed topic scores the same. A factor never grows with age; everything that
looks for the next change of a score rests on that. There is one power function, ``0.5 ** x``, in the whole core:
others (``exp2``, ``math.pow``) differ from it in the last bit. Knows decays only, no cell and no criterion.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

HALF_LIVES_TO_ZERO: Final = 1076
"""``0.5 ** x`` is exactly 0.0 from here on: it is below half of the smallest float, 2 ** -1074."""


def _check_span(what: str, milliseconds: int) -> None:
    if milliseconds < 1:
        raise ValueError(f"a {what} is above 0 ms; not {milliseconds!r}")


@dataclass(frozen=True, slots=True)
class NoDecay:
    """Full value for ever (or for the criterion's window)."""


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Half of what is left goes in each period."""

    half_life_ms: int

    def __post_init__(self) -> None:
        """Refuse a half-life that is no span of time."""
        _check_span("half-life", self.half_life_ms)


@dataclass(frozen=True, slots=True)
class Linear:
    """Equal parts of the original points go at every instant; nothing is left after the period."""

    period_ms: int

    def __post_init__(self) -> None:
        """Refuse a period that is no span of time."""
        _check_span("linear period", self.period_ms)


@dataclass(frozen=True, slots=True)
class Step:
    """A share of the original points goes at the end of each period."""

    period_ms: int
    share: float

    def __post_init__(self) -> None:
        """Refuse a period that is no span of time, and a share that is none of the points or more than all."""
        _check_span("step's period", self.period_ms)
        if not 0 < self.share <= 1:
            raise ValueError(f"a step's share is above 0 and at most 1; not {self.share!r}")


Decay = NoDecay | HalfLife | Linear | Step


Factor = Callable[[float], float]


def factor_of(decay: Decay) -> Factor:
    """Return the function that gives the share of its points that a count keeps at an age in milliseconds.

    The function answers with a number in [0, 1] that never grows with age. An age of 0 or less gives 1: an
    activity from the future counts as if it happened now. The shares of `Linear` and `Step` are of the original points.

    Args:
        decay: How the count fades.

    Returns:
        The share by age.

    Example:
        >>> factor_of(HalfLife(half_life_ms=86_400_000))(86_400_000.0)
        0.5
    """
    if isinstance(decay, HalfLife):
        return _half_life_factor(decay.half_life_ms)
    if isinstance(decay, Linear):
        return _linear_factor(decay.period_ms)
    if isinstance(decay, Step):
        return _step_factor(decay.period_ms, decay.share)
    return _full


def settled_age_ms(decay: Decay) -> int:
    """Return an age from which on the factor never changes again, in milliseconds.

    Args:
        decay: How the count fades.

    Returns:
        0 for `NoDecay`, else the age at which nothing at all is left (for a half-life: no float is smaller).
    """
    if isinstance(decay, HalfLife):
        return HALF_LIVES_TO_ZERO * decay.half_life_ms
    if isinstance(decay, Linear):
        return decay.period_ms
    if isinstance(decay, Step):
        return decay.period_ms * math.ceil(1 / decay.share)
    return 0


def _full(_age_ms: float) -> float:
    return 1.0


def _half_life_factor(half_life_ms: int) -> Factor:
    def factor(age_ms: float) -> float:
        return 1.0 if age_ms <= 0 else float(0.5 ** (age_ms / half_life_ms))

    return factor


def _linear_factor(period_ms: int) -> Factor:
    def factor(age_ms: float) -> float:
        if age_ms <= 0:
            return 1.0
        return 0.0 if age_ms >= period_ms else 1.0 - age_ms / period_ms

    return factor


def _step_factor(period_ms: int, share: float) -> Factor:
    def factor(age_ms: float) -> float:
        if age_ms < period_ms:
            return 1.0
        return max(0.0, 1.0 - share * (age_ms // period_ms))

    return factor
