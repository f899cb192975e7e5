"""How far a share that was counted on few leads can be from the true one."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """The shares, from ``low`` to ``high``, that agree with what was counted."""

    low: float
    high: float


def interval(part: int, whole: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Return Wilson's score interval of a share.

    All true shares ``p`` for which the counted one lies within ``z`` standard deviations, ``sqrt(p (1 - p) / whole)``,
    of ``p``: the two ends solve a quadratic equation (E. B. Wilson, Journal of the American Statistical Association 22,
    1927, pages 209-212). It stays within 0 and 1 and holds for few leads too, where the usual "plus or minus" does not
    (Brown, Cai and DasGupta, Statistical Science 16, 2001, pages 101-133, recommend it for 40 and fewer).

    Args:
        part: How many of the whole, at least 0.
        whole: How many there are, at least ``part``.
        confidence: In how many of such intervals the true share lies, above 0 and below 1.

    Returns:
        The interval; None if nothing was counted.

    Raises:
        ValueError: If a count or the confidence is out of its bounds.

    Example:
        >>> found = interval(2, 4)
        >>> round(found.low, 4), round(found.high, 4)
        (0.15, 0.85)
    """
    if not 0 <= part <= whole or not 0 < confidence < 1:
        message = f"{part} of {whole} at {confidence}: give 0 <= part <= whole and a confidence between 0 and 1"
        raise ValueError(message)
    if not whole:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = part + z * z / 2
    reach = z * sqrt(part * (whole - part) / whole + z * z / 4)
    # At the ends the two terms are equal but for the last bit.
    low = 0.0 if not part else (middle - reach) / (whole + z * z)
    high = 1.0 if part == whole else (middle + reach) / (whole + z * z)
    return Interval(low, high)
