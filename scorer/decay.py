"""How a count fades as it ages.

All times are event time, so a replayed topic scores the same. A factor never grows with age; everything that
looks for the next change of a score rests on that. There is one power function, ``0.5 ** x``, in the whole core:
others (``exp2``, ``math.pow``) differ from it in the last bit. Knows decays only, no cell and no criterion.
"""

import math
from collections.abc import Callable

from scorer.scorecard import Decay, HalfLife, Linear, Step

HALF_LIVES_TO_ZERO = 1076
"""``0.5 ** x`` is exactly 0.0 from here on: it is below half of the smallest float, 2 ** -1074."""

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
